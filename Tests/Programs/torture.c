// What the programs of torture share, and their beginning.
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char room_of_bytes[1 << 20];
char *torture_room = room_of_bytes;

void require(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "torture: %s (%s)\n", what, strerror(errno));
  exit(1);
}

void set(int socket, int level, int name, int value) {
  require(setsockopt(socket, level, name, &value, sizeof value) == 0, "setsockopt");
}

static char byte_of(unsigned seed, size_t position) {
  return (char)(position * 31 + (position >> 8) * 13 + seed * 101);
}

static int port_of(int socket) {
  struct sockaddr_in6 address;
  socklen_t length = sizeof address;
  must(getsockname(socket, (struct sockaddr *)&address, &length), "getsockname");
  return ntohs(address.sin6_port);
}

void meet(const char *name, enum family family, struct end ends[2]) {
  static unsigned seed;
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_in four = loopback(0);
  struct sockaddr *own = family == version4 ? (struct sockaddr *)&four : (struct sockaddr *)&six;
  socklen_t length = family == version4 ? sizeof four : sizeof six;
  if (family == mapped) {
    memset(&six.sin6_addr, 0, sizeof six.sin6_addr);
    six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xFF;
    six.sin6_addr.s6_addr[12] = 127;
    six.sin6_addr.s6_addr[15] = 1;
  }
  int listening = must(socket(own->sa_family, SOCK_STREAM, 0), "socket");
  must(bind(listening, own, length), "bind");
  must(listen(listening, 1), "listen");
  must(getsockname(listening, own, &length), "getsockname");
  ends[0].fd = must(socket(own->sa_family, SOCK_STREAM, 0), "socket");
  must(connect(ends[0].fd, own, length), "connect");
  ends[1].fd = must(accept(listening, NULL, NULL), "accept");
  close(listening);
  for (int i = 0; i < 2; i++) {
    ends[i].port = port_of(ends[i].fd);
    ends[i].wrote = ends[i].got = 0;
    ends[i].seed = seed + (unsigned)i;
    ends[i].peer_seed = seed + 1 - (unsigned)i;
  }
  seed += 2;
  printf("stream %s %d %d\n", name, ends[0].port, ends[1].port);
}

char *next_bytes(struct end *end, size_t place, size_t count) {
  require(place + count <= sizeof room_of_bytes, "room");
  for (size_t i = 0; i < count; i++) {
    torture_room[place + i] = byte_of(end->seed, end->wrote + place + i);
  }
  return torture_room + place;
}

void wrote(struct end *end, const char *call, ssize_t result) {
  require(result >= 0, call);
  printf("w %d %zu %zu %s\n", end->port, end->wrote, end->wrote + (size_t)result, call);
  end->wrote += (size_t)result;
}

void peeked(struct end *end, const char *call, ssize_t result, const char *bytes) {
  require(result >= 0, call);
  for (ssize_t i = 0; bytes && i < result; i++) {
    require(bytes[i] == byte_of(end->peer_seed, end->got + (size_t)i), "another byte was read");
  }
}

void got(struct end *end, const char *call, ssize_t result, const char *bytes) {
  peeked(end, call, result, bytes);
  printf("r %d %zu %zu %s\n", end->port, end->got, end->got + (size_t)result, call);
  end->got += (size_t)result;
}

void drain(struct end *from, struct end *to) {
  while (to->got < from->wrote) {
    ssize_t count = read(to->fd, torture_room, sizeof room_of_bytes);
    require(count > 0, "the stream ended early");
    got(to, "read", count, torture_room);
  }
}

void part(struct end ends[2]) {
  for (int i = 0; i < 2; i++) require(ends[i].wrote == ends[1 - i].got, "bytes were left unread");
  printf("end %d %d %zu %zu\n", ends[0].port, ends[1].port, ends[0].wrote, ends[1].wrote);
  require(close(ends[0].fd) == 0, "close");
  require(read(ends[1].fd, torture_room, 1) == 0, "no end of the stream");
  require(close(ends[1].fd) == 0, "close");
}

int torture_send(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } parts[] = {{"writes", torture_writes},
               {"held", torture_held},
               {"reads", torture_reads},
               {"datagrams", torture_datagrams}};
  setvbuf(stdout, NULL, _IOFBF, 1 << 20);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (argc < 2 || strcmp(argv[1], parts[i].name) == 0) parts[i].run();
  }
  printf("done\n");
  return 0;
}
