// Descriptor tables that processes share, and epoll instances that several descriptors stand for.
#define _GNU_SOURCE
#include "torture_close.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[256];

enum { UNSHARE = 2 };

/// The end of a connection: the server's end is closed after the client's.
static void finish(struct link link) {
  settle();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
}

static struct link shared;
static int passing[2];

/// Shares the descriptors of its maker: closes a socket, makes one.
static int table_sharer(void *unused) {
  (void)unused;
  expect("FIN", shared.client_port, shared.server_port, "close", shared.client);
  close(shared.client);
  struct link own = linked();
  if (write(passing[1], &own, sizeof own) != sizeof own) _exit(1);
  settle();
  _exit(0);
}

/// Makes a process that shares the descriptors, and parts from them before it closes.
static int leaver(void *unused) {
  (void)unused;
  must(unshare(CLONE_FILES), "unshare");
  close(shared.client);
  _exit(0);
}

/// The same by close_range: only its own copy is closed.
static int ranger(void *unused) {
  (void)unused;
  must((int)syscall(SYS_close_range, shared.client, shared.client, UNSHARE), "close_range");
  _exit(0);
}

static void run_sharing(int (*body)(void *)) {
  size_t size = 256 * 1024;
  char *stack = malloc(size);
  pid_t child = must(clone(body, stack + size, CLONE_FILES | SIGCHLD, NULL), "clone");
  waitpid(child, NULL, 0);
  free(stack);
}

static void tables(void) {
  struct link own;
  begin_case("clone-files");
  must(pipe(passing), "pipe");
  shared = linked();
  run_sharing(table_sharer);
  if (read(passing[0], &own, sizeof own) != sizeof own) exit(1);
  expect("DATA", own.client_port, own.server_port, "write", own.client);
  write_all(own.client, "shared", 6);
  read_all(own.server, room, 6);
  expect("FIN", own.client_port, own.server_port, "close", own.client);
  close(own.client);
  finish(own);
  finish(shared);
  close(passing[0]);
  close(passing[1]);

  begin_case("unshare-files");
  shared = linked();
  run_sharing(leaver);
  expect("DATA", shared.client_port, shared.server_port, "write", shared.client);
  write_all(shared.client, "still", 5);
  read_all(shared.server, room, 5);
  expect("FIN", shared.client_port, shared.server_port, "close", shared.client);
  close(shared.client);
  finish(shared);

  begin_case("close-range-unshare-shared");
  shared = linked();
  run_sharing(ranger);
  expect("DATA", shared.client_port, shared.server_port, "write", shared.client);
  write_all(shared.client, "still", 5);
  read_all(shared.server, room, 5);
  expect("FIN", shared.client_port, shared.server_port, "close", shared.client);
  close(shared.client);
  finish(shared);
}

static void watch(int instance, int socket) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 4242};
  must(epoll_ctl(instance, EPOLL_CTL_ADD, socket, &event), "epoll_ctl");
}

static void epolls(void) {
  struct epoll_event event;
  struct link link = linked();
  pid_t child;
  int instance = must(epoll_create1(0), "epoll_create1");
  watch(instance, link.server);

  begin_case("epoll-dup");
  int copy = must(dup(instance), "dup");
  child = must(fork(), "fork");
  if (child == 0) {
    await_thread(getppid(), getppid(), "S");
    write_all(link.client, "1", 1);
    _exit(0);
  }
  expect_wake("epoll_wait", copy, link.client_port, link.server_port);
  must(epoll_wait(copy, &event, 1, 5000), "epoll_wait");
  read_all(link.server, room, 1);
  waitpid(child, NULL, 0);

  begin_case("epoll-fork");
  child = must(fork(), "fork");
  if (child == 0) {
    expect_wake("epoll_wait", instance, link.client_port, link.server_port);
    must(epoll_wait(instance, &event, 1, 5000), "epoll_wait");
    _exit(0);
  }
  await_thread(child, child, "S");
  write_all(link.client, "2", 1);
  waitpid(child, NULL, 0);
  read_all(link.server, room, 1);

  begin_case("epoll-added-by-child");
  struct link other = linked();
  child = must(fork(), "fork");
  if (child == 0) {
    watch(instance, other.server);
    await_thread(getppid(), getppid(), "S");
    write_all(other.client, "3", 1);
    _exit(0);
  }
  expect_wake("epoll_wait", copy, other.client_port, other.server_port);
  must(epoll_wait(copy, &event, 1, 5000), "epoll_wait");
  waitpid(child, NULL, 0);
  read_all(other.server, room, 1);
  close(copy);
  close(instance);
  close(link.client);
  close(link.server);
  close(other.client);
  close(other.server);
  settle();
}

void torture_tables(void) {
  tables();
  epolls();
}
