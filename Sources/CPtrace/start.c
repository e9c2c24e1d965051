#define _GNU_SOURCE
#include "CTracer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                            PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD;

/// Installs a filter; sets no_new_privs only where the kernel requires it, since that disables
/// setuid programs. 0 or errno.
static int install(const struct sock_filter *filter, uint16_t length) {
  struct sock_fprog program = {.len = length, .filter = (struct sock_filter *)filter};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return 0;
  if (errno != EACCES) return errno;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

/// What the caller blocked before sockline blocked anything.
static sigset_t kept_mask;

void tracer_keep_mask(void) { sigprocmask(SIG_SETMASK, NULL, &kept_mask); }

/// Undoes what sockline set for itself: a traced program starts as it would on its own.
static void restore_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; signal++) {
    struct sigaction old;
    // What the caller's parent ignored (nohup) stays ignored.
    if (sigaction(signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
      sigaction(signal, &action, NULL);
  }
  sigprocmask(SIG_SETMASK, &kept_mask, NULL);
}

/// Switches to the user; 0 or errno.
static int drop(const struct tracer_program *program) {
  if (!program->drops) return 0;
  if (program->user != NULL ? initgroups(program->user, program->gid) : setgroups(0, NULL))
    return errno;
  if (setresgid(program->gid, program->gid, program->gid) != 0) return errno;
  return setresuid(program->uid, program->uid, program->uid) == 0 ? 0 : errno;
}

/// Whether a command exists in a directory of PATH; if one of them may not be searched, execvp()
/// fails with EACCES for a command that is nowhere, where a shell says that it is not found.
static int is_somewhere(const char *command) {
  const char *path = getenv("PATH");
  if (strchr(command, '/') != NULL || path == NULL) return 1;
  for (const char *next = path; next != NULL; next = strchr(next, ':')) {
    char file[4096];
    if (*next == ':') next++;
    int length = (int)strcspn(next, ":");
    snprintf(file, sizeof file, "%.*s/%s", length, next, command);
    if (access(file, F_OK) == 0) return 1;
  }
  return 0;
}

/// The child: waits to be seized, then becomes the program. Returns the errno that prevents it.
static int become(const struct tracer_program *program, int go) {
  char byte;
  ssize_t count;
  while ((count = read(go, &byte, 1)) < 0 && errno == EINTR) {
  }
  // The parent was killed before it seized this process: nobody would handle its stops.
  if (count != 1) _exit(1);
  restore_signals();
  for (int stream = 0; stream < 3; stream++) {
    int wanted = program->streams[stream];
    if (wanted < 0) continue;
    // dup2() of a descriptor to itself would leave it marked close-on-exec.
    int status = wanted == stream ? fcntl(stream, F_SETFD, 0) : dup2(wanted, stream);
    if (status < 0) return errno;
  }
  int error = install(program->filter, program->filter_length);
  if (error == 0) error = drop(program);
  if (error != 0) return error;
  execvp(program->arguments[0], (char *const *)program->arguments);
  return errno == EACCES && !is_somewhere(program->arguments[0]) ? ENOENT : errno;
}

/// Closes both ends of a pipe.
static void close_both(const int ends[2]) {
  close(ends[0]);
  close(ends[1]);
}

int32_t tracer_start(const struct tracer_program *program, struct tracer_child *child) {
  int go[2], failure[2];
  if (pipe2(go, O_CLOEXEC) != 0) return errno;
  if (pipe2(failure, O_CLOEXEC) != 0) {
    int error = errno;
    close_both(go);
    return error;
  }
  // A binary with file capabilities is not dumpable, so its children could not be traced.
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  pid_t process = fork();
  if (process == 0) {
    close(go[1]);
    close(failure[0]);
    int32_t error = become(program, go[0]);
    ssize_t written = write(failure[1], &error, sizeof error);
    _exit(written == (ssize_t)sizeof error ? 127 : 126);
  }
  int error = process < 0 ? errno : 0;
  if (error == 0 && ptrace(PTRACE_SEIZE, process, 0, options) != 0) {
    error = errno;
    kill(process, SIGKILL);
    while (waitpid(process, NULL, __WALL) < 0 && errno == EINTR) {
    }
  }
  if (error == 0 && write(go[1], "", 1) != 1) error = errno;
  close_both(go);
  close(failure[1]);
  if (error != 0) {
    close(failure[0]);
    return error;
  }
  fcntl(failure[0], F_SETFL, O_NONBLOCK);
  child->process = process;
  child->failure = failure[0];
  return 0;
}

int32_t tracer_start_failure(int32_t failure) {
  int32_t error = 0;
  ssize_t count = read(failure, &error, sizeof error);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? -1 : errno;
  return count == (ssize_t)sizeof error ? error : 0;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

enum { ROUNDS = 256 };

static int by_value(const void *one, const void *other) {
  int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
  return (a > b) - (a < b);
}

/// Times single calls, sorted: the median is not disturbed by whatever else the machine does.
static void measure(int64_t samples[ROUNDS]) {
  for (int i = 0; i < ROUNDS; i++) {
    int64_t start = now();
    syscall(SYS_getppid);
    samples[i] = now() - start;
  }
  qsort(samples, ROUNDS, sizeof *samples, by_value);
}

/// The child that is measured: makes `ROUNDS` untraced calls, then as many traced ones.
static void be_measured(int go, int answer) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  char byte;
  while (read(go, &byte, 1) < 0 && errno == EINTR) {
  }
  int64_t plain[ROUNDS], traced[ROUNDS], cost = -1;
  measure(plain);
  if (install(code, sizeof code / sizeof *code) == 0) {
    measure(traced);
    cost = traced[ROUNDS / 2] - plain[ROUNDS / 2];
  }
  _exit(write(answer, &cost, sizeof cost) == (ssize_t)sizeof cost ? 0 : 1);
}

/// Resumes the child from stop to stop until it has exited.
static void serve(pid_t child) {
  for (;;) {
    int status;
    pid_t thread = waitpid(child, &status, __WALL);
    if (thread < 0 && errno == EINTR) continue;
    if (thread < 0 || WIFEXITED(status) || WIFSIGNALED(status)) return;
    int is_entry = status >> 16 == PTRACE_EVENT_SECCOMP;
    if (is_entry || WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      struct __ptrace_syscall_info info;
      ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
    }
    tracer_resume(child, is_entry ? TRACER_TO_RETURN : TRACER_CONTINUE, 0);
  }
}

int64_t tracer_cost(void) {
  int go[2], answer[2];
  int64_t cost = -1;
  if (pipe2(go, O_CLOEXEC) != 0) return -1;
  if (pipe2(answer, O_CLOEXEC) != 0) {
    close_both(go);
    return -1;
  }
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  pid_t child = fork();
  if (child == 0) {
    close(go[1]);
    be_measured(go[0], answer[1]);
  }
  close(answer[1]);
  int is_traced = child > 0 && ptrace(PTRACE_SEIZE, child, 0, options) == 0;
  if (child > 0 && !is_traced) kill(child, SIGKILL);
  close_both(go);
  if (child > 0) serve(child);
  if (read(answer[0], &cost, sizeof cost) != (ssize_t)sizeof cost) cost = -1;
  close(answer[0]);
  return cost;
}
