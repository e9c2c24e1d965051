// Signals that come while a call waits.
#define _GNU_SOURCE
#include "programs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

int signals(int argc, char **argv) {
  if (argc != 2) return 64;
  if (strcmp(argv[1], "fail") == 0) failing();
  if (strcmp(argv[1], "restart") == 0) restarted(0);
  if (strcmp(argv[1], "handler") == 0) restarted(1);
  if (strcmp(argv[1], "stop") == 0) stopped(0);
  if (strcmp(argv[1], "poll") == 0) stopped(1);
  return 0;
}
