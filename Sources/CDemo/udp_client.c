// The client of a UDP conversation: it sends one datagram and waits for the answer.
//
//     socket -> sendto -> recvfrom -> close

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "demo.h"

int udp_client(void) {
  int endpoint;
  struct sockaddr_in their_addr;  // the server's address
  struct sockaddr_in from_addr;   // where the answer comes from
  socklen_t sin_size;
  char buffer[1024];
  ssize_t count;
  const char *question = "Hello, server";

  if ((endpoint = socket(AF_INET, SOCK_DGRAM, 0)) == -1) fail("socket");

  // No connect(), no handshake: the datagram goes out at once, and sendto() succeeds whether or
  // not anybody waits for it. The kernel picks this socket's port now.
  memset(&their_addr, 0, sizeof their_addr);
  their_addr.sin_family = AF_INET;
  their_addr.sin_port = htons(PORT);
  their_addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  count = sendto(endpoint, question, strlen(question), 0, (struct sockaddr *)&their_addr,
                 sizeof their_addr);
  if (count == -1) fail("sendto");

  // Nothing says that the datagram has arrived, except an answer. If it was lost, this call sleeps
  // for ever; a program that cannot afford that sets a limit (SO_RCVTIMEO) and asks again.
  sin_size = sizeof from_addr;
  count = recvfrom(endpoint, buffer, sizeof buffer, 0, (struct sockaddr *)&from_addr, &sin_size);
  if (count == -1) fail("recvfrom");
  make_printable(buffer, (size_t)count);
  printf("client: received %.*s\n", (int)count, buffer);

  if (close(endpoint) == -1) fail("close");
  return 0;
}
