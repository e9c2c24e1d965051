// Every call that takes bytes out of a stream, and those that only look.
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void give(struct end *from, size_t count) {
  wrote(from, "write", write(from->fd, next_bytes(from, 0, count), count));
}

static void urge(struct end *from, size_t count) {
  wrote(from, "sendto", send(from->fd, next_bytes(from, 0, count), count, MSG_OOB));
}

static ssize_t take(struct end *to, size_t count, int flags) {
  return recv(to->fd, torture_room, count, flags);
}

/// Each call once.
static void each(void) {
  struct end ends[2];
  meet("takes", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  struct iovec pieces[2] = {{torture_room, 3}, {torture_room + 3, 100}};
  give(from, 1000);
  got(to, "read", read(to->fd, torture_room, 10), torture_room);
  got(to, "readv", readv(to->fd, pieces, 2), torture_room);
  got(to, "preadv2", preadv2(to->fd, pieces, 2, -1, 0), torture_room);
  got(to, "recvfrom", take(to, 11, 0), torture_room);
  struct sockaddr_in sender;
  socklen_t length = sizeof sender;
  ssize_t count = recvfrom(to->fd, torture_room, 12, 0, (struct sockaddr *)&sender, &length);
  got(to, "recvfrom", count, torture_room);
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
  got(to, "recvmsg", recvmsg(to->fd, &message, 0), torture_room);
  struct mmsghdr messages[2];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 2; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
  require(recvmmsg(to->fd, messages, 2, 0, NULL) == 2, "recvmmsg");
  got(to, "recvmmsg", messages[0].msg_len + messages[1].msg_len, torture_room);
  require(read(to->fd, torture_room, 0) == 0, "read of nothing");
  require(take(to, 0, 0) == 0, "recv of nothing");
  drain(from, to);
  require(take(to, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN, "EAGAIN");
  part(ends);
}

/// MSG_PEEK looks, MSG_TRUNC throws away, MSG_WAITALL waits for all.
static void flags(void) {
  struct end ends[2];
  meet("flags", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  give(from, 100);
  peeked(to, "recv", take(to, 50, MSG_PEEK), torture_room);
  peeked(to, "recv", take(to, 200, MSG_PEEK), torture_room);
  got(to, "recvfrom", take(to, 30, 0), torture_room);
  peeked(to, "recv", take(to, 7, MSG_PEEK), torture_room);
  got(to, "recvfrom", take(to, 40, MSG_TRUNC), NULL);
  got(to, "recvfrom", recv(to->fd, NULL, 1 << 20, MSG_TRUNC), NULL);
  give(from, 60);
  give(from, 61);
  got(to, "recvfrom", take(to, 121, MSG_WAITALL), torture_room);
  give(from, 62);
  peeked(to, "recv", take(to, 62, MSG_PEEK | MSG_TRUNC), NULL);
  struct iovec piece = {torture_room, 5};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  got(to, "recvmsg", recvmsg(to->fd, &message, MSG_TRUNC), NULL);
  drain(from, to);
  part(ends);
}

/// The urgent byte: read apart with MSG_OOB, passed over, replaced by a newer one, or inline.
static void urgent(void) {
  struct end ends[2];
  char byte;
  meet("urgent", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  give(from, 10);
  urge(from, 5);
  give(from, 10);
  // Reading stops before the urgent byte, the last of the five.
  got(to, "recvfrom", take(to, 100, 0), torture_room);
  require(to->got == 14, "the mark");
  require(recv(to->fd, &byte, 1, MSG_OOB) == 1, "recv of the urgent byte");
  got(to, "skip", 1, &byte);
  got(to, "recvfrom", take(to, 100, 0), torture_room);
  // Nobody reads this one: it is passed over.
  urge(from, 1);
  give(from, 10);
  got(to, "skip", 1, NULL);
  got(to, "read", read(to->fd, torture_room, 100), torture_room);
  // A newer one: the older becomes a byte like others.
  urge(from, 3);
  urge(from, 4);
  got(to, "recvfrom", take(to, 100, 0), torture_room);
  require(recv(to->fd, &byte, 1, MSG_OOB) == 1, "recv of the urgent byte");
  got(to, "skip", 1, &byte);
  give(from, 10);
  drain(from, to);
  set(to->fd, SOL_SOCKET, SO_OOBINLINE, 1);
  urge(from, 6);
  give(from, 10);
  int isMark = 0;
  got(to, "recvfrom", take(to, 100, 0), torture_room);
  require(ioctl(to->fd, SIOCATMARK, &isMark) == 0 && isMark, "the mark");
  drain(from, to);
  // The other way, after another write with MSG_MORE.
  wrote(to, "sendto", send(to->fd, next_bytes(to, 0, 8), 8, MSG_MORE));
  wrote(to, "sendto", send(to->fd, next_bytes(to, 0, 2), 2, MSG_OOB));
  got(from, "recvfrom", take(from, 100, 0), torture_room);
  got(from, "skip", 1, NULL);
  give(to, 20);
  drain(to, from);
  part(ends);
}

void torture_reads(void) {
  each();
  flags();
  urgent();
}
