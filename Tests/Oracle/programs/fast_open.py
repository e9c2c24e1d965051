"""A server with Fast Open: cookies asked for, used, and data in the SYN, to accept(), poll() and epoll."""

import os
import select
import socket
import threading
import time

with open("/proc/sys/net/ipv4/tcp_fastopen", "w") as setting:
    setting.write("3")
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
server.bind(("127.0.0.1", 8000))
server.listen(16)
TURNS = 30


def serve():
    for turn in range(TURNS):
        if turn % 3 == 1:
            select.select([server], [], [])
        elif turn % 3 == 2:
            with select.epoll() as watch:
                watch.register(server, select.EPOLLIN)
                watch.poll()
        with server.accept()[0] as connection:
            connection.sendall(connection.recv(100))


thread = threading.Thread(target=serve)
thread.start()
for turn in range(TURNS):
    time.sleep(0.005)
    with socket.socket() as client:
        client.sendto(b"x" * (turn + 1), socket.MSG_FASTOPEN, ("127.0.0.1", 8000))
        client.recv(100)
thread.join()
