// What processes do to each other.
//
//   processes stop      stops itself until SIGCONT comes, which a child sends after a while
//   processes daemon S  leaves a child that lives for S seconds
//   processes sigpipe P writes to a connection whose reader has gone, on port P
//   processes silent S  waits for S seconds and does nothing
//   processes threads   execs /bin/true from a thread that is not the first
#include "programs.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int stop_self(void) {
  pid_t self = getpid();
  pid_t child = fork();
  if (child == 0) {
    await_thread(self, self, "Tt");
    kill(self, SIGCONT);
    _exit(0);
  }
  raise(SIGSTOP);
  waitpid(child, NULL, 0);
  puts("continued");
  return 0;
}

static int leave_daemon(const char *seconds) {
  pid_t child = fork();
  if (child == 0) {
    setsid();
    sleep((unsigned)atoi(seconds));
    _exit(0);
  }
  return 0;
}

static int break_pipe(int port) {
  int own = listener(port, 4);
  int client = dial(port);
  int server = must(accept(own, NULL, NULL), "accept");
  struct linger now = {1, 0};
  setsockopt(server, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(server);
  await_quiet();
  // The first write finds the connection reset, the second one the pipe broken.
  if (write(client, "a", 1) < 0) perror("write");
  if (write(client, "b", 1) < 0) perror("write");
  return 1;
}

static void *run_true(void *unused) {
  execl("/bin/true", "true", (char *)NULL);
  return unused;
}

static int exec_from_thread(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, run_true, NULL);
  pthread_join(thread, NULL);
  return 1;
}

int processes(int argc, char **argv) {
  if (argc < 2) return 64;
  if (strcmp(argv[1], "stop") == 0) return stop_self();
  if (strcmp(argv[1], "daemon") == 0 && argc == 3) return leave_daemon(argv[2]);
  if (strcmp(argv[1], "sigpipe") == 0 && argc == 3) return break_pipe(atoi(argv[2]));
  if (strcmp(argv[1], "silent") == 0 && argc == 3) return (int)sleep((unsigned)atoi(argv[2]));
  if (strcmp(argv[1], "threads") == 0) return exec_from_thread();
  return 64;
}
