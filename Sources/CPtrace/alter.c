#define _GNU_SOURCE
#include "CAlter.h"

#include "CTracer.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <ucontext.h>

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif
#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif

#if defined(__x86_64__)
static int32_t put(int32_t thread, size_t place, uint64_t value) {
  return ptrace(PTRACE_POKEUSER, thread, place, value) == 0 ? 0 : errno;
}

int32_t tracer_change_call(int32_t thread, uint64_t number) {
  return put(thread, offsetof(struct user_regs_struct, orig_rax), number);
}

int32_t tracer_skip_call(int32_t thread, int64_t result) {
  int32_t error = tracer_change_call(thread, (uint64_t)-1);
  if (error != 0) return error;
  return put(thread, offsetof(struct user_regs_struct, rax), (uint64_t)result);
}

int32_t tracer_get_first_argument(int32_t thread, uint64_t *value) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, thread, 0, &registers) != 0) return errno;
  *value = registers.rdi;
  return 0;
}

int32_t tracer_set_first_argument(int32_t thread, uint64_t value) {
  return put(thread, offsetof(struct user_regs_struct, rdi), value);
}

/// The result register as saved in a signal's frame: the return address of the handler is followed
/// by the handler's third argument (the kernel's struct rt_sigframe).
static int32_t kept_result(int32_t thread, int64_t *result) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, thread, 0, &registers) != 0) return errno;
  uint64_t place = registers.rsp + 8 + offsetof(ucontext_t, uc_mcontext.gregs[REG_RAX]);
  return tracer_read(thread, place, result, sizeof *result) == sizeof *result ? 0 : EIO;
}
#elif defined(__aarch64__)
static int32_t get_registers(int32_t thread, struct user_regs_struct *registers) {
  struct iovec room = {registers, sizeof *registers};
  return ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &room) == 0 ? 0 : errno;
}

int32_t tracer_change_call(int32_t thread, uint64_t number) {
  int32_t call = (int32_t)number;
  struct iovec room = {&call, sizeof call};
  return ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &room) == 0 ? 0 : errno;
}

int32_t tracer_get_first_argument(int32_t thread, uint64_t *value) {
  struct user_regs_struct registers;
  int32_t error = get_registers(thread, &registers);
  *value = registers.regs[0];
  return error;
}

int32_t tracer_set_first_argument(int32_t thread, uint64_t value) {
  struct user_regs_struct registers;
  int32_t error = get_registers(thread, &registers);
  if (error != 0) return error;
  registers.regs[0] = value;
  struct iovec room = {&registers, sizeof registers};
  return ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &room) == 0 ? 0 : errno;
}

int32_t tracer_skip_call(int32_t thread, int64_t result) {
  int32_t error = tracer_change_call(thread, (uint64_t)-1);
  return error != 0 ? error : tracer_set_first_argument(thread, (uint64_t)result);
}

/// The result register as saved in a signal's frame: the frame begins with the siginfo and the
/// context (the kernel's struct rt_sigframe).
static int32_t kept_result(int32_t thread, int64_t *result) {
  struct user_regs_struct registers;
  int32_t error = get_registers(thread, &registers);
  if (error != 0) return error;
  uint64_t place = registers.sp + sizeof(siginfo_t) + offsetof(ucontext_t, uc_mcontext.regs[0]);
  return tracer_read(thread, place, result, sizeof *result) == sizeof *result ? 0 : EIO;
}
#endif

int32_t tracer_write(int32_t thread, uint64_t address, uint64_t value) {
  return ptrace(PTRACE_POKEDATA, thread, address, value) == 0 ? 0 : errno;
}

int32_t tracer_is_trapped(int32_t thread) {
  siginfo_t waiting[32];
  struct __ptrace_peeksiginfo_args wanted = {.off = 0, .flags = 0, .nr = 32};
  long count = ptrace(PTRACE_PEEKSIGINFO, thread, &wanted, waiting);
  for (long i = 0; i < count; i++) {
    if (waiting[i].si_signo == SIGSYS && waiting[i].si_code == SYS_SECCOMP) return 1;
  }
  return 0;
}

int32_t tracer_step(int32_t thread, int32_t signal) {
  return ptrace(PTRACE_SINGLESTEP, thread, 0, signal) == 0 ? 0 : errno;
}

int32_t tracer_gives_eintr(int32_t thread) {
  int64_t result = 0;
  int32_t error = kept_result(thread, &result);
  return error != 0 ? -error : result == -EINTR;
}
