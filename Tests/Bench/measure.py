#!/usr/bin/env python3
"""Runs programs over one capture in turn and compares their CPU time: measure.py SOCKLINE FILE PACKETS"""
import os
import statistics
import subprocess
import sys

ROUNDS = 5


def measure(command):
    """Seconds of CPU, and KiB of memory at most, of a command whose output goes nowhere."""
    environment = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8")
    with open(os.devnull, "w") as nowhere, subprocess.Popen(
            command, stdout=nowhere, stderr=subprocess.PIPE, env=environment) as process:
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {process.returncode}\n{message.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    sockline, capture, packets = sys.argv[1], sys.argv[2], int(sys.argv[3])
    commands = {
        "sockline replay --lines": [sockline, "replay", "--lines", capture],
        "sockline replay": [sockline, "replay", capture],
        "sockline export jsonl": [sockline, "export", "--format", "jsonl", capture],
        "sockline summary": [sockline, "summary", capture],
        "tcpdump -nn -S -r": ["tcpdump", "-nn", "-S", "-r", capture],
        "tshark -n -r": ["tshark", "-n", "-r", capture],
        "tshark -q -z conv,tcp": ["tshark", "-n", "-q", "-z", "conv,tcp", "-r", capture],
    }
    times = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0)
    for _ in range(ROUNDS):
        for name, command in commands.items():
            seconds, kibibytes = measure(command)
            times[name].append(seconds)
            memory[name] = max(memory[name], kibibytes)
    ours = statistics.median(times["sockline replay --lines"])
    print(f"{'':24}{'CPU s':>9}{'ns/packet':>11}{'MiB':>7}{'times ours':>12}   (medians of {ROUNDS})")
    for name in commands:
        median = statistics.median(times[name])
        print(f"{name:24}{median:9.3f}{median / packets * 1e9:11.0f}{memory[name] / 1024:7.0f}"
              f"{median / ours:12.2f}")


main()
