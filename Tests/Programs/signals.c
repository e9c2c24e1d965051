// Signals that come while a call waits.
#define _GNU_SOURCE
#include "programs.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[64];
static int handled = -1;

/// The handler makes a call of its own.
static void handle(int signal) {
  (void)signal;
  if (handled >= 0) (void)!write(handled, "!", 1);
}

static void arm(int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handle;
  action.sa_flags = flags;
  sigaction(SIGALRM, &action, NULL);
}

/// A child interrupts the read that its parent waits in, and writes to `own` when it waits again.
static pid_t interrupt_and_write(int own) {
  pid_t self = getpid();
  pid_t child = must(fork(), "fork");
  if (child != 0) return child;
  await_thread(self, self, "S");
  kill(self, SIGALRM);
  await_heard(self);
  await_thread(self, self, "S");
  write_all(own, "late", 4);
  _exit(0);
}

/// Without SA_RESTART the read fails; the program tries no more.
static void failing(void) {
  int ends[2];
  connected(ends);
  arm(0);
  // Again and again: one may come before the read does.
  struct itimerval ticks = {{0, 50000}, {0, 50000}}, none = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &ticks, NULL);
  if (read(ends[1], room, 4) >= 0 || errno != EINTR) exit(1);
  setitimer(ITIMER_REAL, &none, NULL);
  shutdown(ends[0], SHUT_WR);
  close(ends[0]);
  close(ends[1]);
}

/// With SA_RESTART it goes on, after a handler that wrote to another socket, or made no call.
static void restarted(int writes) {
  int ends[2], other[2];
  connected(ends);
  connected(other);
  handled = writes ? other[0] : -1;
  arm(SA_RESTART);
  pid_t child = interrupt_and_write(ends[0]);
  if (read(ends[1], room, 4) != 4) exit(1);
  handled = -1;
  waitpid(child, NULL, 0);
  close(ends[0]);
  close(ends[1]);
  close(other[0]);
  close(other[1]);
}

/// Stopped and continued: a read starts again by itself, a poll by restart_syscall().
static void stopped(int polls) {
  int ends[2];
  connected(ends);
  pid_t self = getpid();
  pid_t stopper = must(fork(), "fork");
  if (stopper == 0) {
    await_thread(self, self, "S");
    kill(self, SIGSTOP);
    await_thread(self, self, "Tt");
    kill(self, SIGCONT);
    await_thread(self, self, "S");
    write_all(ends[0], "late", 4);
    _exit(0);
  }
  struct pollfd entry = {ends[1], POLLIN, 0};
  if (polls && poll(&entry, 1, 5000) != 1) exit(1);
  if (read(ends[1], room, 4) != 4) exit(1);
  waitpid(stopper, NULL, 0);
  close(ends[0]);
  close(ends[1]);
}

// Signals that come certainly while a call waits: another thread sends them when the first one sleeps.

static pid_t first;
/// What is done after the signal, beside what the handler does.
static void (*afterwards)(void);
static int times, ends[2], port;

static int is_asleep(pid_t thread) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[count] = 0;
  char *state = strrchr(text, ')');
  return state != NULL && state[2] == 'S';
}

static int count;
static void note(int signal) { __atomic_add_fetch(&count, signal != 0, __ATOMIC_RELEASE); }

static void *disturb(void *unused) {
  (void)unused;
  for (int done = 0; done < times; done++) {
    while (!is_asleep(first)) sched_yield();
    syscall(SYS_tgkill, getpid(), first, SIGUSR1);
    while (__atomic_load_n(&count, __ATOMIC_ACQUIRE) == done) sched_yield();
  }
  while (!is_asleep(first)) sched_yield();
  afterwards();
  return NULL;
}

/// The calling thread is disturbed so often in its next call, or calls.
static pthread_t disturbed(int how_often, int flags, void (*then)(void)) {
  struct sigaction action;
  pthread_t other;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  action.sa_flags = flags;
  sigaction(SIGUSR1, &action, NULL);
  first = (pid_t)syscall(SYS_gettid);
  times = how_often;
  afterwards = then;
  if (pthread_create(&other, NULL, disturb, NULL) != 0) exit(4);
  return other;
}

static void send_late(void) { write_all(ends[0], "late", 4); }
/// On a socket that was made before: its number would be that of accept(), or not.
static void dial_late(void) {
  struct sockaddr_in address = loopback(port);
  must(connect(ends[0], (struct sockaddr *)&address, sizeof address), "connect");
  close(ends[0]);
}

static void close_both(void) {
  close(ends[0]);
  close(ends[1]);
}

/// Twice interrupted by a handler, a poll gives EINTR twice, since it heeds no SA_RESTART, and the
/// program asks again alike.
static void polls(void) {
  connected(ends);
  struct pollfd entry = {ends[1], POLLIN, 0};
  pthread_t other = disturbed(2, SA_RESTART, send_late);
  for (int done = 0; done < 2; done++) {
    if (poll(&entry, 1, 60000) >= 0 || errno != EINTR) exit(1);
  }
  if (poll(&entry, 1, 60000) != 1) exit(3);
  pthread_join(other, NULL);
  close_both();
}

/// A read without SA_RESTART that its program makes again alike.
static void reads(void) {
  connected(ends);
  pthread_t other = disturbed(1, 0, send_late);
  if (read(ends[1], room, 4) >= 0 || errno != EINTR) exit(1);
  if (read(ends[1], room, 4) != 4) exit(2);
  pthread_join(other, NULL);
  close_both();
}

/// Three times begun again by the kernel.
static void receives(void) {
  connected(ends);
  pthread_t other = disturbed(3, SA_RESTART, send_late);
  if (recv(ends[1], room, 4, 0) != 4) exit(2);
  pthread_join(other, NULL);
  close_both();
}

/// accept() is begun again too.
static void accepts(void) {
  int own = any_listener(&port);
  ends[0] = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  pthread_t other = disturbed(1, SA_RESTART, dial_late);
  close(must(accept(own, NULL, NULL), "accept"));
  pthread_join(other, NULL);
  close(own);
}

int signals(int argc, char **argv) {
  if (argc != 2) return 64;
  if (strcmp(argv[1], "fail") == 0) failing();
  if (strcmp(argv[1], "restart") == 0) restarted(0);
  if (strcmp(argv[1], "handler") == 0) restarted(1);
  if (strcmp(argv[1], "stop") == 0) stopped(0);
  if (strcmp(argv[1], "poll") == 0) stopped(1);
  if (strcmp(argv[1], "polls") == 0) polls();
  if (strcmp(argv[1], "reads") == 0) reads();
  if (strcmp(argv[1], "receives") == 0) receives();
  if (strcmp(argv[1], "accepts") == 0) accepts();
  return 0;
}
