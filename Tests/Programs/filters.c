// Programs that refuse calls by seccomp filters of their own: each ends with 0 where everything went
// as it goes without a tracer.
#define _GNU_SOURCE
#include "programs.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

/// Answers one call with `action`, for the calling thread or for all; what seccomp() returns.
static int refuse(long call, uint32_t action, unsigned flags) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = 4, .filter = code};
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
  return must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program), "seccomp");
}

/// The same by prctl(2), to which older programs are used.
static void refuse_by_prctl(long call, uint32_t action) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = 4, .filter = code};
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
  must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "prctl");
}

static int fails_with(int result, int error) { return result < 0 && errno == error; }

/// Both ends go on after the filter is there.
static void exchange(const int ends[2]) {
  char room[8];
  write_all(ends[0], "hello", 5);
  if (read_all(ends[1], room, 5) != 5) exit(2);
}

/// A call that is refused with an error number, or by SECCOMP_RET_TRACE, which gives ENOSYS.
static int refused(uint32_t action, int error, int by_prctl) {
  int ends[2];
  connected(ends);
  if (by_prctl) {
    refuse_by_prctl(SYS_shutdown, action);
  } else {
    refuse(SYS_shutdown, action, 0);
  }
  exchange(ends);
  if (!fails_with(shutdown(ends[0], SHUT_WR), error)) return 3;
  exchange(ends);
  return 0;
}

static int handled;

/// What the call gives back is what the handler puts there.
static void answer(int signal, siginfo_t *what, void *context) {
  (void)signal, (void)what, (void)context;
  handled++;
#if defined(__x86_64__)
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = -EXDEV;
#elif defined(__aarch64__)
  ((ucontext_t *)context)->uc_mcontext.regs[0] = -EXDEV;
#endif
}

static int trapped(void) {
  int ends[2];
  struct sigaction action;
  connected(ends);
  memset(&action, 0, sizeof action);
  action.sa_sigaction = answer;
  action.sa_flags = SA_SIGINFO;
  must(sigaction(SIGSYS, &action, NULL), "sigaction");
  refuse(SYS_shutdown, SECCOMP_RET_TRAP, 0);
  if (!fails_with(shutdown(ends[0], SHUT_WR), EXDEV) || handled != 1) return 3;
  exchange(ends);
  return 0;
}

static int killed(uint32_t action) {
  int ends[2];
  connected(ends);
  refuse(SYS_shutdown, action, 0);
  exchange(ends);
  shutdown(ends[0], SHUT_WR);
  return 3;
}

/// Another thread answers for the one that has the filter.
static int listener_of_calls;
static void *supervise(void *unused) {
  struct seccomp_notif call;
  struct seccomp_notif_resp response;
  (void)unused;
  while (__atomic_load_n(&listener_of_calls, __ATOMIC_ACQUIRE) == 0) sched_yield();
  memset(&call, 0, sizeof call);
  memset(&response, 0, sizeof response);
  must(ioctl(listener_of_calls, SECCOMP_IOCTL_NOTIF_RECV, &call), "receive");
  response.id = call.id;
  response.error = -EACCES;
  must(ioctl(listener_of_calls, SECCOMP_IOCTL_NOTIF_SEND, &response), "send");
  return NULL;
}

static int notified(void) {
  int ends[2];
  pthread_t other;
  connected(ends);
  if (pthread_create(&other, NULL, supervise, NULL) != 0) return 2;
  int own = refuse(SYS_shutdown, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  __atomic_store_n(&listener_of_calls, own, __ATOMIC_RELEASE);
  if (!fails_with(shutdown(ends[0], SHUT_WR), EACCES)) return 3;
  pthread_join(other, NULL);
  exchange(ends);
  return 0;
}

static int is_filtered;
static int shared[2];

/// Makes no call until the filter is there.
static void *wait_for_filter(void *unused) {
  (void)unused;
  while (!__atomic_load_n(&is_filtered, __ATOMIC_ACQUIRE)) {
  }
  return (void *)(intptr_t)(fails_with(shutdown(shared[0], SHUT_WR), EPERM) ? 0 : 3);
}

/// Waits in a call that is not traced, which goes on.
static void *wait_in_a_call(void *gate) {
  char byte;
  return (void *)(intptr_t)(
      read(*(int *)gate, &byte, 1) == 1 && fails_with(shutdown(shared[0], SHUT_RD), EPERM) ? 0 : 4);
}

/// The filter of one thread holds for the others, wherever they are.
static int synchronized(void) {
  pthread_t busy, waiting;
  void *one, *other;
  struct gate go = gate();
  connected(shared);
  if (pthread_create(&busy, NULL, wait_for_filter, NULL) != 0) return 2;
  if (pthread_create(&waiting, NULL, wait_in_a_call, &go.ends[0]) != 0) return 2;
  refuse(SYS_shutdown, SECCOMP_RET_ERRNO | EPERM, SECCOMP_FILTER_FLAG_TSYNC);
  __atomic_store_n(&is_filtered, 1, __ATOMIC_RELEASE);
  if (write(go.ends[1], "", 1) != 1) return 2;
  pthread_join(busy, &one);
  pthread_join(waiting, &other);
  if (one != NULL || other != NULL) return 3;
  exchange(shared);
  return 0;
}

/// A filter outlives exec, and a child has it.
static int kept(char *program, int is_after) {
  if (is_after) {
    pid_t child = must(fork(), "fork");
    if (child != 0) {
      int status;
      waitpid(child, &status, 0);
      return status != 0;
    }
    return fails_with(socket(AF_INET, SOCK_DGRAM, 0), EPERM) &&
                   fails_with(socket(AF_INET6, SOCK_STREAM, 0), EPERM)
               ? 0
               : 3;
  }
  refuse(SYS_socket, SECCOMP_RET_ERRNO | EPERM, 0);
  execl("/proc/self/exe", program, "filters", "after", NULL);
  return 4;
}

/// The strict mode: read, write and exit; anything else kills.
static int strict(int breaks) {
  int ends[2];
  connected(ends);
  must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), "prctl");
  exchange(ends);
  if (breaks) shutdown(ends[0], SHUT_WR);
  syscall(SYS_exit, 0);
  return 3;
}

/// A child that is not to be traced has a conversation of its own.
static int untraced(int by_clone3) {
  pid_t child;
  if (by_clone3) {
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_UNTRACED;
    arguments.exit_signal = SIGCHLD;
    child = (pid_t)must((int)syscall(SYS_clone3, &arguments, sizeof arguments), "clone3");
    // Both the child's memory and the program's own.
    if (arguments.flags != CLONE_UNTRACED) _exit(5);
  } else {
#if defined(__x86_64__)
    // The kernel changes no register but those of the result and of where it returns to.
    uint64_t flags = CLONE_UNTRACED | SIGCHLD;
    register uint64_t fourth __asm__("r10") = 0, fifth __asm__("r8") = 0;
    int64_t result = SYS_clone;
    __asm__ volatile("syscall"
                     : "+a"(result), "+D"(flags)
                     : "S"(0), "d"(0), "r"(fourth), "r"(fifth)
                     : "rcx", "r11", "memory");
    if (flags != (CLONE_UNTRACED | SIGCHLD)) _exit(5);
    child = (pid_t)result;
#else
    child = (pid_t)must((int)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0), "clone");
#endif
  }
  if (child == 0) {
    int ends[2];
    connected(ends);
    exchange(ends);
    _exit(7);
  }
  int status;
  if (waitpid(child, &status, 0) != child) return 2;
  return WIFEXITED(status) && WEXITSTATUS(status) == 7 ? 0 : 3;
}

int filters(int argc, char **argv) {
  if (argc != 2) return 64;
  const char *name = argv[1];
  if (strcmp(name, "errno") == 0) return refused(SECCOMP_RET_ERRNO | EPERM, EPERM, 0);
  if (strcmp(name, "prctl") == 0) return refused(SECCOMP_RET_ERRNO | ENETDOWN, ENETDOWN, 1);
  if (strcmp(name, "trace") == 0) return refused(SECCOMP_RET_TRACE | 7, ENOSYS, 0);
  if (strcmp(name, "trap") == 0) return trapped();
  if (strcmp(name, "kill") == 0) return killed(SECCOMP_RET_KILL_PROCESS);
  if (strcmp(name, "kill-thread") == 0) return killed(SECCOMP_RET_KILL_THREAD);
  if (strcmp(name, "log") == 0) {
    refuse(SYS_shutdown, SECCOMP_RET_LOG, 0);
    int ends[2];
    connected(ends);
    exchange(ends);
    return shutdown(ends[0], SHUT_WR) == 0 ? 0 : 3;
  }
  if (strcmp(name, "notify") == 0) return notified();
  if (strcmp(name, "threads") == 0) return synchronized();
  if (strcmp(name, "exec") == 0) return kept(argv[0], 0);
  if (strcmp(name, "after") == 0) return kept(argv[0], 1);
  if (strcmp(name, "strict") == 0) return strict(0);
  if (strcmp(name, "strict-broken") == 0) return strict(1);
  if (strcmp(name, "clone") == 0) return untraced(0);
  if (strcmp(name, "clone3") == 0) return untraced(1);
  return 64;
}
