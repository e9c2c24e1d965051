"""Bytes that wait: TCP_CORK, Nagle, a closed window with its probes, and a read that opens it."""

import socket
import threading
import time

server = socket.create_server(("127.0.0.1", 8000))


def both(client_options=(), receive=0):
    if receive:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    client = socket.socket()
    for option, value in client_options:
        client.setsockopt(socket.IPPROTO_TCP, option, value)
    client.connect(("127.0.0.1", 8000))
    return client, server.accept()[0]


client, peer = both()
for turn in range(20):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    for _ in range(3):
        client.send(b"x" * 300)
    if turn % 2:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
    else:
        time.sleep(0.25)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
    peer.recv(2000)
client.close()
peer.close()

client, peer = both()
reader = threading.Thread(target=lambda: [peer.recv(100) for _ in range(30)])
reader.start()
for turn in range(30):
    client.send(b"y" * 20)
client.close()
reader.join()
peer.close()

client, peer = both(receive=4096)
client.settimeout(0.5)
try:
    while True:
        client.send(b"z" * 4000)
except TimeoutError:
    pass
time.sleep(1.5)
peer.settimeout(0.2)
try:
    while peer.recv(1000):
        pass
except TimeoutError:
    pass
client.close()
while peer.recv(65536):
    pass
peer.close()
