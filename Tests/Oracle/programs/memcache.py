"""Sets and gets of many sizes, some of them in one go."""

import socket

with socket.create_connection(("127.0.0.1", 11211)) as client:
    stream = client.makefile("rwb")
    for size in (1, 100, 1000, 100_000, 900_000) * 5:
        stream.write(b"set k 0 0 %d\r\n%s\r\nget k\r\nget none\r\n" % (size, b"v" * size))
        stream.flush()
        assert stream.readline() == b"STORED\r\n"
        assert stream.readline() == b"VALUE k 0 %d\r\n" % size
        assert len(stream.read(size)) == size
        assert stream.read(12) == b"\r\nEND\r\nEND\r\n", "end"
