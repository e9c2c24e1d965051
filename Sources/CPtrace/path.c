#include "CPath.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

int32_t tracer_registers(int32_t thread, struct tracer_registers *registers) {
  struct user_regs_struct own;
  struct iovec room = {&own, sizeof own};
  memset(registers, 0, sizeof *registers);
  if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &room) != 0) return errno;
#if defined(__x86_64__)
  const uint64_t values[] = {own.rax, own.rdx, own.rcx, own.rbx, own.rsi, own.rdi,
                             own.rbp, own.rsp, own.r8,  own.r9,  own.r10, own.r11,
                             own.r12, own.r13, own.r14, own.r15, own.rip};
  memcpy(registers->values, values, sizeof values);
  registers->count = sizeof values / sizeof *values;
  registers->counter = own.rip;
#elif defined(__aarch64__)
  memcpy(registers->values, own.regs, sizeof own.regs);
  registers->values[31] = own.sp;
  registers->count = 32;
  registers->counter = own.pc;
#endif
  return 0;
}

uint64_t tracer_link(int32_t thread) {
#if defined(__aarch64__)
  struct tracer_registers registers;
  return tracer_registers(thread, &registers) == 0 ? registers.values[30] : 0;
#else
  (void)thread;
  return 0;
#endif
}

static uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

/// The index of the last mapping that begins at or before `word`.
static uint64_t place(uint64_t word, const struct tracer_mapping *mappings, uint64_t count) {
  uint64_t low = 0, high = count;
  while (high - low > 1) {
    uint64_t middle = (low + high) / 2;
    if (mappings[middle].start <= word) low = middle;
    else high = middle;
  }
  return low;
}

uint64_t tracer_path(uint64_t counter, uint64_t link, const uint64_t *words, uint64_t count,
                     const struct tracer_mapping *mappings, uint64_t mapping_count) {
  const uint64_t near = UINT64_C(1) << 36;
  uint64_t hash = mixed(mixed(counter, link), count);
  if (mapping_count == 0) return hash;
  const uint64_t lowest = mappings[0].start;
  uint64_t last = 0;
  for (uint64_t index = 0; index < count; index++) {
    const uint64_t word = words[index];
    if (word < lowest || word >= UINT64_C(1) << 48) continue;
    if (word < mappings[last].start || word >= mappings[last].end)
      last = place(word, mappings, mapping_count);
    const struct tracer_mapping *found = &mappings[last];
    if (word < found->end) {
      if (!found->is_code) continue;
    } else {
      const int follows = word - found->end < near;
      const int precedes = last + 1 < mapping_count && mappings[last + 1].start - word < near;
      if (!follows && !precedes) continue;
    }
    hash = mixed(mixed(hash, index), word);
  }
  return hash;
}
