#!/usr/bin/env python3
"""Makes the captures of this folder again: python3 captures/make.py (as root, Linux).

The live ones are loopback traffic in a network namespace of its own, captured by tcpdump; the
others are written byte by byte. Needs tcpdump and editcap. See README.md for what each shows.

With --recordings it makes only those that sockline records, with their expected texts, and ends
with status 1, since what it made has to be read. With --strace it makes strace.pcap and strace.log,
the calls of the same program as strace(1) tells them; that needs strace.
"""
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SERVER = 3490


# --- live traffic ---------------------------------------------------------------------------

def capture(name, exchange, *options, device="lo"):
    """Captures what `exchange` causes on an interface."""
    command = ["tcpdump", "-U", "-n", "--immediate-mode", "-B", "65536", "-i", device, "-w", str(HERE / name), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while "listening on" not in process.stderr.readline():
        pass
    time.sleep(0.3)
    exchange()
    time.sleep(0.6)
    process.terminate()
    process.communicate(timeout=10)


def listener(family, address):
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, SERVER))
    server.listen(10)
    return server


def tcp(family=socket.AF_INET, address="127.0.0.1", count=13, reset=False):
    """A client says hello, a server answers, both close."""
    server = listener(family, address)
    client = socket.socket(family, socket.SOCK_STREAM)
    client.connect((address, SERVER))
    accepted, _ = server.accept()
    client.sendall((b"Hello, server" * (count // 13 + 1))[:count])
    left = count
    while left > 0:
        left -= len(accepted.recv(left))
    accepted.sendall(b"Hello, client")
    client.recv(13)
    if reset:
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    accepted.close()
    time.sleep(0.05)
    client.close()
    server.close()
    time.sleep(0.05)


def udp(family=socket.AF_INET, address="127.0.0.1"):
    """A datagram there, one back, and one of no bytes."""
    server = socket.socket(family, socket.SOCK_DGRAM)
    server.bind((address, SERVER))
    client = socket.socket(family, socket.SOCK_DGRAM)
    client.sendto(b"Hello, server", (address, SERVER))
    _, peer = server.recvfrom(100)
    server.sendto(b"Hello, client", peer)
    client.recvfrom(100)
    client.sendto(b"", (address, SERVER))
    client.close()
    server.close()


def refused():
    """Nobody listens: a reset for TCP, an ICMP error for UDP."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        client = socket.socket(family, socket.SOCK_STREAM)
        client.connect_ex((address, SERVER))
        client.close()
        client = socket.socket(family, socket.SOCK_DGRAM)
        client.sendto(b"Hello, server", (address, SERVER))
        time.sleep(0.05)
        client.close()


def echo():
    """An echo request and its reply, of ICMP and ICMPv6."""
    message = struct.pack(">BBHHH", 8, 0, 0, 7, 1) + b"sockline"
    message = message[:2] + struct.pack(">H", 0xFFFF ^ fold(message)) + message[4:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as sender:
        sender.sendto(message, ("127.0.0.1", 0))
        time.sleep(0.05)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sender:
        sender.sendto(struct.pack(">BBHHH", 128, 0, 0, 7, 1) + b"sockline", ("::1", 0))
        time.sleep(0.05)


def live():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    nano = "--time-stamp-precision=nano"
    capture("tcp.pcap", tcp)
    capture("udp.pcap", udp, nano)
    capture("refused.pcap", refused)
    capture("reset.pcap", lambda: tcp(reset=True))
    capture("icmp.pcap", echo)
    capture("tcp6.pcap", lambda: tcp(socket.AF_INET6, "::1"), nano)
    subprocess.run(["editcap", "-F", "pcapng", "tcp6.pcap", "tcp6.pcapng"], check=True)
    os.remove("tcp6.pcap")
    capture("bulk.pcap", lambda: tcp(count=300_000), "-s", "96")
    capture("sll.pcap", lambda: (tcp(), udp(socket.AF_INET6, "::1")), "-y", "LINUX_SLL", device="any")
    capture("sll2.pcap", lambda: (tcp(), udp(socket.AF_INET6, "::1")), "-y", "LINUX_SLL2", device="any")


# --- made packets ---------------------------------------------------------------------------

def fold(data):
    """The ones' complement sum of 16-bit words (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return total


HOST4 = socket.inet_aton("10.0.0.1"), socket.inet_aton("10.0.0.2")
HOST6 = (socket.inet_pton(socket.AF_INET6, "2001:db8::1"),
         socket.inet_pton(socket.AF_INET6, "2001:db8::2"))


def summed(proto, body, pseudo, kind="right"):
    offset = {6: 16, 17: 6, 58: 2, 1: 2}[proto]
    cover = b"" if proto == 1 else pseudo
    value = 0xFFFF ^ fold(cover + body)
    value = {"right": value, "wrong": value ^ 0x5555, "partial": fold(pseudo), "none": 0}[kind]
    return body[:offset] + struct.pack(">H", value) + body[offset + 2:]


def ip4(proto, body, options=b"", fragment=0x4000, kind="right", total=None, plain=False):
    source, destination = HOST4
    if not plain:
        pseudo = source + destination + struct.pack(">HH", proto, len(body))
        body = summed(proto, body, pseudo, kind)
    length = 20 + len(options) + len(body) if total is None else total
    header = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0x12, length, 0xBEEF, fragment, 61,
                         proto, 0) + source + destination + options
    return header[:10] + struct.pack(">H", 0xFFFF ^ fold(header)) + header[12:] + body


def ip6(proto, body, extensions=(), kind="right", plain=False):
    source, destination = HOST6
    if not plain:
        pseudo = source + destination + struct.pack(">II", len(body), proto)
        body = summed(proto, body, pseudo, kind)
    chain = b""
    numbers = [number for number, _ in extensions] + [proto]
    for following, (_, rest) in zip(numbers[1:], extensions):
        chain += bytes([following]) + rest
    return struct.pack(">IHBB", 6 << 28 | 0x12 << 20 | 0xABCDE, len(chain + body), numbers[0], 61) \
        + source + destination + chain + body


def segment(flags=0x18, options=b"", data=b"Hello, server", sequence=0xFFFFFFFA):
    options += b"\0" * (-len(options) % 4)
    return struct.pack(">HHIIHHHH", 40000, SERVER, sequence, 0x12345678,
                       (5 + len(options) // 4) << 12 | flags, 502, 0, 9) + options + data


def datagram(data=b"Hello, server", length=None):
    return struct.pack(">HHHH", 40000, SERVER, 8 + len(data) if length is None else length, 0) + data


PAIR = [ip4(6, segment()), ip6(6, segment()), ip4(17, datagram()), ip6(17, datagram())]


def ethernet(packet, tags=b""):
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]) + tags + struct.pack(">H", kind) + packet


def pcap(name, link, frames, order="<", magic=0xA1B2C3D4, snaplen=262144, lengths=None):
    out = struct.pack(order + "IHHIIII", magic, 2, 4, 0, 0, snaplen, link)
    for index, frame in enumerate(frames):
        length = lengths[index] if lengths else len(frame)
        out += struct.pack(order + "IIII", 1700000000 + index, 123456 + index, len(frame), length)
        if magic == 0xA1B2CD34:
            out += struct.pack(order + "IHBB", 2, 0x0800, 0, 0)
        out += frame
    (HERE / name).write_bytes(out)


class Pcapng:
    """Blocks of a pcapng file (draft-ietf-opsawg-pcapng)."""

    def __init__(self, order):
        self.order = order
        self.out = b""

    def block(self, kind, body):
        body += b"\0" * (-len(body) % 4)
        length = struct.pack(self.order + "I", len(body) + 12)
        self.out += struct.pack(self.order + "I", kind) + length + body + length

    def option(self, code, value):
        return struct.pack(self.order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)

    def section(self, order, comment):
        self.order = order
        self.block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
                   + self.option(1, comment) + self.option(0, b""))

    def interface(self, link, name, snaplen=0, options=b""):
        self.block(1, struct.pack(self.order + "HHI", link, 0, snaplen) + self.option(2, name)
                   + options + self.option(0, b""))

    def packet(self, interface, time, frame, comment=None):
        options = self.option(1, comment) + self.option(0, b"") if comment else b""
        self.block(6, struct.pack(self.order + "IIIII", interface, time >> 32, time & 0xFFFFFFFF,
                                  len(frame), len(frame)) + frame + b"\0" * (-len(frame) % 4)
                   + options)

    def simple(self, frame):
        self.block(3, struct.pack(self.order + "I", len(frame)) + frame)


def links():
    both = list(PAIR)
    null = [struct.pack("<I", 2 if p[0] >> 4 == 4 else (24, 28, 30)[i % 3]) + p
            for i, p in enumerate(PAIR + [PAIR[1], PAIR[3]])]
    # Family 10, which Linux calls IPv6, is in no file: tshark does not read it.
    pcap("null.pcap", 0, null)
    pcap("null-swapped.pcap", 0, [frame[3::-1] + frame[4:] for frame in null], order=">")
    pcap("loop.pcap", 108, [struct.pack(">I", 2 if p[0] >> 4 == 4 else 24) + p for p in both])
    pcap("raw.pcap", 101, both)
    pcap("ipv4.pcap", 228, [p for p in both if p[0] >> 4 == 4])
    pcap("ipv6.pcap", 229, [p for p in both if p[0] >> 4 == 6])
    one = struct.pack(">HH", 0x8100, 0xE064)
    two = struct.pack(">HHHH", 0x88A8, 0x0FFE, 0x8100, 0x2003)
    pcap("vlan.pcap", 1, [ethernet(PAIR[0], one), ethernet(PAIR[1], two), ethernet(PAIR[2], one + one)])


def headers():
    quoted4, quoted6 = PAIR[2], PAIR[1]
    route = bytes([1, 131, 11, 12]) + HOST4[0] + HOST4[1]
    fast = bytes([34, 10]) + b"cookie!!"
    frames = [
        ip4(6, segment(0x02, bytes([2, 4, 5, 0xB4, 4, 2, 8, 10]) + struct.pack(">II", 77, 0)
                       + bytes([1, 3, 3, 7]) + fast, b"")),
        ip4(6, segment(0x02, bytes([34, 2]), b"")),
        ip4(6, segment(0x10, bytes([1, 1, 5, 26]) + struct.pack(">6I", 1, 2, 30, 40, 500, 600), b"")),
        ip4(6, segment(0x10, bytes([30, 4, 0xAA, 0xBB, 253, 6, 0x12, 0x34, 1, 2]))),
        ip4(6, segment(0x1FF)),
        ip4(6, segment(), options=route),
        ip4(6, segment(), kind="wrong"),
        ip4(6, segment(), kind="partial"),
        ip6(17, datagram(), kind="partial"),
        ip4(17, datagram(), kind="none"),
        ip4(17, datagram(), fragment=0x2000),
        ip4(17, b"the rest of it", fragment=0x0003, plain=True),
        ip6(17, datagram(), [(0, bytes([0, 1, 4, 0, 0, 0, 0])), (60, bytes([0, 1, 4, 0, 0, 0, 0]))]),
        ip6(17, datagram(), [(43, bytes([2, 2, 0, 0, 0, 0, 0]) + HOST6[1])]),
        ip6(17, datagram(), [(44, bytes([0, 0, 1, 0, 0, 0, 7]))]),
        ip6(17, b"the rest of it", [(44, bytes([0, 0, 24, 0, 0, 0, 7]))], plain=True),
        ip6(6, segment(), [(51, bytes([4, 0, 0]) + b"\0\0\0\1\0\0\0\1" + b"\7" * 12)]),
        ip4(1, struct.pack(">BBHI", 3, 3, 0, 0) + quoted4),
        ip4(1, struct.pack(">BBHHH", 3, 4, 0, 0, 1400) + PAIR[0][:28]),
        ip4(1, struct.pack(">BBHI", 11, 0, 0, 0) + PAIR[0]),
        ip6(58, struct.pack(">BBHI", 1, 4, 0, 0) + quoted6),
        ip4(47, b"\0\0\x08\0", plain=True),
    ]
    pcap("headers.pcap", 101, frames)
    lies = [
        ip4(17, datagram(length=99)), ip4(17, datagram(length=4)), ip4(17, datagram(), total=99),
        ip4(6, segment(0x02, bytes([3, 3, 7, 8, 10, 0]), b"")),
    ]
    pcap("lies.pcap", 101, lies)


def formats():
    frames = [ethernet(packet) for packet in PAIR]
    pcap("micro-swapped.pcap", 1, frames, order=">")
    pcap("nano-swapped.pcap", 1, frames, order=">", magic=0xA1B23C4D)
    pcap("modified.pcap", 1, frames, magic=0xA1B2CD34)
    pcap("cut.pcap", 1, [frame[:count] for frame, count in zip(frames, (60, 70, 36, 50))],
         lengths=[len(frame) for frame in frames])
    file = Pcapng("<")
    file.section("<", b"little-endian")
    file.interface(1, b"eth0", options=file.option(9, b"\x09"))
    file.interface(101, b"tun0", options=file.option(9, b"\x8a"))
    file.packet(0, 1700000000123456789, frames[0], b"the first packet")
    file.packet(1, 1700000000 * 1024 + 512, PAIR[1])
    file.section(">", b"big-endian")
    file.interface(1, b"eth1")
    file.packet(0, 1700000001123456, frames[2])
    (HERE / "sections.pcapng").write_bytes(file.out)
    file = Pcapng("<")
    file.section("<", b"simple packets")
    file.interface(1, b"eth0")
    for frame in frames:
        file.simple(frame)
    (HERE / "simple.pcapng").write_bytes(file.out)


def damaged():
    whole = (HERE / "tcp.pcap").read_bytes()
    (HERE / "damaged-cut.pcap").write_bytes(whole[:-7])
    whole = (HERE / "tcp6.pcapng").read_bytes()
    (HERE / "damaged-cut.pcapng").write_bytes(whole[:-7])
    whole = bytearray((HERE / "tcp.pcap").read_bytes())
    place = 24
    for _ in range(8):
        place += 16 + struct.unpack_from("<I", whole, place + 8)[0]
    struct.pack_into("<I", whole, place + 8, 0x7FFFFFFF)
    (HERE / "damaged-length.pcap").write_bytes(whole)


# --- recordings -----------------------------------------------------------------------------

# Programs run from here, so that no recording names a folder of the machine that made it.
NEUTRAL = pathlib.Path("/tmp/sockline-demo")
# Each recording and the command that makes it.
DEMOS = {
    "demo-tcp": ["demo", "tcp"],
    "demo-udp": ["demo", "udp"],
    "demo-tcp-c": ["demo", "tcp", "--c"],
    "demo-udp-c": ["demo", "udp", "--c"],
    "endings": ["run", "--", str(NEUTRAL / "sockline-test-programs"), "endings", "3490"],
}


def sockline(*arguments):
    """Runs the copy in the neutral folder as in a plain UTF-8 terminal."""
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    command = [str(NEUTRAL / "sockline"), *arguments]
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True)


def blocks(data):
    """Where each block of a little-endian pcapng file begins, with its type."""
    place = 0
    while place < len(data):
        kind, length = struct.unpack_from("<II", data, place)
        yield place, kind
        place += length


def twin(data):
    """The file up to the middle of its middle packet."""
    packets = [place for place, kind in blocks(data) if kind == 6]
    return data[:packets[len(packets) // 2] + 50], len(packets), len(packets) // 2


def expect(name):
    """Writes what a replay prints: the ladder, the error, and the status."""
    outcome = sockline("replay", "--width", "104", name)
    text = f"{outcome.stdout}{outcome.stderr}[{outcome.returncode}]\n"
    (HERE / "expected" / f"{name}.txt").write_text(text)


def recordings(programs):
    """Records the demos anew, with their twins, their texts and their numbers in the manifest."""
    shutil.rmtree(NEUTRAL, ignore_errors=True)
    NEUTRAL.mkdir()
    for program in ["sockline", "SocklineDemo", "sockline-demo-c", "sockline-test-programs"]:
        if not (programs / program).exists():
            sys.exit(f"{programs} has no {program}: `swift build -c release` makes it.")
        shutil.copy(programs / program, NEUTRAL)
    (HERE / "expected").mkdir(exist_ok=True)
    rows = (HERE / "manifest.tsv").read_text().splitlines()
    for name, command in DEMOS.items():
        made = NEUTRAL / f"{name}.pcapng"
        outcome = sockline(command[0], "--private", "-w", str(made), *command[1:])
        verified = sockline("replay", "--verify", str(made))
        if outcome.returncode != 0 or verified.returncode != 0:
            sys.exit(f"{name}: {outcome.stderr}{verified.stdout}{verified.stderr}")
        data = made.read_bytes()
        cut, packets, left = twin(data)
        for file, content, count in ((f"{name}.pcapng", data, packets),
                                     (f"damaged-{name}.pcapng", cut, left)):
            (HERE / file).write_bytes(content)
            expect(file)
            cells = [row.split("\t") for row in rows]
            rows = ["\t".join(row[:3] + [str(count)] + row[4:]) if row[0] == file else "\t".join(row)
                    for row in cells]
    (HERE / "manifest.tsv").write_text("\n".join(rows) + "\n")
    shutil.rmtree(NEUTRAL)
    sys.exit("The recordings were made anew: read the difference of captures/expected in git.")


# --- strace -----------------------------------------------------------------------------------

def traced():
    """A capture and a log of strace, taken at the same time; nothing of ours but the program."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    program = [str(NEUTRAL / "sockline-test-programs"), "endings", str(SERVER)]
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    strace = ["strace", "-f", "-ttt", "-T", "-yy", "-o", str(HERE / "strace.log"), *program]
    capture("strace.pcap", lambda: subprocess.run(
        strace, cwd=NEUTRAL, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=True))
    # How the loader finds libraries is the machine's own.
    lines = (HERE / "strace.log").read_text().splitlines(keepends=True)
    own = re.compile(r"/(opt|etc|proc|lib\w*|usr/lib)/|mmap|mprotect|munmap|pread64|brk|newfstatat|rt_sigaction")
    (HERE / "strace.log").write_text("".join(line for line in lines if not own.search(line)))
    for name in ("strace.pcap", "strace.log"):
        os.chmod(HERE / name, 0o644)
        os.chown(HERE / name, os.stat(HERE).st_uid, os.stat(HERE).st_gid)


def strace(programs):
    """Makes strace.pcap and strace.log anew."""
    NEUTRAL.mkdir(exist_ok=True)
    shutil.copy(programs / "sockline-test-programs", NEUTRAL)
    subprocess.run(["unshare", "-n", sys.executable, __file__, "--traced"], check=True)
    shutil.rmtree(NEUTRAL)
    sys.exit("strace.* were made anew: run `make record`, and read the difference in git.")


if __name__ == "__main__":
    os.chdir(HERE)
    if sys.argv[1:] == ["--live"]:
        live()
    elif sys.argv[1:] == ["--traced"]:
        traced()
    elif sys.argv[1:2] == ["--strace"]:
        strace(pathlib.Path(*sys.argv[2:3] or [HERE.parent / ".build" / "release"]))
    elif sys.argv[1:2] == ["--recordings"]:
        recordings(pathlib.Path(*sys.argv[2:3] or [HERE.parent / ".build" / "release"]))
    else:
        subprocess.run(["unshare", "-n", sys.executable, __file__, "--live"], check=True)
        links()
        headers()
        formats()
        damaged()
