// The server of a UDP conversation: it waits for one datagram, answers it and exits.
//
//     socket -> bind -> recvfrom -> sendto -> close

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "demo.h"

int udp_server(void) {
  int endpoint;
  struct sockaddr_in my_addr;     // this server's address
  struct sockaddr_in their_addr;  // the client's address
  socklen_t sin_size;
  char buffer[1024];
  ssize_t count;
  const char *answer = "Hello, client";

  // SOCK_DGRAM means UDP over IPv4.
  if ((endpoint = socket(AF_INET, SOCK_DGRAM, 0)) == -1) fail("socket");

  memset(&my_addr, 0, sizeof my_addr);
  my_addr.sin_family = AF_INET;
  my_addr.sin_port = htons(PORT);
  my_addr.sin_addr.s_addr = htonl(INADDR_ANY);
  if (bind(endpoint, (struct sockaddr *)&my_addr, sizeof my_addr) == -1) fail("bind");

  // There is no listen() and no accept(): UDP has no connections. recvfrom() sleeps until a
  // datagram comes, and returns it whole together with its sender's address.
  //
  // A server that runs for ever does this and everything below in a loop, while (1). This one
  // serves a single client, so that both programs come to their end while you watch.
  sin_size = sizeof their_addr;
  count = recvfrom(endpoint, buffer, sizeof buffer, 0, (struct sockaddr *)&their_addr, &sin_size);
  if (count == -1) fail("recvfrom");
  printf("server: got datagram from %s port %d\n", inet_ntoa(their_addr.sin_addr),
         ntohs(their_addr.sin_port));
  make_printable(buffer, (size_t)count);
  printf("server: received %.*s\n", (int)count, buffer);

  // One sendto() is one datagram.
  count = sendto(endpoint, answer, strlen(answer), 0, (struct sockaddr *)&their_addr, sin_size);
  if (count == -1) fail("sendto");

  // No packet is sent: there is no connection to end.
  if (close(endpoint) == -1) fail("close");
  return 0;
}
