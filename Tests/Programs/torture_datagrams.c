// Every way of sending and receiving datagrams.
#define _GNU_SOURCE
#include "torture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

union address {
  struct sockaddr any;
  struct sockaddr_in four;
  struct sockaddr_in6 six;
};

/// A datagram socket, where it is bound, and how long its address is.
struct box {
  int fd;
  union address own;
  socklen_t length;
};

static struct box box(int family, const char *address) {
  struct box made = {.own = {.four = {.sin_family = (sa_family_t)family}}};
  made.length = family == AF_INET ? sizeof made.own.four : sizeof made.own.six;
  void *place = family == AF_INET ? (void *)&made.own.four.sin_addr : &made.own.six.sin6_addr;
  require(inet_pton(family, address, place) == 1, "inet_pton");
  made.fd = must(socket(family, SOCK_DGRAM, 0), "socket");
  set(made.fd, SOL_SOCKET, SO_REUSEADDR, 1);
  must(bind(made.fd, &made.own.any, made.length), "bind");
  must(getsockname(made.fd, &made.own.any, &made.length), "getsockname");
  return made;
}

/// A datagram of `count` bytes that a call is about to send: its first bytes are its number, which
/// is told with the name of the call. A large one leaves in fragments.
static char *letter(const char *call, size_t place, size_t count, int parts) {
  static int number;
  require(place + count <= 1 << 20, "room");
  memset(torture_room + place, 'a' + number % 26, count);
  char text[16];
  int length = snprintf(text, sizeof text, "%06d.", ++number);
  memcpy(torture_room + place, text, count < (size_t)length ? count : (size_t)length);
  printf("d %d %zu %s %d\n", number, count, call, parts);
  return torture_room + place;
}

/// A call is about to succeed that makes no datagram.
static void unsent(const char *call) { printf("x 0 0 %s 0\n", call); }

/// Takes what has come, and no more than that.
static void take(int socket, int datagrams) {
  for (int i = 0; i < datagrams; i++) {
    ssize_t count = recv(socket, torture_room, 1 << 17, 0);
    require(count >= 0, "recv");
  }
  require(recv(socket, torture_room, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN, "one too many");
}

/// Each call, by address and connected; empty ones; another address than the connected one.
static void each(struct box from, struct box to, struct box other, union address *by) {
  char *room = torture_room;
  union address *goal = by ? by : &to.own;
  require(sendto(from.fd, letter("sendto", 0, 20, 1), 20, 0, &goal->any, to.length) == 20, "sendto");
  require(sendto(from.fd, letter("sendto", 0, 0, 1), 0, 0, &goal->any, to.length) == 0, "sendto");
  struct iovec pieces[2] = {{letter("sendmsg", 0, 30, 1), 10}, {room + 10, 20}};
  struct msghdr message = {.msg_name = goal, .msg_namelen = to.length, .msg_iov = pieces, .msg_iovlen = 2};
  require(sendmsg(from.fd, &message, 0) == 30, "sendmsg");
  take(to.fd, 3);
  must(connect(from.fd, &goal->any, to.length), "connect");
  require(send(from.fd, letter("sendto", 0, 21, 1), 21, 0) == 21, "send");
  require(write(from.fd, letter("write", 0, 22, 1), 22) == 22, "write");
  require(write(from.fd, letter("write", 0, 0, 1), 0) == 0, "write");
  require(send(from.fd, letter("sendto", 0, 0, 1), 0, 0) == 0, "send");
  unsent("writev");
  require(writev(from.fd, pieces, 0) == 0, "writev of nothing");
  letter("writev", 0, 30, 1);
  require(writev(from.fd, pieces, 2) == 30, "writev");
  letter("pwritev2", 0, 30, 1);
  require(pwritev2(from.fd, pieces, 2, -1, 0) == 30, "pwritev2");
  take(to.fd, 6);
  require(sendto(from.fd, letter("sendto", 0, 20, 1), 20, 0, &other.own.any, other.length) == 20, "sendto");
  require(sendto(from.fd, letter("sendto", 0, 20, 1), 20, 0, &goal->any, to.length) == 20, "sendto");
  take(to.fd, 1);
  take(other.fd, 1);
  union address nobody = {.any = {.sa_family = AF_UNSPEC}};
  must(connect(from.fd, &nobody.any, sizeof nobody.any), "connect");
  // Dissolved, it has kept its address but, where the kernel had chosen it, not its port.
}

/// sendmmsg: to several addresses, and only in part.
static void several(struct box from, struct box to, struct box other) {
  struct iovec pieces[4];
  struct mmsghdr messages[4];
  memset(messages, 0, sizeof messages);
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < 4; i++) {
      size_t count = 10 + (size_t)(i / 2);
      char *bytes = turn == 1 && i == 3 ? (char *)8 : letter("sendmmsg", (size_t)i * 100, count, 1);
      struct box *goal = i == 2 ? &other : &to;
      pieces[i] = (struct iovec){bytes, count};
      messages[i].msg_hdr = (struct msghdr){
          .msg_name = &goal->own, .msg_namelen = goal->length, .msg_iov = &pieces[i], .msg_iovlen = 1};
    }
    require(sendmmsg(from.fd, messages, 4, 0) == 4 - turn, "sendmmsg");
    take(to.fd, 3 - turn);
    take(other.fd, 1);
  }
}

/// Several calls that make one datagram: MSG_MORE, UDP_CORK; sendfile and splice.
static void together(struct box from, struct box to) {
  letter("sendto+sendto", 0, 31, 1);
  require(sendto(from.fd, torture_room, 15, MSG_MORE, &to.own.any, to.length) == 15, "sendto");
  require(sendto(from.fd, torture_room + 15, 16, 0, &to.own.any, to.length) == 16, "sendto");
  must(connect(from.fd, &to.own.any, to.length), "connect");
  set(from.fd, IPPROTO_UDP, UDP_CORK, 1);
  letter("write+sendto+setsockopt", 0, 32, 1);
  require(write(from.fd, torture_room, 16) == 16, "write");
  require(send(from.fd, torture_room + 16, 16, 0) == 16, "send");
  set(from.fd, IPPROTO_UDP, UDP_CORK, 0);
  // Pulled out without waiting for anything; then a datagram of its own.
  set(from.fd, IPPROTO_UDP, UDP_CORK, 1);
  set(from.fd, IPPROTO_UDP, UDP_CORK, 0);
  require(write(from.fd, letter("write", 0, 33, 1), 33) == 33, "write");
  // One whose second half is refused, since the whole would be too long: it is dropped.
  set(from.fd, IPPROTO_UDP, UDP_CORK, 1);
  unsent("write");
  require(write(from.fd, torture_room, 60000) == 60000, "write");
  require(write(from.fd, torture_room, 60000) < 0 && errno == EMSGSIZE, "EMSGSIZE");
  set(from.fd, IPPROTO_UDP, UDP_CORK, 0);
  require(write(from.fd, letter("write", 0, 34, 1), 34) == 34, "write");
  FILE *file = tmpfile();
  require(file && fwrite(letter("sendfile", 0, 3000, 1), 1, 3000, file) == 3000, "tmpfile");
  rewind(file);
  // Where it is asked for more than there is, an IPv6 socket goes on waiting for the rest.
  size_t asked = from.own.any.sa_family == AF_INET ? 1 << 16 : 3000;
  require(sendfile(from.fd, fileno(file), NULL, asked) == 3000, "sendfile");
  fclose(file);
  int tube[2];
  must(pipe(tube), "pipe");
  require(write(tube[1], letter("splice", 0, 500, 1), 500) == 500, "write");
  require(splice(tube[0], NULL, from.fd, NULL, 500, 0) == 500, "splice");
  take(to.fd, 6);
  require(write(from.fd, letter("write", 0, 35, 1), 35) == 35, "write");
  require(splice(to.fd, NULL, tube[1], NULL, 500, 0) >= 0 || errno == EINVAL, "splice");
  recv(to.fd, torture_room, 100, MSG_DONTWAIT);
  close(tube[0]);
  close(tube[1]);
  union address nobody = {.any = {.sa_family = AF_UNSPEC}};
  must(connect(from.fd, &nobody.any, sizeof nobody.any), "connect");
}

/// UDP_SEGMENT: one call, many datagrams; by an option and by a control message; received apart and,
/// with UDP_GRO, together.
static void segmented(struct box from, struct box to) {
  set(from.fd, IPPROTO_UDP, UDP_SEGMENT, 100);
  for (int i = 0; i < 5; i++) letter("sendto", (size_t)i * 100, i == 4 ? 50 : 100, 1);
  require(sendto(from.fd, torture_room, 450, 0, &to.own.any, to.length) == 450, "sendto");
  require(sendto(from.fd, letter("sendto", 0, 60, 1), 60, 0, &to.own.any, to.length) == 60, "sendto");
  take(to.fd, 6);
  set(from.fd, IPPROTO_UDP, UDP_SEGMENT, 0);
  char control[CMSG_SPACE(sizeof(uint16_t))];
  memset(control, 0, sizeof control);
  struct iovec piece = {torture_room, 3000};
  struct msghdr message = {.msg_name = &to.own, .msg_namelen = to.length, .msg_iov = &piece,
                           .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  uint16_t size = 1000;
  part->cmsg_level = IPPROTO_UDP;
  part->cmsg_type = UDP_SEGMENT;
  part->cmsg_len = CMSG_LEN(sizeof size);
  memcpy(CMSG_DATA(part), &size, sizeof size);
  for (int i = 0; i < 3; i++) letter("sendmsg", (size_t)i * 1000, 1000, 1);
  require(sendmsg(from.fd, &message, 0) == 3000, "sendmsg");
  take(to.fd, 3);
  set(to.fd, IPPROTO_UDP, UDP_GRO, 1);
  for (int i = 0; i < 3; i++) letter("sendmsg", (size_t)i * 1000, 1000, 1);
  require(sendmsg(from.fd, &message, 0) == 3000, "sendmsg");
  ssize_t count = recv(to.fd, torture_room, 1 << 16, 0);
  printf("gro %zd\n", count);
  while (recv(to.fd, torture_room, 1 << 16, MSG_DONTWAIT) >= 0) continue;
  set(to.fd, IPPROTO_UDP, UDP_GRO, 0);
}

/// As large as a datagram can be, and too large.
static void large(struct box from, struct box to, int isVersion6) {
  size_t most = isVersion6 ? 65527 : 65507;
  ssize_t count = (ssize_t)most;
  require(sendto(from.fd, letter("sendto", 0, most, 2), most, 0, &to.own.any, to.length) == count, "sendto");
  require(sendto(from.fd, letter("sendto", 0, 4000, 2), 4000, 0, &to.own.any, to.length) == 4000, "sendto");
  take(to.fd, 2);
  require(sendto(from.fd, torture_room, most + 1, 0, &to.own.any, to.length) < 0 && errno == EMSGSIZE, "EMSGSIZE");
}

/// Receiving: every call; looking, cutting, waiting.
static void receiving(struct box from, struct box to) {
  for (int i = 0; i < 11; i++) {
    size_t count = 40 + (size_t)i;
    require(sendto(from.fd, letter("sendto", 0, count, 1), count, 0, &to.own.any, to.length) == (ssize_t)count, "sendto");
  }
  char *room = torture_room;
  struct iovec pieces[2] = {{room, 20}, {room + 20, 100}};
  require(read(to.fd, room, 100) == 40, "read");
  require(read(to.fd, room, 0) == 0, "read of nothing");
  require(readv(to.fd, pieces, 2) == 41, "readv");
  require(preadv2(to.fd, pieces, 2, -1, 0) == 42, "preadv2");
  require(recv(to.fd, room, 5, MSG_PEEK) == 5, "recv");
  require(recv(to.fd, room, 5, MSG_PEEK | MSG_TRUNC) == 43, "recv");
  require(recv(to.fd, room, 5, MSG_TRUNC) == 43, "recv");
  require(recv(to.fd, room, 5, 0) == 5, "recv");
  union address sender;
  socklen_t length = sizeof sender;
  require(recvfrom(to.fd, room, 100, 0, &sender.any, &length) == 45, "recvfrom");
  struct msghdr message = {.msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = pieces, .msg_iovlen = 2};
  require(recvmsg(to.fd, &message, 0) == 46, "recvmsg");
  require(recv(to.fd, room, 0, 0) == 0, "recv of nothing takes a datagram");
  struct mmsghdr messages[3];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 3; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[1], .msg_iovlen = 1};
  require(recvmmsg(to.fd, messages, 3, 0, NULL) == 3, "recvmmsg");
  require(recv(to.fd, room, 100, MSG_DONTWAIT) < 0 && errno == EAGAIN, "EAGAIN");
}

/// To all of a network, and to a group.
static void many(struct box from) {
  struct box to = box(AF_INET, "0.0.0.0");
  union address goal = to.own;
  set(from.fd, SOL_SOCKET, SO_BROADCAST, 1);
  inet_pton(AF_INET, "127.255.255.255", &goal.four.sin_addr);
  require(sendto(from.fd, letter("sendto", 0, 70, 1), 70, 0, &goal.any, to.length) == 70, "sendto");
  take(to.fd, 1);
  struct ip_mreq group = {.imr_interface.s_addr = htonl(INADDR_LOOPBACK)};
  inet_pton(AF_INET, "239.1.2.3", &group.imr_multiaddr);
  must(setsockopt(to.fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), "IP_ADD_MEMBERSHIP");
  must(setsockopt(from.fd, IPPROTO_IP, IP_MULTICAST_IF, &group.imr_interface, sizeof group.imr_interface), "IP_MULTICAST_IF");
  goal.four.sin_addr = group.imr_multiaddr;
  require(sendto(from.fd, letter("sendto", 0, 71, 1), 71, 0, &goal.any, to.length) == 71, "sendto");
  require(recv(to.fd, torture_room, 100, 0) == 71, "recv");
  while (recv(to.fd, torture_room, 100, MSG_DONTWAIT) >= 0) continue;
  close(to.fd);
}

static void all_of(int family, const char *address, const char *any) {
  struct box from = box(family, address), to = box(family, address), other = box(family, any);
  if (strcmp(any, address) != 0) {
    void *place = family == AF_INET ? (void *)&other.own.four.sin_addr : &other.own.six.sin6_addr;
    inet_pton(family, address, place);
  }
  each(from, to, other, NULL);
  several(from, to, other);
  together(from, to);
  segmented(from, to);
  large(from, to, family == AF_INET6 && strcmp(address, "::1") == 0);
  receiving(from, to);
  if (family == AF_INET) many(from);
  close(from.fd);
  close(to.fd);
  close(other.fd);
}

void torture_datagrams(void) {
  all_of(AF_INET, "127.0.0.1", "0.0.0.0");
  all_of(AF_INET6, "::1", "::");
  all_of(AF_INET6, "::ffff:127.0.0.1", "::ffff:127.0.0.1");
}
