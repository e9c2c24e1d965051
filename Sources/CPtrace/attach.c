#define _GNU_SOURCE
#include "CAttach.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

// No EXITKILL: the program must outlive sockline. No TRACESECCOMP: RET_TRACE from a filter of the
// program's own would change its meaning. SYSGOOD, because a stop left over when sockline dies is
// then not a SIGTRAP.
int32_t tracer_seize(int32_t thread) {
  static const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                              PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD;
  return ptrace(PTRACE_SEIZE, thread, 0, options) == 0 ? 0 : errno;
}

int32_t tracer_ask_to_stop(int32_t thread) {
  return ptrace(PTRACE_INTERRUPT, thread, 0, 0) == 0 ? 0 : errno;
}

int32_t tracer_let_go(int32_t thread, int32_t signal) {
  return ptrace(PTRACE_DETACH, thread, 0, signal) == 0 ? 0 : errno;
}

/// Results by which the kernel restarts a call (linux/errno.h): ERESTARTSYS, ERESTARTNOINTR,
/// ERESTARTNOHAND, ERESTART_RESTARTBLOCK.
static int is_restart(int64_t result) {
  return result == -512 || result == -513 || result == -514 || result == -516;
}

#if defined(__x86_64__)
int32_t tracer_take_call(int32_t thread, int64_t was, uint64_t first, struct tracer_stop *call) {
  struct user_regs_struct registers;
  (void)was, (void)first;
  if (ptrace(PTRACE_GETREGS, thread, 0, &registers) != 0) return 0;
  int64_t number = (int64_t)registers.orig_rax, result = (int64_t)registers.rax;
  if (number < 0) return 0;
  // When close() returns EINTR it has released its descriptor: it must not run again.
  if (result == -EINTR && number != SYS_close) {
    // ERESTARTNOHAND: EINTR if a handler runs, otherwise the call is restarted.
    result = -514;
    if (ptrace(PTRACE_POKEUSER, thread, offsetof(struct user_regs_struct, rax), result) != 0)
      return 0;
  }
  if (!is_restart(result)) return 0;
  call->number = (uint64_t)number;
  uint64_t arguments[6] = {registers.rdi, registers.rsi, registers.rdx,
                           registers.r10, registers.r8,  registers.r9};
  memcpy(call->arguments, arguments, sizeof arguments);
  return 1;
}
#elif defined(__aarch64__)
/// Whether the instruction at an address is `svc #0`.
static int is_call(int32_t thread, uint64_t address) {
  uint32_t instruction = 0;
  return tracer_read(thread, address, &instruction, sizeof instruction) == sizeof instruction &&
         instruction == 0xd4000001;
}

int32_t tracer_take_call(int32_t thread, int64_t was, uint64_t first, struct tracer_stop *call) {
  struct user_regs_struct registers;
  struct iovec room = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &room) != 0) return 0;
  int64_t number = (int64_t)registers.regs[8], result = (int64_t)registers.regs[0];
  // A call to be restarted already has the program counter at its instruction.
  if (!is_call(thread, registers.pc)) {
    if (result != -EINTR || number == SYS_close || number != was) return 0;
    if (!is_call(thread, registers.pc - 4)) return 0;
    registers.pc -= 4;
    registers.regs[0] = first;
    if (ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &room) != 0) return 0;
  }
  (void)is_restart;
  call->number = (uint64_t)number;
  memcpy(call->arguments, registers.regs, sizeof call->arguments);
  return 1;
}
#endif

int32_t socket_ask_held(int32_t process, int32_t descriptor, struct socket_held *held) {
  memset(held, 0, sizeof *held);
  int copy = (int)syscall(SYS_pidfd_getfd, process, descriptor, 0);
  if (copy < 0) return errno;
  struct tcp_info info;
  socklen_t length = sizeof info, size = sizeof held->cookie;
  memset(&info, 0, sizeof info);
  int error = getsockopt(copy, SOL_SOCKET, SO_COOKIE, &held->cookie, &size) == 0 ? 0 : errno;
  if (error == 0 && getsockopt(copy, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) error = errno;
  if (ioctl(copy, SIOCINQ, &held->unread) != 0) held->unread = -1;
  // While the tracer holds a duplicate, a close elsewhere would send no FIN.
  close(copy);
  if (error != 0) return error;
  // Kernels before 5.5 have no tcpi_bytes_sent.
  if (length < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans)
    return ENOPROTOOPT;
  held->state = info.tcpi_state;
  held->sent = info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
  held->written = held->sent + info.tcpi_notsent_bytes;
  // For a listening socket tcpi_unacked is how many wait in its queue (tcp(7), net/ipv4/tcp.c).
  int listens = info.tcpi_state == 10;
  held->in_flight = listens ? 0 : info.tcpi_unacked;
  held->queue = listens ? info.tcpi_unacked : 0;
  return 0;
}

/// A namespace of a process; negative where it cannot be opened.
static int open_namespace(int32_t process, const char *name) {
  char path[48];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", process, name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

/// Enters a user namespace that the caller's user owns.
static void enter_user(int32_t process) {
  int space = open_namespace(process, "user");
  if (space < 0) return;
  setns(space, CLONE_NEWUSER);
  close(space);
}

int32_t socket_enter_network(int32_t process) {
  int space = open_namespace(process, "net");
  if (space < 0) return errno;
  int error = setns(space, CLONE_NEWNET) == 0 ? 0 : errno;
  if (error == EPERM) {
    enter_user(process);
    error = setns(space, CLONE_NEWNET) == 0 ? 0 : errno;
  }
  close(space);
  return error;
}
