"""Writers that block: a send buffer of each size, a reader that takes its time or not."""

import socket
import sys
import threading
import time

TOTAL = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
server = socket.create_server(("127.0.0.1", 8000))


def read(connection, size, pause):
    with connection:
        while connection.recv(size):
            if pause:
                time.sleep(pause)


def write(buffer, size):
    with socket.socket() as client:
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        client.connect(("127.0.0.1", 8000))
        left = TOTAL
        while left > 0:
            left -= client.send(b"x" * min(size, left))


for buffer, receive, size, take, pause in [
    (4096, 4096, 1000, 3000, 0.001), (4096, 0, 8000, 8000, 0), (16384, 8192, 5000, 4000, 0.002),
    (65536, 16384, 30000, 10000, 0.003), (0, 16384, 300000, 20000, 0.004), (0, 0, 100000, 65536, 0),
]:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive or 131072)
    writer = threading.Thread(target=write, args=(buffer, size))
    writer.start()
    read(server.accept()[0], take, pause)
    writer.join()
