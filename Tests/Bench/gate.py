#!/usr/bin/env python3
"""Fails where a packet costs over 10 % more instructions than docs/PERFORMANCE.md says: gate.py PERFORMANCE COUNTED"""
import re
import subprocess
import sys

MOST = 1.1


def counts(path):
    """Instructions a packet, by kind of capture and command."""
    with open(path) as lines:
        found = (re.fullmatch(r"(\w+) +(.+?) +(\d+) instructions a packet", line.strip()) for line in lines)
        return {(one[1], one[2]): int(one[3]) for one in found if one}


def main():
    committed, counted = sys.argv[1:]
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"Swift version [\d.]+", swift)
    with open(committed) as text:
        if not version or version[0] + " " not in text.read():
            print(f"instructions are not compared: {committed} was measured with another compiler than this one")
            return
    before, now = counts(committed), counts(counted)
    if not now or not now.keys() <= before.keys():
        sys.exit(f"{committed} has no figures for {sorted(now.keys() - before.keys())}: `make bench` writes them")
    dearer = [name for name in now if now[name] > before[name] * MOST]
    for name in now:
        print(f"{' '.join(name):24}{now[name]:8} instructions a packet, {now[name] / before[name]:.2f} times what "
              "was committed" + ("  TOO MANY" if name in dearer else ""))
    if dearer:
        sys.exit(f"dearer by over {MOST - 1:.0%}: mend it, or run `make bench` and commit docs/PERFORMANCE.md with the reason")


main()
