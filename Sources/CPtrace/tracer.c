#define _GNU_SOURCE
#include "CTracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

uint32_t tracer_architecture(void) {
#if defined(__x86_64__)
  return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
  return AUDIT_ARCH_AARCH64;
#else
#error "sockline knows the system calls of x86-64 and arm64 only"
#endif
}

/// The call's number and arguments, or its result. `is_entry`: the filter stopped it.
static void take_call(struct tracer_stop *stop, int is_entry) {
  struct __ptrace_syscall_info info;
  memset(&info, 0, sizeof info);
  long size = ptrace(PTRACE_GET_SYSCALL_INFO, stop->thread, sizeof info, &info);
  stop->kind = TRACER_OTHER;
  if (size <= 0) return;
  stop->architecture = info.arch;
  stop->stack = info.stack_pointer;
  stop->counter = info.instruction_pointer;
  if (is_entry && info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
    stop->kind = TRACER_ENTRY;
    stop->number = info.seccomp.nr;
    stop->is_filtered = 1;
    stop->verdict = info.seccomp.ret_data;
    memcpy(stop->arguments, info.seccomp.args, sizeof stop->arguments);
  } else if (!is_entry && info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    stop->kind = TRACER_ENTRY;
    stop->number = info.entry.nr;
    memcpy(stop->arguments, info.entry.args, sizeof stop->arguments);
  } else if (!is_entry && info.op == PTRACE_SYSCALL_INFO_EXIT) {
    stop->kind = TRACER_RETURN;
    stop->result = info.exit.rval;
  }
}

/// The number that goes with an event: a thread, or an exit status.
static int64_t event_message(int32_t thread) {
  unsigned long message = 0;
  ptrace(PTRACE_GETEVENTMSG, thread, 0, &message);
  return (int64_t)message;
}

static void take_stop(struct tracer_stop *stop, int status) {
  int signal = WSTOPSIG(status);
  int event = (int)((unsigned)status >> 16);
  stop->value = signal;
  switch (event) {
    case 0:
      if (signal == (SIGTRAP | 0x80)) {
        take_call(stop, 0);
      } else {
        stop->kind = TRACER_SIGNAL;
      }
      return;
    case PTRACE_EVENT_SECCOMP: take_call(stop, 1); return;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
      stop->kind = TRACER_CLONED;
      stop->value = event_message(stop->thread);
      return;
    case PTRACE_EVENT_EXEC:
      stop->kind = TRACER_EXECUTED;
      stop->value = event_message(stop->thread);
      return;
    case PTRACE_EVENT_EXIT:
      stop->kind = TRACER_EXITING;
      stop->value = event_message(stop->thread);
      return;
    case PTRACE_EVENT_STOP:
      stop->kind = signal == SIGTRAP ? TRACER_BEGUN : TRACER_GROUP_STOP;
      return;
    default: stop->kind = TRACER_OTHER;
  }
}

int32_t tracer_wait(struct tracer_stop *stop) {
  int status = 0;
  memset(stop, 0, sizeof *stop);
  pid_t thread = waitpid(-1, &status, __WALL | __WNOTHREAD);
  if (thread < 0) return errno;
  stop->thread = thread;
  if (WIFEXITED(status)) {
    stop->kind = TRACER_EXITED;
    stop->value = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    stop->kind = TRACER_KILLED;
    stop->value = WTERMSIG(status);
  } else {
    take_stop(stop, status);
  }
  return 0;
}

int32_t tracer_resume(int32_t thread, int32_t how, int32_t signal) {
  long status;
  switch (how) {
    case TRACER_TO_RETURN: status = ptrace(PTRACE_SYSCALL, thread, 0, signal); break;
    case TRACER_LISTEN: status = ptrace(PTRACE_LISTEN, thread, 0, 0); break;
    default: status = ptrace(PTRACE_CONT, thread, 0, signal); break;
  }
  return status == 0 ? 0 : errno;
}

/// Reads through /proc, where process_vm_readv(2) is refused.
static int64_t read_by_file(int32_t thread, uint64_t address, void *room, uint64_t size) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/mem", thread);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = pread(file, room, size, (off_t)address);
  close(file);
  return count < 0 ? 0 : count;
}

static int64_t read_once(int32_t thread, uint64_t address, void *room, uint64_t size) {
  struct iovec here = {room, size};
  struct iovec there = {(void *)(uintptr_t)address, size};
  ssize_t count = process_vm_readv(thread, &here, 1, &there, 1, 0);
  if (count < 0 && (errno == EPERM || errno == ENOSYS))
    return read_by_file(thread, address, room, size);
  return count < 0 ? 0 : count;
}

int64_t tracer_read(int32_t thread, uint64_t address, void *room, uint64_t size) {
  if (address == 0 || size == 0) return 0;
  int64_t count = read_once(thread, address, room, size);
  if (count > 0) return count;
  // Perhaps only the first page is mapped.
  uint64_t page = 4096 - (address & 4095);
  return page < size ? read_once(thread, address, room, page) : 0;
}

int32_t tracer_own_thread(void) { return (int32_t)syscall(SYS_gettid); }

static void do_nothing(int signal) { (void)signal; }

void tracer_allow_interrupt(int32_t signal) {
  struct sigaction action, old;
  // What the caller's parent ignores stays ignored, for the traced programs too.
  if (sigaction(signal, NULL, &old) == 0 && old.sa_handler == SIG_IGN) return;
  memset(&action, 0, sizeof action);
  action.sa_handler = do_nothing;  // and no SA_RESTART
  sigaction(signal, &action, NULL);
}

void tracer_unblock(int32_t signal) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  pthread_sigmask(SIG_UNBLOCK, &one, NULL);
}

int32_t tracer_interrupt(int32_t thread, int32_t signal) {
  return syscall(SYS_tgkill, getpid(), thread, signal) == 0 ? 0 : errno;
}
