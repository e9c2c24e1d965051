#!/usr/bin/env python3
"""Writes docs/PERFORMANCE.md of what was measured: report.py MEASURED COUNTED TRACED"""
import datetime
import os
import platform
import re
import subprocess
import sys


def processor():
    """What the machine's processors are called, and how many there are."""
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names) or os.cpu_count()} x {names[0] if names else platform.machine()}"


def version(command):
    """The line in which a program says its version."""
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return next((line for line in run.stdout.splitlines() if re.search(r"\d\.\d", line)), "?").rstrip(". ")


def main():
    measured, counted, traced = (open(path).read().rstrip() for path in sys.argv[1:])
    print(f"""# Performance

Written by `make bench`. Measured on {datetime.date.today()}: {processor()}, Linux {".".join(platform.release().split(".")[:2])},
{version(["swift", "--version"])}, {version(["tcpdump", "--version"])}, {version(["tshark", "--version"])}.

`tcp` is connections of ten packets, a hundred of them at a time; `stream` one connection with exchanges all the time;
`udp` requests and replies. The programs run in turn, five times each; the medians of their CPU time are compared, and
the most memory that each had.

```
{measured}
```

They do not do the same. `tcpdump` prints headers and keeps nothing between packets. `sockline replay` follows each
connection, works out why each packet was sent and in which state it left both ends. `tshark -n` dissects what the
packets carry too; `-z conv,tcp` counts conversations, as `sockline summary` does.

What a packet costs in instructions, start-up taken off (valgrind):

```
{counted}
```

`make test` fails where a packet costs over a tenth more.

Programs that are traced, each five times in turn with `strace -f --seccomp-bpf -e trace=network,read,write,close`, which
writes a line for each call. `sockline run -w -o` captures the packets too, asks the kernel whose
socket each call is on and how far its stream is, works out the cause of each packet, and writes a recording and a
ladder. A longest round is the time from one question to its answer, at worst.

```
{traced}
```""")


main()
