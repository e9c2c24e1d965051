// Sockets that are neither plain TCP nor plain UDP. Each ends with 0 where all that was sent arrived,
// and with 77 where the kernel has no such sockets.
#define _GNU_SOURCE
#include "programs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int made(int type, int protocol) {
  int own = socket(AF_INET, type, protocol);
  if (own < 0) exit(77);
  return own;
}

static struct sockaddr_in bound(int own) {
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(getsockname(own, (struct sockaddr *)&address, &length), "getsockname");
  return address;
}

/// A connection of MPTCP, both ends here.
static int mptcp(void) {
  char room[8];
  int listening = made(SOCK_STREAM, 262);
  struct sockaddr_in address = bound(listening);
  must(listen(listening, 4), "listen");
  int own = made(SOCK_STREAM, 262);
  must(connect(own, (struct sockaddr *)&address, sizeof address), "connect");
  int other = must(accept(listening, NULL, NULL), "accept");
  write_all(own, "multi", 5);
  if (read_all(other, room, 5) != 5) return 2;
  write_all(other, "path", 4);
  if (read_all(own, room, 4) != 4) return 3;
  close(own);
  if (read_all(other, room, 1) != 0) return 4;
  close(other);
  close(listening);
  return 0;
}

/// Datagrams of UDP-Lite both ways.
static int udplite(void) {
  char room[32];
  int one = made(SOCK_DGRAM, 136), other = made(SOCK_DGRAM, 136);
  struct sockaddr_in first = bound(one), second = bound(other);
  must((int)sendto(one, "lightly", 7, 0, (struct sockaddr *)&second, sizeof second), "sendto");
  if (recv(other, room, sizeof room, 0) != 7) return 2;
  must((int)sendto(other, "answered", 8, 0, (struct sockaddr *)&first, sizeof first), "sendto");
  return recv(one, room, sizeof room, 0) == 8 ? 0 : 3;
}

static uint16_t sum(const void *bytes, size_t count) {
  const uint16_t *words = bytes;
  uint32_t total = 0;
  for (size_t i = 0; i < count / 2; i++) total += words[i];
  while (total >> 16) total = (total & 0xFFFF) + (total >> 16);
  return (uint16_t)~total;
}

/// An echo request by a socket of ICMP, or by a raw one, and its reply.
static int ping(int type) {
  struct {
    struct icmphdr header;
    char text[8];
  } echo;
  char room[128];
  struct sockaddr_in address = loopback(0);
  if (type == SOCK_DGRAM) {
    int range = open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY);
    if (range < 0 || write(range, "0 2147483647", 12) != 12) return 77;
    close(range);
  }
  int own = made(type, IPPROTO_ICMP);
  memset(&echo, 0, sizeof echo);
  memcpy(echo.text, "pingping", 8);
  echo.header.type = ICMP_ECHO;
  echo.header.un.echo.id = htons(77);
  echo.header.un.echo.sequence = htons(1);
  echo.header.checksum = sum(&echo, sizeof echo);
  must((int)sendto(own, &echo, sizeof echo, 0, (struct sockaddr *)&address, sizeof address),
       "sendto");
  return recv(own, room, sizeof room, 0) > 0 ? 0 : 2;
}

/// A protocol that nobody knows, and a datagram of UDP whose headers the program makes.
static int raw(void) {
  char room[64];
  struct sockaddr_in address = loopback(0);
  int own = made(SOCK_RAW, 253);
  must((int)sendto(own, "experiment", 10, 0, (struct sockaddr *)&address, sizeof address),
       "sendto");
  if (recv(own, room, sizeof room, 0) != 30) return 2;
  int receiver = socket(AF_INET, SOCK_DGRAM, 0);
  address = bound(receiver);
  struct {
    struct iphdr ip;
    uint16_t ports[2], length, checksum;
    char text[6];
  } packet;
  memset(&packet, 0, sizeof packet);
  packet.ip.version = 4;
  packet.ip.ihl = 5;
  packet.ip.ttl = 9;
  packet.ip.protocol = IPPROTO_UDP;
  packet.ip.saddr = packet.ip.daddr = address.sin_addr.s_addr;
  packet.ports[0] = htons(1234);
  packet.ports[1] = address.sin_port;
  packet.length = htons(14);
  memcpy(packet.text, "forged", 6);
  int maker = made(SOCK_RAW, IPPROTO_RAW);
  must((int)sendto(maker, &packet, 34, 0, (struct sockaddr *)&address, sizeof address), "sendto");
  return recv(receiver, room, sizeof room, 0) == 6 ? 0 : 3;
}

/// A group that is joined, sent to and left, over the loopback interface.
static int group(void) {
  char room[16];
  int one = 1, own = made(SOCK_DGRAM, 0), sender = made(SOCK_DGRAM, 0);
  struct ip_mreqn wanted;
  memset(&wanted, 0, sizeof wanted);
  wanted.imr_multiaddr.s_addr = inet_addr("239.1.2.3");
  wanted.imr_ifindex = 1;
  struct sockaddr_in address = loopback(7000);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(setsockopt(own, IPPROTO_IP, IP_ADD_MEMBERSHIP, &wanted, sizeof wanted), "join");
  must(setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &wanted, sizeof wanted), "interface");
  must(setsockopt(sender, IPPROTO_IP, IP_MULTICAST_LOOP, &one, sizeof one), "loop");
  address.sin_addr = wanted.imr_multiaddr;
  must((int)sendto(sender, "to all", 6, 0, (struct sockaddr *)&address, sizeof address), "sendto");
  if (recv(own, room, sizeof room, 0) != 6) return 2;
  must(setsockopt(own, IPPROTO_IP, IP_DROP_MEMBERSHIP, &wanted, sizeof wanted), "leave");
  return 0;
}

/// A broadcast on the loopback interface.
static int broadcast(void) {
  char room[16];
  int one = 1, own = made(SOCK_DGRAM, 0), sender = made(SOCK_DGRAM, 0);
  struct sockaddr_in address = loopback(7001);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(setsockopt(sender, SOL_SOCKET, SO_BROADCAST, &one, sizeof one), "setsockopt");
  address.sin_addr.s_addr = inet_addr("127.255.255.255");
  must((int)sendto(sender, "to all", 6, 0, (struct sockaddr *)&address, sizeof address), "sendto");
  return recv(own, room, sizeof room, 0) == 6 ? 0 : 2;
}

/// To addresses that the kernel changes on the way: a service on port 80 that is elsewhere.
static int redirected(void) {
  char room[16];
  int listening = listener(3490, 4);
  int own = dial(80);
  int other = must(accept(listening, NULL, NULL), "accept");
  write_all(own, "to 80", 5);
  if (read_all(other, room, 5) != 5) return 2;
  write_all(other, "back", 4);
  if (read_all(own, room, 4) != 4) return 3;
  close(own);
  if (read_all(other, room, 1) != 0) return 4;
  close(other);
  struct sockaddr_in address = loopback(3491);
  int receiver = made(SOCK_DGRAM, 0), sender = made(SOCK_DGRAM, 0);
  must(bind(receiver, (struct sockaddr *)&address, sizeof address), "bind");
  address = loopback(53);
  must((int)sendto(sender, "query", 5, 0, (struct sockaddr *)&address, sizeof address), "sendto");
  socklen_t length = sizeof address;
  if (recvfrom(receiver, room, 16, 0, (struct sockaddr *)&address, &length) != 5) return 5;
  must((int)sendto(receiver, "answer", 6, 0, (struct sockaddr *)&address, length), "sendto");
  return recv(sender, room, sizeof room, 0) == 6 ? 0 : 6;
}

int kinds(int argc, char **argv) {
  if (argc != 2) return 64;
  if (strcmp(argv[1], "mptcp") == 0) return mptcp();
  if (strcmp(argv[1], "udplite") == 0) return udplite();
  if (strcmp(argv[1], "ping") == 0) return ping(SOCK_DGRAM);
  if (strcmp(argv[1], "raw-ping") == 0) return ping(SOCK_RAW);
  if (strcmp(argv[1], "raw") == 0) return raw();
  if (strcmp(argv[1], "group") == 0) return group();
  if (strcmp(argv[1], "broadcast") == 0) return broadcast();
  if (strcmp(argv[1], "redirected") == 0) return redirected();
  return 64;
}
