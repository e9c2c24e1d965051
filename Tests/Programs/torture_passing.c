// Sockets that go from process to process: SCM_RIGHTS, pidfd_getfd.
#define _GNU_SOURCE
#include "torture_close.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[64];

/// A message that carries a descriptor, or has room for one.
static struct msghdr *carrying(int descriptor) {
  static struct iovec piece;
  static char byte, control[CMSG_SPACE(sizeof(int))];
  static struct msghdr message;
  piece = (struct iovec){&byte, 1};
  memset(control, 0, sizeof control);
  message = (struct msghdr){.msg_iov = &piece,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return &message;
}

static void pass(int through, int descriptor) {
  must((int)sendmsg(through, carrying(descriptor), 0), "sendmsg");
}

static int take(int through) {
  int got;
  struct msghdr *message = carrying(-1);
  must((int)recvmsg(through, message, 0), "recvmsg");
  memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(message)), sizeof got);
  return got;
}

static void finish(struct link link) {
  settle();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
}

/// A child takes the socket, waits until the parent has closed its own, and ends it as told.
static void passed(const char *name, int how) {
  int pair[2];
  begin_case(name);
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  struct gate last = gate();
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(pair[0]);
    int got = take(pair[1]);
    await_gate(last);
    if (how == 1) _exit(0);
    if (how == 2) {
      expect("DATA", own_port(got), peer_port(got), "write", got);
      write_all(got, "passed", 6);
    }
    expect("FIN", own_port(got), peer_port(got), "close", got);
    close(got);
    _exit(0);
  }
  close(pair[1]);
  struct link link = linked();
  if (how == 1) expect_exit(child, "FIN", link.client_port, link.server_port);
  pass(pair[0], link.client);
  close(link.client);
  close(pair[0]);
  open_gate(last);
  waitpid(child, NULL, 0);
  if (how == 2) read_all(link.server, room, 6);
  finish(link);
}

/// The sender closes while the message is in flight; then the receiver's socket is closed.
static void in_flight(void) {
  int pair[2];
  begin_case("in-flight-closed");
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  struct link link = linked();
  pass(pair[0], link.client);
  close(link.client);
  settle();
  expect("FIN", link.client_port, link.server_port, "close", pair[1]);
  close(pair[1]);
  settle();
  close(pair[0]);
  finish(link);

  begin_case("in-flight-exit");
  link = linked();
  struct gate last = gate();
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(link.server);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    pass(pair[0], link.client);
    close(link.client);
    await_gate(last);
    _exit(0);
  }
  expect_exit(child, "FIN", link.client_port, link.server_port);
  close(link.client);
  open_gate(last);
  waitpid(child, NULL, 0);
  finish(link);

  begin_case("in-flight-received");
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  link = linked();
  pass(pair[0], link.client);
  close(link.client);
  int got = take(pair[1]);
  expect("DATA", link.client_port, link.server_port, "write", got);
  write_all(got, "back", 4);
  read_all(link.server, room, 4);
  expect("FIN", link.client_port, link.server_port, "close", got);
  close(got);
  close(pair[0]);
  close(pair[1]);
  finish(link);
}

/// The message is taken by a call that has no room for the descriptor, so that it is thrown away.
static void thrown_away(void) {
  static const char *const names[] = {"thrown-away-read", "thrown-away-readv", "thrown-away-recv",
                                      "thrown-away-recvmsg", "thrown-away-cut"};
  static const char *const calls[] = {"read", "readv", "recvfrom", "recvmsg", "recvmsg"};
  char small[CMSG_LEN(0)];
  struct iovec piece = {room, 1};
  for (int i = 0; i < 5; i++) {
    int pair[2];
    begin_case(names[i]);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    struct link link = linked();
    pass(pair[0], link.client);
    close(link.client);
    settle();
    expect("FIN", link.client_port, link.server_port, calls[i], pair[1]);
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (i == 4) message.msg_control = small, message.msg_controllen = sizeof small;
    ssize_t count = i == 0   ? read(pair[1], room, 1)
                    : i == 1 ? readv(pair[1], &piece, 1)
                    : i == 2 ? recv(pair[1], room, 1, 0)
                             : recvmsg(pair[1], &message, 0);
    must((int)count, calls[i]);
    settle();
    close(pair[0]);
    close(pair[1]);
    finish(link);
  }
}

/// A child that closes the client's end when the gate opens.
static pid_t closer(struct link link, struct gate gate) {
  pid_t child = must(fork(), "fork");
  if (child != 0) return child;
  close(link.server);
  await_gate(gate);
  close(link.client);
  _exit(0);
}

/// Takes a descriptor of a child by its number.
static int fetch(pid_t child, int number) {
  int process = must((int)syscall(SYS_pidfd_open, child, 0), "pidfd_open");
  int got = must((int)syscall(SYS_pidfd_getfd, process, number, 0), "pidfd_getfd");
  close(process);
  return got;
}

static void fetched(void) {
  begin_case("pidfd-getfd");
  struct link link = linked();
  struct gate first = gate();
  pid_t child = closer(link, first);
  close(link.client);
  int got = fetch(child, link.client);
  open_gate(first);
  waitpid(child, NULL, 0);
  expect("FIN", link.client_port, link.server_port, "close", got);
  close(got);
  finish(link);
}

/// Taken from a child by another one, which ends without using it.
static void fetched_unused(void) {
  char byte;
  begin_case("pidfd-getfd-unused");
  struct link link = linked();
  struct gate first = gate(), last = gate();
  int ready[2];
  must(pipe(ready), "pipe");
  pid_t child = closer(link, first);
  pid_t taker = must(fork(), "fork");
  if (taker == 0) {
    close(link.server);
    close(link.client);
    fetch(child, link.client);
    if (write(ready[1], "", 1) != 1) _exit(1);
    await_gate(last);
    _exit(0);
  }
  expect_exit(taker, "FIN", link.client_port, link.server_port);
  close(link.client);
  if (read(ready[0], &byte, 1) != 1) exit(1);
  close(ready[0]);
  close(ready[1]);
  open_gate(first);
  waitpid(child, NULL, 0);
  open_gate(last);
  waitpid(taker, NULL, 0);
  finish(link);
}

void torture_passing(void) {
  passed("passed-closed", 0);
  passed("passed-exit", 1);
  passed("passed-written", 2);
  in_flight();
  thrown_away();
  fetched();
  fetched_unused();
}
