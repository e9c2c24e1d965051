#pragma once
// By which path in its code a stopped thread came to its call.

#include <stdint.h>

/// Registers by their DWARF numbers; the program counter is separate.
struct tracer_registers {
  uint32_t count;       ///< values that are set
  uint64_t values[33];  ///< x86-64: rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to rip; arm64: x0 to sp
  uint64_t counter;
};

/// Reads the registers of a stopped thread; 0 or errno.
int32_t tracer_registers(int32_t thread, struct tracer_registers *registers);

/// A mapping of a process's memory.
struct tracer_mapping {
  uint64_t start, end;
  uint64_t is_code;  ///< 1 where it can be executed
};

/// Looks for code addresses among the words of a stack.
///
/// `mappings` are in address order. Returns a hash of the counter and of all words that point into
/// code, or so near to code that a library may have been loaded there since, each with its
/// position. All return addresses are among these; so equal hashes mean equal paths.
uint64_t tracer_path(uint64_t counter, uint64_t link, const uint64_t *words, uint64_t count,
                     const struct tracer_mapping *mappings, uint64_t mapping_count);

/// The register that holds a return address in a function that calls none; 0 where there is none.
uint64_t tracer_link(int32_t thread);
