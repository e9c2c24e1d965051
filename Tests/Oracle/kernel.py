"""The kernel's account that `record` wrote: packets with the context that sent them, and states."""

import bisect
import ctypes
import functools
import ipaddress
import platform
import re
import subprocess


class Taken(ctypes.Structure):
    """`struct segment` of event.h."""

    _fields_ = [("length", ctypes.c_uint32), ("bytes", ctypes.c_uint8 * 64)]


class Event(ctypes.Structure):
    """`struct event` of event.h."""

    _fields_ = [
        ("time", ctypes.c_uint64), ("socket", ctypes.c_uint64),
        ("type", ctypes.c_uint32), ("process", ctypes.c_uint32),
        ("thread", ctypes.c_uint32), ("length", ctypes.c_uint32),
        ("call", ctypes.c_int64), ("before", ctypes.c_int32), ("after", ctypes.c_int32),
        ("family", ctypes.c_uint16), ("local_port", ctypes.c_uint16),
        ("peer_port", ctypes.c_uint16), ("depth", ctypes.c_uint16),
        ("bytes", ctypes.c_uint8 * 128), ("wanting", Taken), ("current", Taken),
        ("stack", ctypes.c_uint64 * 48),
    ]


def system_calls():
    """The names of system calls by number, from the kernel's header."""
    header = subprocess.run(
        ["gcc", "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null"],
        capture_output=True, text=True, check=True).stdout
    return {int(n): name for name, n in re.findall(r"#define __NR_(\w+) (\d+)", header)}


class Symbols:
    """Addresses of the kernel to names, by /proc/kallsyms."""

    def __init__(self):
        rows = []
        with open("/proc/kallsyms") as lines:
            for line in lines:
                address, kind, name = line.split()[:3]
                if kind in "tTwW":
                    rows.append((int(address, 16), name))
        rows.sort()
        self.addresses = [row[0] for row in rows]
        self.names = [row[1] for row in rows]

    @functools.lru_cache(maxsize=None)
    def name(self, address):
        """The function that holds an address."""
        # A return address stands behind its call.
        return self.names[bisect.bisect_right(self.addresses, address - 1) - 1]


def text(address, port=None):
    """An end as exports write it."""
    address = ipaddress.ip_address(bytes(address))
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    if port is None:
        return str(address)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


class Packet:
    """A packet as it left."""

    def __init__(self, event, symbols, calls):
        self.time, self.process, self.thread = event.time, event.process, event.thread
        self.call = calls.get(event.call)
        self.stack = [symbols.name(event.stack[i]) for i in range(event.depth)]
        data = bytes(event.bytes)
        if data[0] >> 4 == 4:
            header, protocol, total = (data[0] & 15) * 4, data[9], event.length
            self.ends = data[12:16], data[16:20]
        else:
            header, protocol, total = 40, data[6], event.length
            self.ends = data[8:24], data[24:40]
        upper = data[header:]
        ports = [int.from_bytes(upper[i:i + 2], "big") for i in (0, 2)]
        self.flags, self.length, self.seq, self.ack = "", 0, None, None
        self.protocol = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp"}.get(protocol, "other")
        if self.protocol == "tcp":
            self.seq, self.ack = [int.from_bytes(upper[i:i + 4], "big") for i in (4, 8)]
            self.flags = "".join(c for i, c in enumerate("FSRP.UEC") if upper[13] >> i & 1)
            self.length = total - header - (upper[12] >> 4) * 4
            if not upper[13] & 16:
                self.ack = 0
        elif self.protocol == "udp":
            self.length = total - header - 8
        if self.protocol in ("tcp", "udp"):
            self.source, self.destination = map(text, self.ends, ports)
        else:
            self.source, self.destination = map(text, self.ends)
        self.key = key(self.protocol, self.source, self.destination, self.flags,
                       self.seq, self.ack, self.length)
        self.kind, self.why = account(self)
        # What is being taken in stands on the stack; of a connection that closes it is not told.
        self.within = "tcp_rcv_established" in self.stack
        taken = event.current if self.within else event.wanting
        is_told = taken.length and "tcp_rcv_state_process" not in self.stack
        self.taken = Segment(bytes(taken.bytes), taken.length) if is_told else None


class Segment:
    """The segment that a socket had taken in last, or was taking in, when it sent."""

    def __init__(self, data, total):
        self.seq, self.ack = [int.from_bytes(data[i:i + 4], "big") for i in (24, 28)]
        self.flags = "".join(c for i, c in enumerate("FSRP.UEC") if data[33] >> i & 1)
        self.length = total - 20 - (data[32] >> 4) * 4

    @property
    def end(self):
        """The number after its last byte; segments that waited are put together (tcp_add_backlog)."""
        return (self.seq + self.length + ("F" in self.flags) + ("S" in self.flags)) % 2**32


def key(protocol, source, destination, flags, seq, ack, length):
    """What both accounts of a packet have in common."""
    return protocol, source, destination, "".join(sorted(flags)), seq, ack, length


STATES = ["", "ESTABLISHED", "SYN-SENT", "SYN-RCVD", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
          "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RCVD"]


class State:
    """A change of a socket's state."""

    def __init__(self, event):
        self.time, self.socket = event.time, event.socket
        self.before, self.after = STATES[event.before], STATES[event.after]
        size = 4 if event.family == 2 else 16
        data = bytes(event.bytes)
        self.local = text(data[:size], event.local_port)
        self.peer = text(data[16:16 + size], event.peer_port)


RECEIVE = re.compile(
    r"tcp_v[46]_rcv$|tcp_v[46]_do_rcv|tcp_rcv_|__release_sock$|net_rx_action|tcp_check_req"
    r"|tcp_child_process|tcp_data_snd_check|tcp_ack$|process_backlog|icmpv?6?_rcv|udp6?_rcv"
    r"|tcp_v[46]_err|ip6?_(local_deliver|rcv)|__netif_receive_skb")
LAST = re.compile(r"do_exit$|do_group_exit$")
LIMITS = [
    ("retransmission", re.compile(
        r"__tcp_retransmit_skb|tcp_retransmit_skb|tcp_xmit_retransmit_queue|tcp_rtx_synack"
        r"|reqsk_timer_handler|tcp_retransmit_timer|tcp_v[46]_rtx_synack|tcp_simple_retransmit")),
    ("probe", re.compile(r"tcp_write_wakeup|tcp_send_probe0|tcp_xmit_probe_skb|tcp_keepalive_timer")),
    ("delayed", re.compile(r"tcp_delack_timer")),
    ("released", re.compile(
        r"tcp_send_loss_probe|tcp_tsq_|tcp_tasklet|tcp_pace_kick|tcp_push_pending_timer")),
    ("retransmission", re.compile(r"tcp_write_timer")),
    ("delayed", re.compile(r"tcp_release_cb")),
    ("receive", RECEIVE),
    ("option", re.compile(r"do_(tcp|udp|ip)_setsockopt|udp_lib_setsockopt|tcp_sock_set_")),
    ("reading", re.compile(r"__?tcp_cleanup_rbuf|tcp_recvmsg|tcp_read_sock|tcp_splice_read$")),
    ("exit", LAST),
    ("exec", re.compile(r"begin_new_exec|do_close_on_exec|bprm_execve")),
    ("timer", re.compile(r"run_timer_softirq|call_timer_fn|__run_timers|hrtimer_")),
    ("call", re.compile(r"__(x64|arm64|ia32)_sys_|task_work_run|do_syscall_64|el0_svc")),
    ("uring", re.compile(r"io_wq_worker|io_sq_thread|io_uring|io_issue_sqe")),
    ("kernel thread", re.compile(r"process_one_work|delayed_fput|kthread")),
]


def account(packet):
    """The kind of a packet by its stack; the first mark from the leaf wins."""
    mark = next(
        ((kind, name) for name in packet.stack for kind, names in LIMITS if names.match(name)),
        ("none", ""))
    carries = packet.protocol == "tcp" and (packet.length > 0 or "F" in packet.flags)
    if mark[0] == "call" and any(LAST.match(name) for name in packet.stack):
        mark = "exit", mark[1]
    # A probe has no bytes, or none that are new; what the window takes goes along with it.
    if mark[0] == "probe" and packet.length > 1:
        mark = "released", mark[1]
    kind = {
        "receive": "released" if carries else "reply",
        "delayed": "released" if carries else "reply",
        "reading": "released" if carries else "reply",
        "probe": "timer", "exec": "call", "option": "released",
    }.get(mark[0], mark[0])
    return kind, mark[1]


def read(path):
    """All of a record: packets, states and wake-ups, each in the order of time."""
    symbols, calls = Symbols(), system_calls()
    packets, states, wakes = [], [], []
    with open(path, "rb") as file:
        while data := file.read(ctypes.sizeof(Event)):
            event = Event.from_buffer_copy(data)
            if event.type == 1:
                packets.append(Packet(event, symbols, calls))
            elif event.type == 2:
                states.append(State(event))
            else:
                wakes.append(Packet(event, symbols, calls))
    packets.sort(key=lambda packet: packet.time)
    states.sort(key=lambda state: state.time)
    wakes.sort(key=lambda wake: wake.time)
    return packets, states, wakes


assert platform.machine() == "x86_64", "the numbers of registers are those of x86-64"
