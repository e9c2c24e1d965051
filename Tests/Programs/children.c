// Many processes at once, and ends that come in the middle of something.
//
//   children many COUNT    COUNT children, each of which connects to the parent and ends at once
//   children killed COUNT  COUNT children that are killed while they wait in a call
//   children thread        a thread is ended by exit_group() of another one, inside a call
#define _GNU_SOURCE
#include "programs.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void many(int count) {
  int port;
  int own = any_listener(&port);
  for (int i = 0; i < count; i++) {
    if (must(fork(), "fork") == 0) {
      int client = dial(port);
      write_all(client, "child", 5);
      _exit(i & 1 ? 0 : 3);  // with the socket open
    }
  }
  for (int i = 0; i < count; i++) {
    char bytes[8];
    int server = must(accept(own, NULL, NULL), "accept");
    read_all(server, bytes, sizeof bytes);
    close(server);
  }
  while (wait(NULL) > 0) {
  }
  close(own);
}

static void killed(int count) {
  int port;
  int own = any_listener(&port);
  for (int i = 0; i < count; i++) {
    char bytes[8];
    pid_t child = must(fork(), "fork");
    if (child == 0) {
      int client = dial(port);
      write_all(client, "ready", 5);
      for (;;) read_all(client, bytes, 1);
    }
    int server = must(accept(own, NULL, NULL), "accept");
    read_all(server, bytes, 5);
    kill(child, SIGKILL);
    read_all(server, bytes, 1);
    close(server);
    waitpid(child, NULL, 0);
  }
  close(own);
}

static int ends[2];
static volatile int waiting;

static void *wait_for_ever(void *unused) {
  char byte;
  waiting = (int)syscall(SYS_gettid);
  (void)!read(ends[0], &byte, 1);
  return unused;
}

static void in_thread(void) {
  pthread_t thread;
  connected(ends);
  pthread_create(&thread, NULL, wait_for_ever, NULL);
  while (waiting == 0) usleep(1000);
  await_thread(getpid(), waiting, "S");
  exit(5);
}

int children(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "thread") == 0) in_thread();
  if (argc != 3) return 64;
  if (strcmp(argv[1], "many") == 0) many(atoi(argv[2]));
  if (strcmp(argv[1], "killed") == 0) killed(atoi(argv[2]));
  return 0;
}
