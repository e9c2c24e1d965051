"""A server with a thread for each connection, and ten clients of ten exchanges."""

import socket
import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line * 50)
            self.wfile.flush()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 50


def talk(number):
    with socket.create_connection(("127.0.0.1", 8000)) as client:
        stream = client.makefile("rwb")
        for turn in range(10):
            line = b"%d %d %s\n" % (number, turn, b"x" * turn * 100)
            stream.write(line)
            stream.flush()
            assert stream.read(len(line) * 50) == line * 50


with Server(("127.0.0.1", 8000), Handler) as server:
    threading.Thread(target=server.serve_forever).start()
    clients = [threading.Thread(target=talk, args=(n,)) for n in range(10)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    server.shutdown()
