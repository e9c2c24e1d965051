// Bytes that a call writes and that leave later: MSG_MORE, TCP_CORK, Nagle's algorithm, a closed
// window.
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void put(struct end *from, size_t count, int flags) {
  wrote(from, "sendto", send(from->fd, next_bytes(from, 0, count), count, flags));
}

/// What is held by MSG_MORE leaves with another write, with a timer, with NODELAY, with a FIN.
static void more(void) {
  struct end ends[2];
  meet("more", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  put(from, 10, MSG_MORE);
  put(from, 11, 0);
  drain(from, to);
  put(from, 12, MSG_MORE);
  drain(from, to);
  put(from, 13, MSG_MORE);
  set(from->fd, IPPROTO_TCP, TCP_NODELAY, 1);
  drain(from, to);
  // More than a segment: all but the rest leaves at once.
  put(from, 70000, MSG_MORE);
  put(from, 14, 0);
  drain(from, to);
  put(from, 15, MSG_MORE);
  struct iovec piece = {next_bytes(from, 0, 16), 16};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  wrote(from, "sendmsg", sendmsg(from->fd, &message, MSG_MORE));
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 17), 17));
  drain(from, to);
  put(from, 18, MSG_MORE);
  require(shutdown(from->fd, SHUT_WR) == 0, "shutdown");
  drain(from, to);
  part(ends);
  meet("more-close", version4, ends);
  put(&ends[0], 19, MSG_MORE);
  printf("end %d %d %zu %zu\n", ends[0].port, ends[1].port, ends[0].wrote, ends[1].wrote);
  close(ends[0].fd);
  drain(&ends[0], &ends[1]);
  require(read(ends[1].fd, torture_room, 1) == 0, "no end of the stream");
  close(ends[1].fd);
}

/// TCP_CORK: pulled out, pulled out by NODELAY's side, left in until the timer, and at the end.
static void corked(void) {
  struct end ends[2];
  meet("cork", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  set(from->fd, IPPROTO_TCP, TCP_CORK, 1);
  for (size_t count = 1; count < 4; count++) {
    wrote(from, "write", write(from->fd, next_bytes(from, 0, count), count));
  }
  set(from->fd, IPPROTO_TCP, TCP_CORK, 0);
  drain(from, to);
  set(from->fd, IPPROTO_TCP, TCP_CORK, 1);
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 5), 5));
  drain(from, to);
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 100000), 100000));
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 6), 6));
  set(from->fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(from->fd, IPPROTO_TCP, TCP_CORK, 0);
  drain(from, to);
  // Both: what is written after NODELAY waits for the cork all the same.
  set(from->fd, IPPROTO_TCP, TCP_CORK, 1);
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 7), 7));
  set(from->fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(from->fd, IPPROTO_TCP, TCP_CORK, 0);
  drain(from, to);
  set(from->fd, IPPROTO_TCP, TCP_CORK, 1);
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 8), 8));
  require(shutdown(from->fd, SHUT_WR) == 0, "shutdown");
  drain(from, to);
  part(ends);
}

/// Nagle's algorithm: a small write waits for the acknowledgement of the one before, for NODELAY, or
/// until a segment is full.
static void small(void) {
  struct end ends[2];
  meet("nagle", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  for (int i = 0; i < 20; i++) {
    wrote(from, "write", write(from->fd, next_bytes(from, 0, 20), 20));
    wrote(from, "write", write(from->fd, next_bytes(from, 0, 21), 21));
    wrote(from, "write", write(from->fd, next_bytes(from, 0, 22), 22));
    if (i % 4 == 1) set(from->fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (i % 4 == 1) set(from->fd, IPPROTO_TCP, TCP_NODELAY, 0);
    if (i % 4 == 2) wrote(from, "write", write(from->fd, next_bytes(from, 0, 90000), 90000));
    drain(from, to);
    if (i % 4 == 3) wrote(to, "write", write(to->fd, next_bytes(to, 0, 5), 5));
    drain(to, from);
  }
  part(ends);
}

/// A receiver with little room that reads late: its window closes, and opens again.
static void window(void) {
  struct end ends[2];
  meet("window", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  set(to->fd, SOL_SOCKET, SO_RCVBUF, 40000);
  for (int i = 0; i < 3; i++) {
    ssize_t count;
    while ((count = send(from->fd, next_bytes(from, 0, 60000), 60000, MSG_DONTWAIT)) >= 0) {
      wrote(from, "sendto", count);
    }
    require(errno == EAGAIN, "EAGAIN");
    usleep(20000);
    drain(from, to);
  }
  part(ends);
}

/// Bytes that wait when the sender closes leave after it: they are the calls' all the same.
static void late(void) {
  struct end ends[2];
  meet("late", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  ssize_t count;
  set(from->fd, SOL_SOCKET, SO_SNDBUF, 200000);
  set(to->fd, SOL_SOCKET, SO_RCVBUF, 40000);
  for (int i = 0; i < 4; i++) {
    count = send(from->fd, next_bytes(from, 0, 50000), 50000, MSG_DONTWAIT);
    if (count > 0) wrote(from, "sendto", count);
  }
  printf("end %d %d %zu %zu\n", from->port, to->port, from->wrote, to->wrote);
  require(close(from->fd) == 0, "close");
  usleep(5000);
  drain(from, to);
  require(read(to->fd, torture_room, 1) == 0, "no end of the stream");
  close(to->fd);
}

void torture_held(void) {
  more();
  corked();
  small();
  window();
  late();
}
