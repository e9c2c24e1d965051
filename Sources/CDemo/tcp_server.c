// The server of a TCP conversation: it waits for one client, answers it and exits.
//
//     socket -> bind -> listen -> accept -> read -> write -> read -> close, close

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "demo.h"

int tcp_server(void) {
  int listener, connection;       // listen on one socket, talk on the other
  struct sockaddr_in my_addr;     // this server's address
  struct sockaddr_in their_addr;  // the client's address
  socklen_t sin_size;
  char buffer[1024];
  ssize_t count;
  const char *answer = "Hello, client";

  // The operating system creates a socket and returns its number, the descriptor. AF_INET with
  // SOCK_STREAM means TCP over IPv4. No packet is sent.
  if ((listener = socket(AF_INET, SOCK_STREAM, 0)) == -1) fail("socket");

  // The socket gets the port that clients know. INADDR_ANY, written 0.0.0.0, means every address of
  // this machine. Port and address are in network byte order. No packet is sent.
  memset(&my_addr, 0, sizeof my_addr);
  my_addr.sin_family = AF_INET;
  my_addr.sin_port = htons(PORT);
  my_addr.sin_addr.s_addr = htonl(INADDR_ANY);
  if (bind(listener, (struct sockaddr *)&my_addr, sizeof my_addr) == -1) fail("bind");

  // From now on the kernel answers clients: it performs the handshakes by itself and queues the
  // established connections. This socket never carries data. No packet is sent.
  if (listen(listener, BACKLOG) == -1) fail("listen");

  // accept() takes one connection out of the queue, or sleeps until there is one. It returns a
  // second socket, the connection's own, and who the client is. No packet is sent.
  //
  // A server that runs for ever does this and everything below in a loop, while (1). This one
  // serves a single client, so that both programs come to their end while you watch.
  sin_size = sizeof their_addr;
  connection = accept(listener, (struct sockaddr *)&their_addr, &sin_size);
  if (connection == -1) fail("accept");
  printf("server: got connection from %s port %d\n", inet_ntoa(their_addr.sin_addr),
         ntohs(their_addr.sin_port));

  // read() sleeps until bytes are there and returns how many it got: up to 1024, as many as have
  // arrived. TCP is a stream of bytes, so a longer message could take several calls.
  if ((count = read(connection, buffer, sizeof buffer)) == -1) fail("read");
  make_printable(buffer, (size_t)count);
  printf("server: received %.*s\n", (int)count, buffer);

  if (write(connection, answer, strlen(answer)) == -1) fail("write");

  // read() returns 0 when the client has closed its side and all its bytes have been read.
  while (count > 0) {
    if ((count = read(connection, buffer, sizeof buffer)) == -1) fail("read");
  }

  // The connection ends here. The client closed first, so the port is free again at once: the side
  // that closes first keeps the pair of ports in TIME-WAIT for a minute.
  if (close(connection) == -1) fail("close");
  // The listening socket is a separate one. Closing it releases port 3490 for other programs.
  if (close(listener) == -1) fail("close");
  return 0;
}
