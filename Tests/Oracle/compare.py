"""Holds an export of sockline against the kernel's account: compare.py KERNEL EXPORT.jsonl"""

import bisect
import collections
import json
import re
import sys

import kernel


def load(path):
    """The objects of an export, by their type."""
    objects = collections.defaultdict(list)
    with open(path) as lines:
        for line in lines:
            row = json.loads(line)
            objects[row["type"]].append(row)
    return objects


def name(packet):
    """The key of an exported packet."""
    return kernel.key(
        packet["protocol"], packet["src"], packet["dst"],
        (packet["flags"] or "").replace("none", "") if packet["protocol"] == "tcp" else "",
        packet["seq"], packet["ack"],
        packet["length"] if packet["protocol"] in ("tcp", "udp") else 0)


def joined(packets, accounts):
    """Pairs of an exported packet and its account, by header; and how many have none."""
    waiting = collections.defaultdict(list)
    for account in accounts:
        waiting[account.key].append(account)
    by_key = collections.defaultdict(list)
    for packet in packets:
        by_key[name(packet)].append(packet)
    pairs, alone = [], []
    for key, group in by_key.items():
        others = waiting.get(key, [])
        if len(others) == len(group):
            pairs += zip(group, others)
            continue
        for packet in group:
            near = min(others, key=lambda o: abs(o.time - packet["time_ns"]), default=None)
            if near is None:
                alone.append(packet)
            else:
                others.remove(near)
                pairs.append((packet, near))
    pairs.sort(key=lambda pair: pair[0]["number"])
    return pairs, alone


class Calls:
    """The exported calls of threads."""

    def __init__(self, calls):
        self.by_number = {call["id"]: call for call in calls}
        self.by_thread = collections.defaultdict(list)
        for call in sorted(calls, key=lambda call: call["enter_ns"]):
            self.by_thread[call["tid"]].append(call)
        self.starts = {t: [c["enter_ns"] for c in cs] for t, cs in self.by_thread.items()}

    def wrote(self, packet):
        """Whether a call that the packet names was still running when it left."""
        return any(
            call["enter_ns"] <= packet["time_ns"] <= (call["exit_ns"] or 1 << 63)
            for number in packet["cause"]["calls"] if (call := self.by_number.get(number)))

    def running(self, account):
        """The call that sent a packet by the kernel's account."""
        calls = self.by_thread.get(account.thread, [])
        # The stamp is converted from another clock, which may be a few microseconds off.
        index = bisect.bisect_right(self.starts.get(account.thread, []), account.time + 5000)
        for call in reversed(calls[max(0, index - 2):index]):
            end = call["exit_ns"]
            if call["name"] == account.call and (end is None or account.time <= end + 20000):
                return call
        return None


def verdict(packet, account, calls):
    """`agrees`, or in which way the two accounts differ; the call of the kernel's account."""
    cause = packet["cause"]
    kind, theirs = cause["kind"], account.kind
    call = calls.running(account) if theirs == "call" else None
    if theirs == "call" and kind == "released" and call:
        if call["id"] not in cause["calls"]:
            named = re.search(rf"\bc{call['id']}\b", cause["reason"])
            return "agrees (taken along)" if named else "released, kernel a later call", call
    if kind == "untraced":
        return "untraced", call
    if kind in ("ambiguous", "unknown"):
        return kind, call
    if kind == "call" and theirs == "released" and calls.wrote(packet):
        # Bytes of a call that has not returned: not of an earlier one, whatever pushed them.
        return "agrees (within the call that wrote them)", call
    if kind != theirs:
        return f"{kind}, kernel {theirs}", call
    if call and call["id"] not in cause["calls"]:
        return "call, kernel another call", call
    if theirs == "call" and call is None and account.thread in calls.by_thread:
        return f"agrees (call not exported: {account.call})", call
    return "agrees", call


def release(packet, account):
    """What let bytes out, by sockline and by the kernel."""
    words = packet["cause"]["reason"].split("released by ")[-1].split(",")[0]
    ours = ("timer or call" if " or c" in words else "timer" if "timer" in words
            else "call" if words.startswith("c") else "packet")
    marks = (("__release_sock", "packet"), ("tcp_rcv", "packet"), ("tcp_v", "packet"),
             ("tcp_tsq", "timer"), ("tcp_release_cb", "timer"), ("tcp_write_wakeup", "timer"),
             ("tcp_send_loss", "timer"), ("tcp_tasklet", "timer"))
    theirs = next((word for mark, word in marks if account.why.startswith(mark)), "call")
    return ours, theirs


def shape(packet):
    """What a packet is, for the table."""
    if packet["protocol"] != "tcp":
        return packet["protocol"]
    for flag, word in (("R", "RST"), ("S", "SYN"), ("F", "FIN")):
        if flag in packet["flags"]:
            return word + (",ACK" if flag == "S" and "." in packet["flags"] else "")
    return "data" if packet["length"] else "ACK"


def lives(states):
    """The states of each socket; an address in the kernel is used again."""
    open_lives, ended = {}, []
    for state in states:
        if state.before in ("CLOSED", "LISTEN") or state.socket not in open_lives:
            if state.socket in open_lives:
                ended.append(open_lives[state.socket])
            open_lives[state.socket] = []
        open_lives[state.socket].append(state)
    return ended + list(open_lives.values())


def states_by_end(objects, states):
    """For each end of a connection: its states by sockline and by the kernel."""
    ours, kernels = collections.defaultdict(list), collections.defaultdict(list)
    ends = {c["id"]: c for c in objects["connection"] if c["protocol"] == "tcp"}
    for state in objects["state"]:
        if state["connection"] in ends:
            c = ends[state["connection"]]
            mine, peer = (c["client"], c["server"])[:: 1 if state["end"] == "client" else -1]
            ours[c["id"], state["end"], mine, peer].append(state["state"])
    by_name = collections.defaultdict(list)
    for life in lives(states):
        # A socket has no port yet when it becomes SYN-SENT, and none any more when it is closed.
        named = next((s for s in reversed(life) if s.local.rsplit(":", 1)[1] != "0"), life[0])
        by_name[named.local, named.peer].append(life)
    for key in ours:
        c = ends[key[0]]
        kernels[key] = [
            s for life in by_name[key[2], key[3]]
            if c["start_ns"] - 10**9 < life[-1].time and life[0].time < (c["end_ns"] or 1 << 63)
            for s in life]
    return ours, kernels


def follow(states, end):
    """The kernel's states by the RFC's words; `end` is the last one by sockline."""
    path = []
    for state in states:
        after = state.after
        if after == "CLOSED" and state.before in ("FIN-WAIT-2", "CLOSING") and end != "CLOSED":
            # The kernel keeps it in a small socket of its own, or lets a RST end it.
            after = "TIME-WAIT"
        if not path or path[-1] != after:
            path.append(after)
    return path


def at_once(mine, theirs, by_packet):
    """Whether one segment acknowledged the FIN and brought one: FIN-WAIT-2 for no time."""
    return "F" in by_packet and mine == [s for s in theirs if s != "FIN-WAIT-2"]


def compare_states(objects, states):
    """Counts ends whose states agree; returns lines for those that do not."""
    ours, kernels = states_by_end(objects, states)
    agree, lines = 0, []
    flags = {packet["number"]: packet["flags"] for packet in objects["packet"]}
    last = {}
    for state in objects["state"]:
        if state["state"] == "TIME-WAIT":
            last[state["connection"], state["end"]] = flags.get(state["packet"], "")
    for key, mine in sorted(ours.items()):
        theirs = follow(kernels[key], mine[-1] if mine else None)
        # A request socket has no state of its own that the kernel reports.
        mine = [s for s in mine if s not in ("SYN-RCVD", "LISTEN")]
        theirs = [s for s in theirs if s not in ("SYN-RCVD", "LISTEN")]
        if mine == theirs or at_once(mine, theirs, last.get(key[:2], "")) or (
            not theirs and mine in ([], ["CLOSED"], ["SYN-SENT", "CLOSED"])
        ):
            agree += 1
        else:
            lines.append(f"connection {key[0]} {key[1]} {key[2]}: {mine} kernel {theirs}")
    return agree, lines


def compare_wakes(objects, wakes):
    """Holds what let calls return against the packets in whose softirq their threads were woken."""
    keys = {packet["number"]: name(packet) for packet in objects["packet"]}
    came = {packet["number"]: packet["time_ns"] for packet in objects["packet"]}
    by_thread = collections.defaultdict(list)
    for wake in wakes:
        by_thread[wake.thread].append(wake)
    times = {thread: [wake.time for wake in group] for thread, group in by_thread.items()}
    table, lines = collections.Counter(), []
    for call in objects["call"]:
        ours = call["woken_by"]
        group = by_thread.get(call["tid"], [])
        index = bisect.bisect_left(times.get(call["tid"], []), call["enter_ns"])
        until = bisect.bisect_right(times.get(call["tid"], []), call["exit_ns"] or 1 << 63)
        theirs = [wake.key for wake in group[index:until]]
        if ours is None and not theirs:
            continue
        what = ("agrees" if ours and theirs and keys.get(ours) == theirs[-1]
                else "agrees with an earlier wake" if ours and keys.get(ours) in theirs
                # It came while the call ran and had not slept yet, as a SYN,ACK on loopback does.
                else "agrees (before it slept)" if not theirs and call["enter_ns"] <= came.get(
                    ours, 0) <= (call["exit_ns"] or 1 << 63)
                else "by packet, kernel none" if not theirs
                else "none, kernel by packet" if ours is None else "by another packet")
        table[what, call["name"]] += 1
        if not what.startswith("agrees"):
            seen = [n for n, key in keys.items() if key in theirs][:4]
            lines.append(f"c{call['id']} {call['name']} = {call['result']}: {what}:"
                         f" {ours}, kernel {seen} {theirs[-1:]}")
    return table, lines


class Segments:
    """The captured segments, to find those that a socket took in."""

    def __init__(self, packets):
        self.by_end, self.by_ack = collections.defaultdict(list), collections.defaultdict(list)
        for packet in packets:
            if packet["protocol"] != "tcp":
                continue
            ends = packet["src"], packet["dst"]
            controls = ("S" in packet["flags"]) + ("F" in packet["flags"])
            end = (packet["seq"] + packet["length"] + controls) % 2**32
            self.by_end[ends, end, packet["length"] + controls > 0].append(packet)
            self.by_ack[ends, packet["ack"]].append(packet)

    def answered(self, packet, account):
        """The segments that an acknowledgement can have been sent for: copies of one."""
        ends, taken = (packet["dst"], packet["src"]), account.taken
        has_some = taken.end != taken.seq
        found = self.by_end[ends, taken.end, has_some]
        return self.before(found if has_some else [
            one for one in found if one["ack"] == taken.ack], account)

    def opened(self, packet, account):
        """The segments whose acknowledgement a socket took in while it sent."""
        return self.before(self.by_ack[(packet["dst"], packet["src"]), account.taken.ack], account)

    @staticmethod
    def before(found, account):
        return [one["number"] for one in found if one["time_ns"] <= account.time + 20000]


def compare_answers(pairs, objects):
    """Holds what acknowledgements answer, and what let bytes out, against what sockets took in."""
    segments = Segments(objects["packet"])
    table, lines = collections.Counter(), []
    for packet, account in pairs:
        if packet["protocol"] != "tcp" or not account.taken or packet["cause"]["packet"] is None:
            continue
        ours, kind = packet["cause"]["packet"], packet["cause"]["kind"]
        if kind == account.kind == "reply" and packet["flags"] == "." and not packet["length"]:
            how = ("within" if account.within else "reading" if "recv" in account.why
                   or "rbuf" in account.why else "later")
            what, theirs = f"answers ({how})", segments.answered(packet, account)
        elif kind == account.kind == "released" and account.within:
            what, theirs = "let out", segments.opened(packet, account)
        else:
            continue
        if not theirs:
            table[what, "not found"] += 1
        elif ours in theirs:
            table[what, "agrees"] += 1
        else:
            table[what, "another packet"] += 1
            lines.append(f"#{packet['number']} {what} {packet['src']} > {packet['dst']}"
                         f" ack={packet['ack']}: {packet['cause']['reason']}: {ours},"
                         f" kernel {theirs[-3:]}")
    return table, lines


def describe(packet, account, call, what):
    cause = packet["cause"]
    flags = packet["flags"] or ""
    seq = f" seq={packet['seq']} ack={packet['ack']}" if packet["seq"] is not None else ""
    sent = f"c{call['id']} {call['name']}" if call else account.call
    return (
        f"{what}\n  #{packet['number']} {packet['src']} > {packet['dst']} {flags}{seq}"
        f" len={packet['length']} conn {packet['connection']}\n"
        f"    sockline: {cause['kind']} {cause['calls']} {cause['reason']}\n"
        f"    kernel:   {account.kind} by {account.why}, thread {account.thread} in {sent}\n"
        f"      {' < '.join(account.stack[3:30])}")


def main(record, export, limit):
    objects = load(export)
    packets, states, wakes = kernel.read(record)
    calls = Calls(objects["call"])
    pairs, alone = joined(objects["packet"], packets)
    table, releases = collections.Counter(), collections.Counter()
    examples = collections.defaultdict(list)
    for packet, account in pairs:
        what, call = verdict(packet, account, calls)
        table[what, shape(packet)] += 1
        if not what.startswith("agrees") and len(examples[what, shape(packet)]) < limit:
            examples[what, shape(packet)].append(describe(packet, account, call, what))
        if packet["cause"]["kind"] == "released":
            releases[release(packet, account)] += 1
    total = sum(table.values())
    print(f"{len(objects['packet'])} packets, {len(packets)} in the kernel, {total} joined, "
          f"{len(alone)} only in the capture; {len(objects['call'])} calls")
    for (what, form), count in sorted(table.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:8} {count * 100 / total:8.3f} %  {form:8} {what}")
    good = sum(count for (what, _), count in table.items() if what.startswith("agrees"))
    judged = total - sum(count for (what, _), count in table.items() if what == "untraced")
    print(f"kinds agree: {good} of {judged}" + (f", {good * 100 / judged:.3f} %" if judged else ""))
    for (ours, theirs), count in sorted(releases.items()):
        print(f"{count:8} let out by {ours}, kernel {theirs}")
    agree, lines = compare_states(objects, states)
    print(f"states agree: {agree} of {agree + len(lines)} ends")
    for line in lines[:limit]:
        print("  " + line)
    table, lines = compare_answers(pairs, objects)
    for (what, word), count in sorted(table.items()):
        print(f"{count:8} {what}: {word}")
    for line in lines[:limit]:
        print("  " + line)
    table, lines = compare_wakes(objects, wakes)
    for (what, called), count in sorted(table.items()):
        print(f"{count:8} wake-ups {what}: {called}")
    for line in lines[:limit]:
        print("  " + line)
    for group in examples.values():
        print("\n".join(group))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 3)
