#!/usr/bin/env python3
"""Counts the instructions that a packet costs, what starting costs taken off:
instructions.py SOCKLINE NAME SMALL-FILE LARGE-FILE (of 1,000 and of 20,000 packets)"""
import re
import subprocess
import sys

COMMANDS = {
    "replay --lines": ["replay", "--lines"], "replay": ["replay"], "summary": ["summary"],
    "export jsonl": ["export", "--format", "jsonl"],
}


def count(command):
    """The instructions of a command, as valgrind counts them."""
    run = subprocess.run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"I\s+refs:\s+([\d,]+)", run.stderr)[1].replace(",", ""))


def main():
    sockline, name, small, large = sys.argv[1:]
    for command, words in COMMANDS.items():
        few, many = (count([sockline, *words, file]) for file in (small, large))
        print(f"{name:8}{command:16}{(many - few) / 19_000:9.0f} instructions a packet")


main()
