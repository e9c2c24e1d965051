#pragma once
// What a tracer changes in a stopped thread, and what it asks of signals: only so that a program runs
// as it would alone.

#include <stdint.h>

/// At the entry of a call: the call is not run, and gives back `result`. 0 or errno.
int32_t tracer_skip_call(int32_t thread, int64_t result);

/// At the entry of a call: another call is run, with the same arguments. 0 or errno.
int32_t tracer_change_call(int32_t thread, uint64_t number);

/// The register of a call's first argument; on arm64 it has the result once the call has run.
/// 0 or errno.
int32_t tracer_get_first_argument(int32_t thread, uint64_t *value);

/// Sets it; 0 or errno.
int32_t tracer_set_first_argument(int32_t thread, uint64_t value);

/// Writes eight bytes of a stopped thread's memory; 0 or errno.
int32_t tracer_write(int32_t thread, uint64_t address, uint64_t value);

/// Whether a filter's SECCOMP_RET_TRAP, or its SECCOMP_RET_KILL, has refused the call that the thread
/// returns from: its signal waits to be delivered.
int32_t tracer_is_trapped(int32_t thread);

/// Lets a thread go on with a signal, to the first instruction of the signal's handler, where it stops
/// with TRACER_SIGNAL and SIGTRAP. 0 or errno.
int32_t tracer_step(int32_t thread, int32_t signal);

/// At the first instruction of a handler: whether the call that its signal interrupted gives back EINTR
/// (1) or begins again when the handler is done (0); negative: minus errno.
int32_t tracer_gives_eintr(int32_t thread);
