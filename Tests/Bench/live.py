#!/usr/bin/env python3
"""Traces programs with sockline and with strace in turn, and compares: live.py SOCKLINE LIVE FOLDER"""
import os
import re
import statistics
import subprocess
import sys
import time

ROUNDS = 5
CALLS = "network,read,write,close"


def run(command):
    """Seconds of a command, KiB of memory at most of its first process, and the last line of its standard error."""
    start = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        lines = process.stderr.read().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    end = time.monotonic()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {process.returncode}\n" + "\n".join(lines[-5:]))
    told = next((line for line in reversed(lines) if re.fullmatch(r"[\d.]+ [\d.]+ [\d.]+", line)), None)
    return end - start, usage.ru_maxrss, end, told


def left_out(text):
    """Rows that were not drawn, and calls that were not recorded, as a ladder says."""
    rows, calls = 0, 0
    with open(text) as lines:
        for line in lines:
            if found := re.search(r"([\d,]+) rows? not drawn", line):
                rows += int(found[1].replace(",", ""))
            if found := re.search(r"not seen: (\d+) calls", line):
                calls += int(found[1])
    return rows, calls


def compare(name, program, sockline, folder):
    """Prints how long a program takes alone, under strace and under sockline."""
    recording, text, log = (f"{folder}/live.{end}" for end in ("pcapng", "txt", "strace"))
    commands = {
        "alone": program,
        "strace -f --seccomp-bpf": ["strace", "-f", "--seccomp-bpf", "-o", log, "-e", "trace=" + CALLS, *program],
        "sockline run -w -o": [sockline, "run", "-w", recording, "-o", text, "--", *program],
    }
    seconds = {each: [] for each in commands}
    memory = dict.fromkeys(commands, 0)
    pauses, after, missing = {each: [] for each in commands}, [], []
    for _ in range(ROUNDS):
        for each, command in commands.items():
            taken, kibibytes, end, told = run(command)
            seconds[each].append(taken)
            memory[each] = max(memory[each], kibibytes)
            if told:
                _, longest, ended = map(float, told.split())
                pauses[each].append(longest)
                if command[0] == sockline:
                    after.append(end - ended)
            if command[0] == sockline:
                missing.append(left_out(text))
    peer = statistics.median(seconds["strace -f --seccomp-bpf"])
    print(f"{name:26}{'wall s':>9}{'times strace':>14}{'MiB':>6}{'longest round':>15}")
    for each in commands:
        median = statistics.median(seconds[each])
        pause = f"{statistics.median(pauses[each]):.1f} ms" if any(pauses[each]) else ""
        print(f"  {each:24}{median:9.3f}{median / peer:14.2f}{memory[each] / 1024:6.0f}{pause:>15}")
    if after:
        print(f"  sockline ends {statistics.median(after):.2f} s after the program; in the median run it drew all but "
              f"{statistics.median(rows for rows, _ in missing):,.0f} rows\n  and recorded all but "
              f"{statistics.median(calls for _, calls in missing):,.0f} calls")
    print()


def start_up(sockline):
    """Prints what starting costs."""
    commands = {"sockline --help": [sockline, "--help"], "tcpdump --version": ["tcpdump", "--version"]}
    seconds = {name: [] for name in commands}
    for _ in range(10 * ROUNDS):
        for name, command in commands.items():
            before = os.times()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            after = os.times()
            seconds[name].append(after.children_user + after.children_system
                                 - before.children_user - before.children_system)
    ours, peer = (statistics.mean(seconds[name]) * 1e3 for name in commands)
    print(f"start-up: sockline --help {ours:.1f} ms of CPU, tcpdump --version {peer:.1f} ms, {ours / peer:.1f} times")


def main():
    sockline, live, folder = sys.argv[1:]
    files = f"{folder}/files"
    os.makedirs(files, exist_ok=True)
    for number in range(3_000):
        with open(f"{files}/{number}", "w") as file:
            file.write("x\n")
    compare("100,000 ping-pongs", [live, "ping", "100000"], sockline, folder)
    compare("5,000 connections", [live, "connections", "5000"], sockline, folder)
    compare("tar of 3,000 files", ["tar", "cf", f"{folder}/files.tar", "-C", folder, "files"], sockline, folder)
    compare("a start of Python", ["/usr/bin/python3", "-c", "import email, http.client, json"], sockline, folder)
    start_up(sockline)


main()
