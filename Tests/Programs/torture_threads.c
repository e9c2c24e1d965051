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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[1 << 20];
static struct link link_now;
static int threads[2];

/// Starts a thread, and waits until it sleeps in its call.
static pthread_t sleeper(int index, void *(*body)(void *)) {
  pthread_t thread;
  threads[index] = 0;
  pthread_create(&thread, NULL, body, &threads[index]);
  while (*(volatile int *)&threads[index] == 0) usleep(1000);
  await_thread(getpid(), threads[index], "S");
  return thread;
}

/// Says which thread it is.
static void present(void *place) {
  if (place != NULL) *(volatile int *)place = (int)syscall(SYS_gettid);
}

static void finish(struct link link) {
  settle();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
  settle();
}

static void *write_much(void *place) {
  static char bytes[1 << 20];
  present(place);
  write_all(link_now.client, bytes, sizeof bytes);
  return NULL;
}

/// Two writers that both block: which of them wrote a byte cannot be known.
static void writers(void) {
  pthread_t one, two;
  begin_case("overlapping-writes");
  link_now = linked();
  int small = 8192;
  setsockopt(link_now.client, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  one = sleeper(0, write_much);
  two = sleeper(1, write_much);
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

static void *read_one(void *place) {
  char byte;
  present(place);
  if (read(link_now.server, &byte, 1) != 1) exit(1);
  return NULL;
}

/// Two readers at once; one reads while another writes.
static void readers(void) {
  pthread_t one, two;
  begin_case("overlapping-reads");
  link_now = linked();
  one = sleeper(0, read_one);
  two = sleeper(1, read_one);
  expect("DATA", link_now.client_port, link_now.server_port, "write", link_now.client);
  write_all(link_now.client, "12", 2);
  pthread_join(one, NULL);
  pthread_join(two, NULL);

  begin_case("reads-while-writing");
  one = sleeper(0, read_one);
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
  one = sleeper(0, read_one);
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
  one = sleeper(0, write_much);
  expect("FIN", link_now.client_port, link_now.server_port, "close", link_now.client);
  close(link_now.client);
  settle();
  read_all(link_now.server, room, sizeof room);
  pthread_join(one, NULL);
  finish(link_now);
}

static void *wait_for_one(void *place) {
  present(place);
  struct pollfd one = {link_now.server, POLLIN, 0};
  poll(&one, 1, 5000);
  return NULL;
}

/// The same while another thread polls it.
static void closed_under_poll(void) {
  pthread_t one;
  begin_case("close-under-poll");
  link_now = linked();
  one = sleeper(0, wait_for_one);
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
  await_thread(child, child, "S");
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
