// Who holds a socket: descriptors, processes, descriptor tables.
#define _GNU_SOURCE
#include "torture_close.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[256];

enum { UNSHARE = 2, ON_EXEC = 4 };

/// Runs /bin/true in this process's place.
static void become_true(void) {
  execl("/bin/true", "true", (char *)NULL);
  _exit(127);
}

/// The end of a connection: the server's end is closed after the client's.
static void finish(struct link link) {
  settle();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
}

static void duplicates(void) {
  struct link link;
  begin_case("dup");
  link = linked();
  int copy = must(dup(link.client), "dup");
  close(link.client);
  expect("DATA", link.client_port, link.server_port, "write", copy);
  write_all(copy, "x", 1);
  read_all(link.server, room, 1);
  expect("FIN", link.client_port, link.server_port, "close", copy);
  close(copy);
  finish(link);

  begin_case("dup2");
  link = linked();
  int null = must(open("/dev/null", O_RDONLY), "open");
  expect("FIN", link.client_port, link.server_port, "dup2", null);
  dup2(null, link.client);
  close(link.client);
  finish(link);

  begin_case("dup3");
  link = linked();
  expect("FIN", link.client_port, link.server_port, "dup3", null);
  must(dup3(null, link.client, O_CLOEXEC), "dup3");
  close(link.client);
  close(null);
  finish(link);

  begin_case("dupfd");
  link = linked();
  copy = must(fcntl(link.client, F_DUPFD, 100), "fcntl");
  close(link.client);
  expect("FIN", link.client_port, link.server_port, "close", copy);
  close(copy);
  finish(link);

  begin_case("dup-self");
  link = linked();
  must(dup2(link.client, link.client), "dup2");
  expect("FIN", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  finish(link);
}

static void ranges(void) {
  struct link link;
  begin_case("close-range");
  link = linked();
  int high = must(fcntl(link.client, F_DUPFD, 200), "fcntl");
  close(link.client);
  expect("FIN", link.client_port, link.server_port, "close_range", 190);
  must((int)syscall(SYS_close_range, 190, 210, 0), "close_range");
  finish(link);

  begin_case("close-range-cloexec");
  link = linked();
  high = must(fcntl(link.client, F_DUPFD, 200), "fcntl");
  close(link.client);
  must((int)syscall(SYS_close_range, 190, 210, ON_EXEC), "close_range");
  expect("DATA", link.client_port, link.server_port, "write", high);
  write_all(high, "y", 1);
  read_all(link.server, room, 1);
  struct gate last = gate();
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(link.server);
    expect("FIN", link.client_port, link.server_port, "execve", -1);
    await_gate(last);
    become_true();
  }
  close(high);
  open_gate(last);
  waitpid(child, NULL, 0);
  finish(link);

  begin_case("close-range-unshare");
  link = linked();
  expect("FIN", link.client_port, link.server_port, "close_range", link.client);
  must((int)syscall(SYS_close_range, link.client, link.client, UNSHARE), "close_range");
  finish(link);
}

static void families(void) {
  struct link link;
  pid_t child;
  struct gate last;
  begin_case("fork-child-last");
  link = linked();
  last = gate();
  child = must(fork(), "fork");
  if (child == 0) {
    close(link.server);
    await_gate(last);
    expect("FIN", link.client_port, link.server_port, "close", link.client);
    close(link.client);
    _exit(0);
  }
  close(link.client);
  open_gate(last);
  waitpid(child, NULL, 0);
  finish(link);

  begin_case("fork-parent-last");
  link = linked();
  child = must(fork(), "fork");
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  expect("FIN", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  finish(link);

  begin_case("fork-child-exits-last");
  link = linked();
  last = gate();
  child = must(fork(), "fork");
  if (child == 0) {
    close(link.server);
    await_gate(last);
    _exit(0);
  }
  expect_exit(child, "FIN", link.client_port, link.server_port);
  close(link.client);
  open_gate(last);
  waitpid(child, NULL, 0);
  finish(link);

  begin_case("vfork");
  link = linked();
  child = vfork();
  if (child == 0) {
    close(link.client);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  expect("DATA", link.client_port, link.server_port, "write", link.client);
  write_all(link.client, "v", 1);
  read_all(link.server, room, 1);
  expect("FIN", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  finish(link);

  begin_case("cloexec");
  link = linked();
  fcntl(link.client, F_SETFD, FD_CLOEXEC);
  last = gate();
  child = must(fork(), "fork");
  if (child == 0) {
    close(link.server);
    expect("FIN", link.client_port, link.server_port, "execve", -1);
    await_gate(last);
    become_true();
  }
  close(link.client);
  open_gate(last);
  waitpid(child, NULL, 0);
  finish(link);
}

void torture_holders(void) {
  duplicates();
  ranges();
  families();
}
