// Several threads on one socket.
#define _GNU_SOURCE
#include "torture_close.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[1 << 20];
static struct link link_now;

static void finish(struct link link) {
  settle();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
  settle();
}

static void *write_much(void *unused) {
  static char bytes[1 << 20];
  write_all(link_now.client, bytes, sizeof bytes);
  return unused;
}

/// Two writers that both block: which of them wrote a byte cannot be known.
static void writers(void) {
  pthread_t one, two;
  begin_case("overlapping-writes");
  link_now = linked();
  int small = 8192;
  setsockopt(link_now.client, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  pthread_create(&one, NULL, write_much, NULL);
  pthread_create(&two, NULL, write_much, NULL);
  usleep(50000);
  expect_ambiguous("DATA", link_now.client_port, link_now.server_port);
  size_t left = 2 << 20;
  while (left > 0) {
    ssize_t count = read(link_now.server, room, left < sizeof room ? left : sizeof room);
    if (count <= 0) exit(1);
    left -= (size_t)count;
  }
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  begin_case("after-overlap");
  expect("FIN", link_now.client_port, link_now.server_port, "close", link_now.client);
  close(link_now.client);
  finish(link_now);
}

static void *read_one(void *unused) {
  char byte;
  if (read(link_now.server, &byte, 1) != 1) exit(1);
  return unused;
}

/// Two readers at once; one reads while another writes.
static void readers(void) {
  pthread_t one, two;
  begin_case("overlapping-reads");
  link_now = linked();
  pthread_create(&one, NULL, read_one, NULL);
  pthread_create(&two, NULL, read_one, NULL);
  settle();
  expect("DATA", link_now.client_port, link_now.server_port, "write", link_now.client);
  write_all(link_now.client, "12", 2);
  pthread_join(one, NULL);
  pthread_join(two, NULL);

  begin_case("reads-while-writing");
  pthread_create(&one, NULL, read_one, NULL);
  settle();
  expect("DATA", link_now.server_port, link_now.client_port, "write", link_now.server);
  write_all(link_now.server, "other way", 9);
  write_all(link_now.client, "3", 1);
  pthread_join(one, NULL);
  read_all(link_now.client, room, 9);
  expect("FIN", link_now.client_port, link_now.server_port, "close", link_now.client);
  close(link_now.client);
  finish(link_now);
}

/// A close() while another thread is in a call: the call holds the socket until it returns.
static void closed_under(void) {
  pthread_t one;
  begin_case("close-under-read");
  link_now = linked();
  pthread_create(&one, NULL, read_one, NULL);
  settle();
  expect("FIN", link_now.server_port, link_now.client_port, "close", link_now.server);
  close(link_now.server);
  settle();
  write_all(link_now.client, "1", 1);
  pthread_join(one, NULL);
  settle();
  expect("FIN", link_now.client_port, link_now.server_port, "close", link_now.client);
  close(link_now.client);
  settle();

  begin_case("close-under-write");
  link_now = linked();
  int small = 8192;
  setsockopt(link_now.client, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  pthread_create(&one, NULL, write_much, NULL);
  usleep(50000);
  expect("FIN", link_now.client_port, link_now.server_port, "close", link_now.client);
  close(link_now.client);
  settle();
  read_all(link_now.server, room, sizeof room);
  pthread_join(one, NULL);
  finish(link_now);
}

static void *wait_for_one(void *unused) {
  struct pollfd one = {link_now.server, POLLIN, 0};
  poll(&one, 1, 5000);
  return unused;
}

/// The same while another thread polls it.
static void closed_under_poll(void) {
  pthread_t one;
  begin_case("close-under-poll");
  link_now = linked();
  pthread_create(&one, NULL, wait_for_one, NULL);
  settle();
  // By then a byte is there that nobody has read.
  expect("RST", link_now.server_port, link_now.client_port, "close", link_now.server);
  close(link_now.server);
  settle();
  write_all(link_now.client, "1", 1);
  pthread_join(one, NULL);
  settle();
  close(link_now.client);
  settle();
}

static void *leave(void *unused) { return unused; }

/// A thread that ends closes nothing.
static void thread_ends(void) {
  pthread_t one;
  begin_case("thread-ends");
  link_now = linked();
  pthread_create(&one, NULL, leave, NULL);
  pthread_join(one, NULL);
  expect("DATA", link_now.client_port, link_now.server_port, "write", link_now.client);
  write_all(link_now.client, "here", 4);
  read_all(link_now.server, room, 4);
  expect("FIN", link_now.client_port, link_now.server_port, "close", link_now.client);
  close(link_now.client);
  finish(link_now);
}

/// Killed while its write waits for room: bytes are in flight, and the FIN comes after them.
static void killed_in_write(void) {
  begin_case("killed-in-write");
  link_now = linked();
  int small = 8192;
  setsockopt(link_now.client, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(link_now.server);
    write_much(NULL);
    _exit(0);
  }
  expect_exit(child, "FIN", link_now.client_port, link_now.server_port);
  close(link_now.client);
  usleep(50000);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  settle();
  while (read(link_now.server, room, sizeof room) > 0) {
  }
  finish(link_now);
}

void torture_threads(void) {
  writers();
  readers();
  closed_under();
  closed_under_poll();
  thread_ends();
  killed_in_write();
}
