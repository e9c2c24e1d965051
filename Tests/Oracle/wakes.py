#!/usr/bin/env python3
"""Compares what woke each call with the kernel's own account.

usage: wakes.py SOCKLINE OUT -- ARGUMENTS OF SOCKLINE (with %R where the recording's name goes)
"""
import collections, json, os, subprocess, sys, time, signal

def main():
    cut = sys.argv.index("--")
    sockline, out = sys.argv[1:cut]
    command = [sockline] + [a.replace("%R", out + ".pcapng") for a in sys.argv[cut + 1:]]
    here = os.path.dirname(os.path.abspath(__file__))
    with open(out + ".wakes", "w") as sink:
        probe = subprocess.Popen(["bpftrace", here + "/wakes.bt"], stdout=sink, stderr=subprocess.DEVNULL, env={**os.environ, "BPFTRACE_MAP_KEYS_MAX": "4096", "BPFTRACE_PERF_RB_PAGES": "1024"})
        for _ in range(300):
            time.sleep(0.1)
            if os.path.getsize(out + ".wakes"): break
        r = subprocess.run(command, timeout=200, stdout=open(out + ".out", "w"), stderr=open(out + ".err", "w"))
        # What it has seen is written when it has been still for a moment.
        size = -1
        for _ in range(100):
            if size == os.path.getsize(out + ".wakes"): break
            size = os.path.getsize(out + ".wakes")
            time.sleep(0.3)
        probe.send_signal(signal.SIGINT); probe.wait()
    print("exit", r.returncode, file=sys.stderr)
    compare(sockline, out)

def compare(sockline, out):
    shift = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    text = subprocess.run([sockline, "export", out + ".pcapng", "--format", "jsonl"], stdout=subprocess.PIPE, check=True).stdout
    rows = [json.loads(l) for l in text.splitlines()]
    numbers = collections.defaultdict(list)
    for p in rows:
        if p["type"] != "packet": continue
        def port(e): return int(e.rsplit(":", 1)[1]) if e and ":" in e else None
        if p["protocol"] == "tcp":
            numbers["tcp", port(p["src"]), port(p["dst"]), p["seq"], p["ack"], p["length"], "F" in p["flags"], "S" in p["flags"], "R" in p["flags"]].append((p["time_ns"], p["number"]))
        elif p["protocol"] == "udp":
            numbers["udp", port(p["src"]), port(p["dst"]), p["length"]].append((p["time_ns"], p["number"]))
        else:
            numbers["icmp"].append((p["time_ns"], p["number"]))
    tracer = os.path.basename(sockline)[:15]
    wakes = collections.defaultdict(list)
    lost = 0
    swap = lambda h: int.from_bytes(int(h, 16).to_bytes(4, "little"), "big")
    for line in open(out + ".wakes", errors="replace"):
        w = line.split()
        if not w: continue
        if w[0] == "Lost": lost += int(w[1])
        if w[0] == "W":
            t, tid, proto, length, ports, seq, ack, flags = int(w[1]) + shift, int(w[2]), int(w[3]), int(w[4]), swap(w[5]), swap(w[6]), swap(w[7]), int(w[8], 16)
            if proto == 6: length -= (int(w[9], 16) >> 4) * 4
            wakes[tid].append((t, "W", proto, length, ports >> 16, ports & 0xffff, seq, ack, flags))
        elif w[0] == "O":
            wakes[int(w[2])].append((int(w[1]) + shift, "O", int(w[3]), w[-1]))
    def packet(w):
        t, _, proto, length, s, d, seq, ack, flags = w
        found = []
        for key, marks in by_ports.get((proto, s, d), {}).items():
            if proto == 6:
                _, _, _, kseq, kack, klen, fin, syn, rst = key
                if kseq == seq and kack == ack and fin == bool(flags & 1) and syn == bool(flags & 2) and rst == bool(flags & 4): found += [(m, klen) for m in marks]
            else: found += [(m, 0) for m in marks]
        if proto not in (6, 17): found = [(m, 0) for m in numbers["icmp"]]
        found = [m for m in found if m[0][0] <= t + 20_000]
        if proto == 6 and found:
            found = [m for m in found if m[1] == length] or found
        return max(found)[0][1] if found else None
    by_ports = collections.defaultdict(dict)
    for key, marks in numbers.items():
        if key == "icmp": continue
        by_ports[6 if key[0] == "tcp" else 17, key[1], key[2]][key] = marks
    tally = collections.Counter(); shown = collections.Counter()
    verbose = int(os.environ.get("SHOW", "5"))
    for c in rows:
        if c["type"] != "call" or c["exit_ns"] is None: continue
        mine = [w for w in wakes.get(c["tid"], []) if c["enter_ns"] <= w[0] <= c["exit_ns"] and not (w[1] == "O" and w[3] == tracer)]
        last = mine[-1] if mine else None
        ours = c["woken_by"]
        if last is None:
            verdict = "quiet" if ours is None else "WE-SAY-WOKEN kernel: no wake"
            theirs = None
        elif last[1] == "O":
            theirs = last
            verdict = "other" if ours is None else "WE-SAY-WOKEN kernel: other"
        else:
            theirs = packet(last)
            if theirs == ours: verdict = "agree"
            elif theirs is None: verdict = "kernel: packet not found"
            elif ours is None: verdict = "WE-SAY-NOTHING kernel: packet"
            else: verdict = "WRONG packet"
        key = (c["name"], verdict)
        tally[key] += 1
        if verdict not in ("agree", "quiet", "other") and shown[key] < verbose:
            shown[key] += 1
            print(f"  {verdict}: c{c['id']} {c['name']}({c['args']})={c['result']} tid {c['tid']} conn {c['connection']} took {(c['exit_ns']-c['enter_ns'])/1000:.0f}us ours {ours} theirs {theirs} {[(round((w[0]-c['enter_ns'])/1000),) + w[1:] for w in mine[-3:]]}")
    good = sum(n for (name, v), n in tally.items() if v == "agree")
    bad = sum(n for (name, v), n in tally.items() if v.isupper() or v.startswith("W"))
    for k, n in sorted(tally.items()): print(f"{n:8} {k[0]:14} {k[1]}")
    print(f"agree {good}, not {bad}, lost lines {lost}")

if sys.argv[1] == "--again": compare(sys.argv[2], sys.argv[3])
else: main()
