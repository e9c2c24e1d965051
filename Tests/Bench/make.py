#!/usr/bin/env python3
"""Makes a capture to measure with: make.py tcp|udp|stream PACKETS FILE

Connections of ten packets (handshake, two exchanges, close), a hundred of them at a time, with
times, sequence numbers, timestamps and right checksums; or UDP requests and replies; or a single
TCP connection with exchanges all the time.
"""
import os
import struct
import sys

GREATEST = 5_000_000
AT_A_TIME = 100
SERVER = 0x0A000001
PORT = 3490
SYN, ACK, PUSH, FIN = 2, 16, 8, 1
ETHERNET = bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0])


def fold(data):
    """The ones' complement sum of 16-bit words."""
    if len(data) % 2:
        data += b"\0"
    return sum(struct.unpack(f">{len(data) // 2}H", data)) % 0xFFFF or 0xFFFF


def frame(proto, source, destination, body, checksum_at):
    """An Ethernet frame with an IPv4 packet."""
    pseudo = struct.pack(">IIHH", source, destination, proto, len(body))
    value = 0xFFFF - fold(pseudo + body)
    body = body[:checksum_at] + struct.pack(">H", value) + body[checksum_at + 2:]
    header = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(body), 1, 0x4000, 64, proto, 0, source,
                         destination)
    header = header[:10] + struct.pack(">H", 0xFFFF - fold(header)) + header[12:]
    return ETHERNET + header + body


def connection(number, exchanges=1):
    """The frames of a connection: six, and four for each exchange."""
    client, port = 0x0A010000 + number // 50_000, 10_000 + number % 50_000
    sizes = 20 + number % 200, 100 + number % 1_300
    first, second = number * 2_654_435_761 % 2**32, number * 40_503_000_077 % 2**32
    stamps = number * 3 % 2**32, number * 7 % 2**32
    steps = [
        (True, SYN, 0), (False, SYN | ACK, 0), (True, ACK, 0),
        *[(True, PUSH | ACK, sizes[0]), (False, ACK, 0), (False, PUSH | ACK, sizes[1]),
          (True, ACK, 0)] * exchanges,
        (True, FIN | ACK, 0), (False, FIN | ACK, 0), (True, ACK, 0),
    ]
    sent = [first, second]
    for is_client, flags, size in steps:
        me, other = (0, 1) if is_client else (1, 0)
        ports = (port, PORT) if is_client else (PORT, port)
        ends = (client, SERVER) if is_client else (SERVER, client)
        acknowledged = sent[other] if flags & ACK else 0
        options = bytes([1, 1, 8, 10]) + struct.pack(">II", stamps[me], stamps[other])
        if flags & SYN:
            options = bytes([2, 4, 5, 0xB4, 4, 2]) + options[2:] + bytes([1, 3, 3, 7])
        body = struct.pack(">HHIIHHHH", *ports, sent[me], acknowledged,
                           (5 + len(options) // 4) << 12 | flags, 502, 0, 0)
        yield frame(6, *ends, body + options + b"x" * size, 16)
        sent[me] = (sent[me] + size + (1 if flags & (SYN | FIN) else 0)) % 2**32


def exchange(number):
    """The ten datagrams of a client: five requests and their replies."""
    client, port = 0x0A010000 + number // 50_000, 10_000 + number % 50_000
    for index in range(10):
        is_client = index % 2 == 0
        size = 13 + (number + index) % 500
        ports = (port, PORT) if is_client else (PORT, port)
        ends = (client, SERVER) if is_client else (SERVER, client)
        yield frame(17, *ends, struct.pack(">HHHH", *ports, 8 + size, 0) + b"x" * size, 6)


def frames(protocol, packets):
    """All frames; a hundred connections take turns, packet by packet."""
    if protocol == "stream":
        yield from connection(0, (packets - 6) // 4)
        return
    make = connection if protocol == "tcp" else exchange
    for start in range(0, packets // 10, AT_A_TIME):
        together = [make(number) for number in range(start, min(start + AT_A_TIME, packets // 10))]
        for _ in range(10):
            for one in together:
                yield next(one)


def main():
    protocol, packets, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if protocol not in ("tcp", "udp", "stream") or not 10 <= packets <= GREATEST:
        sys.exit(f"make.py tcp|udp|stream PACKETS FILE: from 10 to {GREATEST} packets")
    time = 1_700_000_000_000_000
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, data in enumerate(frames(protocol, packets)):
            time += 7 + number % 13
            file.write(struct.pack("<IIII", time // 1_000_000, time % 1_000_000, len(data), len(data)))
            file.write(data)
    os.replace(path + ".part", path)


main()
