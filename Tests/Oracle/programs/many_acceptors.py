"""Workers that share a port: many_acceptors.py KIND CONNECTIONS

KIND says how: `group` (a socket each, SO_REUSEPORT, half of them in accept(), half in epoll_wait()),
`instances` (one socket, an epoll instance each), `exclusive` (the same with EPOLLEXCLUSIVE), `edge` (with
EPOLLET), `accept` (one socket, all in accept()).
"""

import os
import select
import signal
import socket
import sys
import threading
import time

KIND, COUNT = sys.argv[1], int(sys.argv[2])
WORKERS = 4


def listener():
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if KIND == "group":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", 8000))
    made.listen(64)
    return made


def serve(connection):
    with connection:
        connection.sendall(connection.recv(100))


def work(shared, number):
    sock = shared or listener()
    if KIND == "accept" or KIND == "group" and number % 2 == 0:
        while True:
            serve(sock.accept()[0])
    sock.setblocking(False)
    with select.epoll() as watch:
        how = {"exclusive": 1 << 28, "edge": select.EPOLLET}.get(KIND, 0)
        watch.register(sock, select.EPOLLIN | how)
        while True:
            watch.poll()
            while True:
                try:
                    connection = sock.accept()[0]
                except BlockingIOError:
                    break
                connection.setblocking(True)
                serve(connection)
                if KIND != "edge":
                    break


def listens():
    with open("/proc/net/tcp") as table:
        return sum(line.split()[1].endswith(":1F40") and line.split()[3] == "0A" for line in table)


def talk(turns):
    for turn in range(turns):
        with socket.create_connection(("127.0.0.1", 8000)) as client:
            client.sendall(b"x" * (1 + turn))
            client.recv(100)


shared = None if KIND == "group" else listener()
workers = []
for number in range(WORKERS):
    child = os.fork()
    if child == 0:
        work(shared, number)
    workers.append(child)
while listens() < (1 if shared else WORKERS):
    time.sleep(0.01)
talkers = [threading.Thread(target=talk, args=(COUNT // 3,)) for _ in range(3)]
for talker in talkers:
    talker.start()
for talker in talkers:
    talker.join()
for worker in workers:
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
