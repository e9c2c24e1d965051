// Processes that cannot be asked as others are: their first thread is gone, another one calls exec, or
// they let nobody look into them.
#define _GNU_SOURCE
#include "programs.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/// A conversation, all of whose sockets are new.
static void converse(const char *text) {
  char room[16];
  int ends[2];
  connected(ends);
  write_all(ends[0], text, strlen(text));
  if (read_all(ends[1], room, strlen(text)) != strlen(text)) exit(2);
  close(ends[0]);
  close(ends[1]);
}

static void start(void *(*run)(void *)) {
  pthread_t other;
  if (pthread_create(&other, NULL, run, NULL) != 0) exit(2);
}

/// Waits until the first thread is a zombie, or some thread is gone.
static void await_end(int thread) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  for (;;) {
    FILE *file = fopen(path, "r");
    if (file == NULL) return;
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[count] = 0;
    char *state = strrchr(text, ')');
    if (state == NULL || state[2] == 'Z' || state[2] == 'X') return;
    sched_yield();
  }
}

static char *self = "leader";

static void *exec_again(void *unused) {
  (void)unused;
  execl("/proc/thread-self/exe", self, "leader", "talk", NULL);
  exit(3);
}

static void *exec_alone(void *unused) {
  await_end(getpid());
  converse("alone");
  return exec_again(unused);
}

static void *talk_alone(void *unused) {
  (void)unused;
  await_end(getpid());
  converse("alone");
  exit(0);
}

static int second;

static void *talk_third(void *unused) {
  (void)unused;
  while (__atomic_load_n(&second, __ATOMIC_ACQUIRE) == 0) sched_yield();
  await_end(second);
  converse("third");
  exit(0);
}

/// Talks, starts another, and is gone: whoever asked by this thread has to find another again.
static void *talk_and_go(void *unused) {
  (void)unused;
  await_end(getpid());
  converse("second");
  start(talk_third);
  __atomic_store_n(&second, gettid(), __ATOMIC_RELEASE);
  return NULL;
}

/// Serves one connection when its first thread is gone; says the port on its standard output.
static void *serve_alone(void *unused) {
  char room[8];
  int port;
  (void)unused;
  await_end(getpid());
  int own = any_listener(&port);
  printf("%d\n", port);
  fflush(stdout);
  int served = must(accept(own, NULL, NULL), "accept");
  size_t count = read_all(served, room, 5);
  write_all(served, room, count);
  close(served);
  close(own);
  exit(0);
}

int leader(int argc, char **argv) {
  if (argc != 2) return 64;
  self = argv[0];
  if (strcmp(argv[1], "talk") == 0) {
    converse("again");
    return 0;
  }
  if (strcmp(argv[1], "hidden") == 0) {
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl");
    converse("hidden");
    return 0;
  }
  if (strcmp(argv[1], "exec") == 0) {
    start(exec_again);
    for (;;) pause();
  }
  if (strcmp(argv[1], "gone") == 0) start(talk_alone);
  if (strcmp(argv[1], "gone-exec") == 0) start(exec_alone);
  if (strcmp(argv[1], "chain") == 0) start(talk_and_go);
  if (strcmp(argv[1], "serve") == 0) start(serve_alone);
  pthread_exit(NULL);
}
