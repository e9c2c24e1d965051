#!/usr/bin/env python3
"""Makes the pictures of docs/PICTURES.md and docs/COMPARISON.md anew: make.py SOCKLINE.

It draws shipped captures, so the pictures change only with the program. It needs tshark and tcpdump,
and chromium for the screenshot, which is kept where there is none.
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, "..", "..", "captures")
DEMO = os.path.join(CAPTURES, "demo-tcp.pcapng")
SOCKLINE = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/sockline")


def here(name):
    return os.path.join(HERE, name)


def capture(name):
    return os.path.join(CAPTURES, name)


def sockline(*arguments):
    # Files are made for their owner alone; these are for everybody.
    output = arguments[arguments.index("-o") + 1]
    subprocess.run([SOCKLINE, *arguments], check=True)
    os.chmod(output, 0o644)


def text(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout


def ladders():
    sockline("draw", DEMO, "-o", here("demo-tcp.svg"))
    sockline("draw", DEMO, "-o", here("notes.svg"), "--notes", here("notes.md"), "--no-callouts",
             "--note", "packet 4 len: what write() was given")
    sockline("draw", capture("refused.pcap"), "-o", here("print.svg"), "--theme", "print")
    sockline("draw", DEMO, "-o", here("dark.svg"), "--theme", "dark", "--control")


def plots():
    for kind in ["sequence", "window", "rtt", "throughput"]:
        sockline("plot", capture("bulk.pcap"), "--kind", kind, "--to", "0.01",
                 "-o", here(f"plot-{kind}.svg"))


def screenshot():
    """A list of packets, as a tool shows it, with rows of 24 pixels from 30 on."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not browser:
        return
    rows = text("tshark", "-n", "-r", DEMO, "-Y", "tcp", "-t", "d", "-T", "fields",
                "-e", "_ws.col.Time", "-e", "tcp.srcport", "-e", "tcp.dstport",
                "-e", "_ws.col.Info").splitlines()
    body = "".join(
        f"<tr style='background:{'#e7e6ff' if i % 2 else '#f6f6ff'}'><td>{i + 1}"
        + "".join(f"<td>{html.escape(cell[:78])}" for cell in row.split("\t"))
        for i, row in enumerate(rows))
    page = (
        "<!DOCTYPE html><style>body{margin:0}table{border-collapse:collapse;width:900px;"
        "font:13px 'DejaVu Sans',sans-serif;table-layout:fixed}tr{height:24px}th{height:28px;"
        "background:#ddd;text-align:left}td,th{padding:0 6px;overflow:hidden;white-space:nowrap}"
        "col.n{width:30px}col.t{width:104px}col.p{width:60px}</style><table><col class=n>"
        "<col class=t><col class=p><col class=p><col><tr style='height:30px'><th>No.<th>Time"
        "<th>From<th>To<th>Info" + body + "</table>")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "list.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={folder}/profile", "--window-size=900,270",
             f"--screenshot={here('packet-list.png')}", "file://" + path],
            check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def annotated():
    sockline("annotate", here("packet-list.png"), "--from", DEMO, "--rows", "30,24",
             "--mark", "1=syn", "--mark", "3=ack: the handshake ends here",
             "--mark", "8=fin client", "--redact", "140,30,112,24", "-o", here("annotated.svg"))


def stevens():
    """A time line as in TCP/IP Illustrated: sloped lines, one host at each side, tcpdump's words."""
    packets = []
    for line in text("tcpdump", "-nn", "-ttttt", "-r", DEMO).splitlines():
        found = re.match(r" *00:00:([\d.]+) IP \S+\.(\d+) > \S+: Flags \[([^]]+)\], (.*)", line)
        if found:
            time, port, flags, rest = found.groups()
            words = [w for w in re.split(", (?=seq|ack|win|options|length)", rest)
                     if w.startswith(("seq", "ack"))]
            packets.append((float(time), port != "3490", flags, ", ".join(words)))
    out = []
    y = 66
    for number, (time, is_client, flags, words) in enumerate(packets, 1):
        start, end = (130, 590) if is_client else (590, 130)
        label = html.escape(f"[{flags}] {words}")
        near = 120 if is_client else 600
        anchor = "end" if is_client else "start"
        out.append(
            f'<line x1="{start}" y1="{y}" x2="{end}" y2="{y + 20}" stroke="#000"/>'
            f'<path d="M{end} {y + 20}l{-9 if is_client else 9} -5v7z"/>'
            f'<text x="{near}" y="{y + 4}" text-anchor="{anchor}">{time:.6f}</text>'
            f'<text x="360" y="{y - 1}" text-anchor="middle">{number}: {label}</text>')
        y += 42
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{y + 20}" role="img" '
        f'font-family="DejaVu Sans, sans-serif" font-size="12">'
        '<title>The demo as a time line in the way of TCP/IP Illustrated</title>'
        f'<rect width="720" height="{y + 20}" fill="#fff"/>'
        f'<path d="M130 36V{y}M590 36V{y}" stroke="#000"/>'
        '<text x="130" y="24" text-anchor="middle">127.0.0.1.57630</text>'
        '<text x="590" y="24" text-anchor="middle">127.0.0.1.3490</text>')
    with open(here("stevens.svg"), "w", encoding="utf-8") as file:
        file.write(head + "\n" + "\n".join(out) + "</svg>\n")


def flow_graph():
    graph = text("tshark", "-r", DEMO, "-q", "-z", "flow,tcp,standard")
    with open(here("flow-graph.txt"), "w", encoding="utf-8") as file:
        file.write(graph)


for make in [ladders, plots, screenshot, annotated, stevens, flow_graph]:
    make()
