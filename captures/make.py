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


def pcap(name, link, frames, order="<", magic=0xA1B2C3D4, snaplen=262144, lengths=None, minor=4, turned=()):
    """Writes a pcap file; before version 2.3 the lengths of all packets are turned, in it those of some."""
    out = struct.pack(order + "IHHIIII", magic, 2, minor, 0, 0, snaplen, link)
    for index, frame in enumerate(frames):
        length = lengths[index] if lengths else len(frame)
        both = (len(frame), length)
        if minor < 3 or index in turned:
            both = both[::-1]
        out += struct.pack(order + "IIII", 1700000000 + index, 123456 + index, *both)
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


def le(form, *values):
    return struct.pack("<" + form, *values)


def be(form, *values):
    return struct.pack(">" + form, *values)


def kind(packet):
    """The EtherType of an IP packet."""
    return 0x86DD if packet[0] >> 4 == 6 else 0x0800


def snap(packet):
    return b"\xAA\xAA\x03\0\0\0" + be("H", kind(packet)) + packet


ADDRESSES = bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1])


def wlan(packet, control=0x0802, more=b"", pad=b""):
    return be("HH", control, 0) + ADDRESSES + ADDRESSES[:6] + b"\0\0" + more + pad + snap(packet)


def pktap(link, frame):
    header = le("III", 108, 1, link) + b"en0".ljust(24, b"\0")
    return header.ljust(108, b"\0") + frame


def nflog(packet):
    family = 10 if packet[0] >> 4 == 6 else 2
    prefix = b"in\0"
    return bytes([family, 0, 0, 5]) + le("HH", 4 + len(prefix), 10) + prefix + b"\0" \
        + le("HH", 4 + len(packet), 9) + packet


def rare_links():
    """Link types that are met rarely: the same four packets behind each."""
    both = list(PAIR)
    ppp = [be("H", 0x0057 if p[0] >> 4 == 6 else 0x0021) + p for p in both]
    pcap("ppp.pcap", 9, [b"\xFF\x03" + ppp[0], ppp[1], b"\xFF\x03" + ppp[2][1:], ppp[3][1:],
                         b"\xFF\x03\xC0\x21\x01\x01\0\x04", b"\xFF\x03\x80\x21\x01\x01\0\x04"])
    pcap("ppp-serial.pcap", 50, [b"\xFF\x03" + ppp[0], b"\xFF\x03" + ppp[1],
                                 b"\x0F\0" + be("H", kind(both[2])) + both[2],
                                 b"\x0F\0" + be("H", kind(both[3])) + both[3]])
    pcap("hdlc.pcap", 104, [b"\x0F\0" + be("H", kind(p)) + p for p in both]
         + [b"\x8F\0\x80\x35" + b"\0" * 14])
    pcap("nflog.pcap", 239, [nflog(p) for p in both])
    pcap("fddi.pcap", 10, [b"\x50" + ADDRESSES + snap(p) for p in both])
    pcap("token-ring.pcap", 6, [
        b"\x10\x40" + ADDRESSES + snap(both[0]), b"\x10\x40" + ADDRESSES + snap(both[1]),
        b"\x10\x40" + ADDRESSES[:6] + bytes([0x82]) + ADDRESSES[7:] + b"\x06\x30\x01\x02\x03\x04" + snap(both[2])])
    pcap("wlan.pcap", 105, [
        wlan(both[0]), wlan(both[1], 0x8801, b"\0\0"), wlan(both[2], 0x0803, ADDRESSES[:6]), wlan(both[3]),
        be("HH", 0x8000, 0) + ADDRESSES + ADDRESSES[:6] + b"\0\0" + b"\0" * 12,
        be("HH", 0xD400, 0) + ADDRESSES[:6], wlan(both[0], 0x4802)[:24]])
    radio = b"\0\0" + le("HI", 18, 0x0000482E) + b"\0\x0C" + le("HH", 2437, 0x00A0) + bytes([0xD5, 0, 0, 0])
    clock = b"\0\0" + le("HI", 17, 3) + le("Q", 1) + b"\x20"
    pcap("radiotap.pcap", 127, [radio + wlan(both[0]), radio + wlan(both[1], 0x8802, b"\0\0"),
                                clock + wlan(both[2], 0x8801, b"\0\0", b"\0\0"), radio + wlan(both[3])])
    pcap("avs.pcap", 163, [be("II", 0x80211001, 64) + b"\0" * 56 + wlan(p) for p in both])
    pcap("prism.pcap", 119, [le("II", 0x44, 144) + b"wlan0".ljust(136, b"\0") + wlan(p) for p in both])
    ppi = lambda link, frame: b"\0\0" + le("HI", 8, link) + frame
    pcap("ppi.pcap", 192, [ppi(105, wlan(both[0])), ppi(1, ethernet(both[1])), ppi(105, wlan(both[2]))])
    pcap("ipoib.pcap", 242, [b"\0" * 40 + be("HH", kind(p), 0) + p for p in both])
    pcap("pktap.pcap", 258, [pktap(1, ethernet(both[0])), pktap(12, both[1]),
                             pktap(0, le("I", 30) + both[3])])
    pcap("atm.pcap", 100, [snap(p) for p in both])
    pcap("old.pcap", 1, [ethernet(p) for p in both], minor=2)
    pcap("older-swapped.pcap", 1, [ethernet(p)[:60] for p in both], order=">", minor=0,
         lengths=[len(ethernet(p)) for p in both])
    pcap("version-2-3.pcap", 1, [ethernet(p)[:60] for p in both], minor=3, turned=(1, 3),
         lengths=[len(ethernet(p)) for p in both])


def protocols():
    """Frames of 802.3, and protocols that are told by their names."""
    def frame(rest):
        return ADDRESSES + be("H", len(rest)) + rest + b"\0" * max(0, 46 - len(rest))

    def typed(number, rest=b"\0" * 46):
        return ADDRESSES + be("H", number) + rest

    bpdu = b"\x42\x42\x03" + b"\0" * 35
    arp = be("HHBBH", 1, 0x0800, 6, 4, 1) + ADDRESSES[6:] + HOST4[0] + b"\0" * 6 + HOST4[1]
    numbers = [2, 33, 46, 50, 88, 89, 103, 112, 132]
    pcap("protocols.pcap", 1, [
        frame(snap(PAIR[0])), frame(snap(PAIR[1])), frame(b"\x06\x06\x03" + PAIR[2]), frame(bpdu),
        frame(b"\xFE\xFE\x03\x83" + b"\0" * 26), frame(b"\xAA\xAA\x03\0\0\x0C\x20\0\x02\xB4" + b"\0" * 20),
        frame(b"\xFF\xFF" + b"\0" * 30), typed(0x0806, arp), typed(0x88CC, b"\x02\x07\x04" + ADDRESSES[6:] + b"\0" * 9),
        typed(0x8863, b"\x11\x09\0\0\0\0" + b"\0" * 40), typed(0x888E, b"\1\1\0\0"), typed(0x8809, b"\1" + b"\0" * 45),
    ] + [ethernet(ip4(number, b"\0" * 24, plain=True)) for number in numbers])


def tunnels():
    """Packets inside of packets."""
    four, six = PAIR[2], PAIR[1]
    whole = ethernet(four)

    def udp_to(port, rest, source=40000):
        return ip4(17, be("HHHH", source, port, 8 + len(rest), 0) + rest, kind="none")

    gre = lambda number, rest, flags=0, fields=b"": ip4(47, be("HH", flags, number) + fields + rest, plain=True)
    vxlan = lambda network, rest: udp_to(4789, be("II", 0x08000000, network << 8) + rest)
    label = lambda number, bottom: be("I", number << 12 | bottom << 8 | 64)
    session = be("BBHH", 0x11, 0, 17, 2 + len(four)) + b"\0\x21" + four
    frames = [
        gre(0x0800, four), gre(0x86DD, six, 0x3000, be("II", 5, 1)), gre(0x6558, whole, 0x2000, be("I", 0x070001)),
        gre(0x88BE, whole, 0x1000, be("I", 1) + be("HHI", 0x1064, 0x0064, 0)),
        gre(0x22EB, whole, 0x1000, be("I", 2) + be("HHIHH", 0x2064, 0x0065, 0, 0, 0)),
        gre(0x880B, b"\xFF\x03\0\x21" + four, 0x3001, be("HHI", 4 + len(four), 9, 1)),
        ip4(4, four, plain=True), ip4(41, six, plain=True), ip6(4, four, plain=True), ip6(41, six, plain=True),
        vxlan(7, whole), vxlan(8, whole), vxlan(7, ethernet(six, struct.pack(">HH", 0x8100, 5))),
        udp_to(4790, be("II", 0x0C000001, 9 << 8) + four),
        udp_to(6081, be("BBHI", 1, 0, 0x6558, 10 << 8) + b"\1\2\x80\0" + whole),
        udp_to(2152, be("BBHI", 0x30, 255, len(four), 0x1234) + four),
        udp_to(2152, be("BBHI", 0x34, 255, len(four) + 8, 0x1235) + be("HBB", 1, 0, 0x85) + b"\1\0\1\0" + four),
        udp_to(3544, b"\0\0\0\0" + HOST4[0] + six, 3544),
        udp_to(1701, be("HHH", 0x0002, 3, 4) + b"\xFF\x03\0\x21" + four, 1701),
        gre(0x8847, label(16, 0) + label(17, 1) + four),
        ip4(97, b"\x30\0" + whole, plain=True),
        ip4(51, bytes([17, 4, 0, 0]) + b"\0\0\0\1\0\0\0\1" + b"\7" * 12 + four[20:], plain=True),
        ip4(4, vxlan(7, ethernet(gre(0x0800, four))), plain=True),
    ]
    pcap("tunnels.pcap", 1, [ethernet(packet) for packet in frames] + [
        ADDRESSES + b"\x88\x64" + session,
        ADDRESSES + b"\x88\x47" + label(16, 0) + label(17, 1) + PAIR[0],
        ADDRESSES + b"\x88\x47" + label(18, 1) + b"\x05\0\0\1" + whole,
        ADDRESSES + b"\x88\x48" + label(19, 1) + six,
        ADDRESSES + b"\x88\xE7" + be("I", 77) + whole,
    ])


def pieces(packet, *cuts):
    """An IPv4 packet in fragments that begin at these places of its data."""
    head, data = packet[:20], packet[20:]
    out = []
    for start, end in zip((0,) + cuts, cuts + (len(data),)):
        more = 0x2000 if end < len(data) else 0
        header = head[:2] + be("HHH", 20 + end - start, 0xF00D, more | start // 8) + head[8:10] + b"\0\0" + head[12:]
        out.append(header[:10] + be("H", 0xFFFF ^ fold(header)) + header[12:] + data[start:end])
    return out


def pieces6(proto, body, number, *cuts):
    """The same of an IPv6 packet."""
    source, destination = HOST6
    body = summed(proto, body, source + destination + be("II", len(body), proto))
    return [ip6(proto, body[start:end], [(44, be("BHI", 0, start | (end < len(body)), number))], plain=True)
            for start, end in zip((0,) + cuts, cuts + (len(body),))]


def fragments():
    """Packets in fragments: in order, out of order, twice, overlapping, without one."""
    text = bytes(range(65, 91)) * 4
    tcp = pieces(ip4(6, segment(0x19, data=text, sequence=1000)), 40, 80)
    small = pieces(ip4(6, segment(0x18, data=text[:20], sequence=2000)), 8, 16, 32)
    overlap = pieces(ip4(6, segment(0x18, data=text, sequence=3000)), 40, 80)
    longer = pieces(ip4(6, segment(0x18, data=text, sequence=3000)), 40, 96)
    six = pieces6(6, segment(0x18, data=text, sequence=4000), 9, 40, 80)
    datagrams = pieces6(17, datagram(text), 10, 40, 80)
    inside = ip4(17, be("HHHH", 40000, 4789, 8 + 8 + len(ethernet(PAIR[0])), 0) + be("II", 0x08000000, 7 << 8)
                 + ethernet(PAIR[0]), kind="none")
    frames = tcp + small[::-1] + [overlap[0], longer[1], overlap[2]] + [six[2], six[0], six[0], six[1]] \
        + datagrams + pieces(ip4(17, datagram(text)), 40, 80)[::-1] + pieces(inside, 8, 40) \
        + pieces(ip4(6, segment(0x18, data=text, sequence=5000)), 40, 80)[::2]
    pcap("fragments.pcap", 101, frames)


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
        copy = pathlib.Path(shutil.copy(programs / program, NEUTRAL))
        # Lines of source are recorded with their files: those of the project, wherever it lies.
        root = str(HERE.parent).encode()
        copy.write_bytes(copy.read_bytes().replace(root, b"/sockline".ljust(len(root), b"/")[:len(root)]))
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
        rare_links()
        protocols()
        tunnels()
        fragments()
        headers()
        formats()
        damaged()
