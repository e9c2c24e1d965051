#!/usr/bin/env python3
"""Draws a capture and compares the CPU time with a limit: draw.py SOCKLINE FILE PICTURE"""
import os
import statistics
import subprocess
import sys

ROUNDS = 5
LIMIT = 1.0


def seconds(command):
    """Seconds of CPU of a command."""
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main():
    sockline, capture, picture = sys.argv[1:4]
    command = [sockline, "draw", capture, "--long", "-o", picture]
    median = statistics.median(seconds(command) for _ in range(ROUNDS))
    size = os.path.getsize(picture) / 1e6
    print(f"draw --long {os.path.basename(capture)}: {median:.3f} s of CPU, {size:.1f} MB of SVG")
    if median > LIMIT:
        sys.exit(f"it takes more than {LIMIT} s")


main()
