#pragma once
// What a tracer changes in a stopped thread, and what it finds out about signals: only so that a
// program runs as it would on its own.

#include <stdint.h>

/// At the entry of a call: the call is not run, and returns `result`. 0 or errno.
int32_t tracer_skip_call(int32_t thread, int64_t result);

/// At the entry of a call: another call is run instead, with the same arguments. 0 or errno.
int32_t tracer_change_call(int32_t thread, uint64_t number);

/// The register of a call's first argument; on arm64 it holds the result once the call has run. 0
/// or errno.
int32_t tracer_get_first_argument(int32_t thread, uint64_t *value);

/// Sets that register; 0 or errno.
int32_t tracer_set_first_argument(int32_t thread, uint64_t value);

/// Writes eight bytes to a stopped thread's memory; 0 or errno.
int32_t tracer_write(int32_t thread, uint64_t address, uint64_t value);

/// Whether a filter's SECCOMP_RET_TRAP, or its SECCOMP_RET_KILL, has refused the call that the
/// thread returns from: its signal is pending.
int32_t tracer_is_trapped(int32_t thread);

/// Resumes a thread with a signal, to the first instruction of the signal's handler, where it stops
/// with TRACER_SIGNAL and SIGTRAP. 0 or errno.
int32_t tracer_step(int32_t thread, int32_t signal);

/// At the first instruction of a handler: whether the call that its signal interrupted returns
/// EINTR (1) or is restarted after the handler (0); negative: minus errno.
int32_t tracer_gives_eintr(int32_t thread);
