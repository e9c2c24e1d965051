// UDP: one by one, connected, several in one call; IPv6 and an IPv6 socket that takes IPv4.
#define _GNU_SOURCE
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char room[64];

static int bound(int *port) {
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  int own = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(getsockname(own, (struct sockaddr *)&address, &length), "getsockname");
  *port = ntohs(address.sin_port);
  return own;
}

static void several(int from, int to, struct sockaddr_in *address) {
  struct iovec out[2] = {{"first", 5}, {"second", 6}};
  struct iovec in[2] = {{room, 8}, {room + 8, 8}};
  struct sockaddr_in senders[2];
  struct mmsghdr messages[2];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 2; i++) {
    messages[i].msg_hdr.msg_iov = &out[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = address;
    messages[i].msg_hdr.msg_namelen = sizeof *address;
  }
  must(sendmmsg(from, messages, 2, 0), "sendmmsg");
  for (int i = 0; i < 2; i++) {
    messages[i].msg_hdr.msg_iov = &in[i];
    messages[i].msg_hdr.msg_name = &senders[i];
  }
  must(recvmmsg(to, messages, 2, 0, NULL), "recvmmsg");
}

static void dual_stack(void) {
  struct sockaddr_in6 six;
  struct sockaddr_in four;
  socklen_t length = sizeof six;
  memset(&six, 0, sizeof six);
  six.sin6_family = AF_INET6;
  int own = must(socket(AF_INET6, SOCK_STREAM, 0), "socket");
  must(bind(own, (struct sockaddr *)&six, sizeof six), "bind");
  must(listen(own, 4), "listen");
  must(getsockname(own, (struct sockaddr *)&six, &length), "getsockname");
  four = loopback(ntohs(six.sin6_port));
  int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(connect(client, (struct sockaddr *)&four, sizeof four), "connect");
  int server = must(accept4(own, (struct sockaddr *)&six, &length, SOCK_CLOEXEC), "accept4");
  write_all(client, "mapped", 6);
  read_all(server, room, 6);
  close(client);
  close(server);
  close(own);
}

int datagrams(int argc, char **argv) {
  int port;
  (void)argc;
  (void)argv;
  int to = bound(&port);
  struct sockaddr_in address = loopback(port), sender;
  socklen_t length = sizeof sender;
  int from = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must((int)sendto(from, "hello", 5, 0, (struct sockaddr *)&address, sizeof address), "sendto");
  must((int)recvfrom(to, room, sizeof room, 0, (struct sockaddr *)&sender, &length), "recvfrom");
  must((int)sendto(to, "back", 4, 0, (struct sockaddr *)&sender, length), "sendto");
  must((int)recv(from, room, sizeof room, 0), "recv");
  several(from, to, &address);
  must(connect(from, (struct sockaddr *)&address, sizeof address), "connect");
  must((int)write(from, "connected", 9), "write");
  must((int)read(to, room, sizeof room), "read");
  // Dissolved again; then nobody is there to send to.
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  must(connect(from, &nobody, sizeof nobody), "connect");
  send(from, "x", 1, 0);
  close(to);
  close(from);
  dual_stack();
  return 0;
}
