// The client of a TCP conversation: it asks, reads the answer and closes.
//
//     socket -> connect -> write -> read -> close

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "demo.h"

int tcp_client(void) {
  int connection;
  struct sockaddr_in their_addr;  // the server's address
  char buffer[1024];
  ssize_t count;
  const char *question = "Hello, server";

  if ((connection = socket(AF_INET, SOCK_STREAM, 0)) == -1) fail("socket");

  memset(&their_addr, 0, sizeof their_addr);
  their_addr.sin_family = AF_INET;
  their_addr.sin_port = htons(PORT);
  their_addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

  // connect() sends the SYN and sleeps until the server's kernel has answered it. There is no
  // bind(): nobody needs to know the client's port beforehand, so the kernel picks a free one.
  if (connect(connection, (struct sockaddr *)&their_addr, sizeof their_addr) == -1)
    fail("connect");

  // write() returns as soon as the kernel has taken the bytes, not when they have arrived.
  if (write(connection, question, strlen(question)) == -1) fail("write");

  // The answer is 13 bytes and comes in one piece. A program that expects more reads in a loop.
  if ((count = read(connection, buffer, sizeof buffer)) == -1) fail("read");
  make_printable(buffer, (size_t)count);
  printf("client: received %.*s\n", (int)count, buffer);

  // close() tells the server that no more bytes will come: its read() returns 0.
  if (close(connection) == -1) fail("close");
  return 0;
}
