#pragma once
// ptrace(2) on threads that are already running: seize, find the call that they are in, detach.

#include "CTracer.h"

#include <stdint.h>

/// Seizes a thread, with the calling one as its tracer; 0 or errno. If the tracer dies the thread
/// lives on.
int32_t tracer_seize(int32_t thread);

/// Asks a seized thread to stop; it stops soon (TRACER_BEGUN or TRACER_GROUP_STOP). 0 or errno.
int32_t tracer_ask_to_stop(int32_t thread);

/// Finds the call that a thread was in when it was asked to stop, and which is restarted when the
/// thread resumes. A call that would return EINTR only because the thread was asked to stop is set
/// to be restarted too, unless a signal handler runs first.
///
/// `was` and `first` are the call's number and its first argument as /proc gave them before, or
/// -1: where the machine loses the argument (arm64), EINTR is undone only with these.
/// Returns 1 with number and arguments in `call`; 0 where the thread is in no such call.
int32_t tracer_take_call(int32_t thread, int64_t was, uint64_t first, struct tracer_stop *call);

/// Detaches from a stopped thread, which runs on untraced, with `signal` delivered to it; 0 or
/// errno.
int32_t tracer_let_go(int32_t thread, int32_t signal);

/// The state of a TCP socket that a program had open before it was traced.
struct socket_held {
  uint64_t cookie;    ///< SO_COOKIE
  uint8_t state;      ///< TCP_ESTABLISHED 1 to TCP_NEW_SYN_RECV 12
  uint64_t sent;      ///< bytes of the stream that were sent at least once
  uint64_t written;   ///< bytes that the kernel has taken from the program, sent or not
  uint32_t in_flight; ///< segments that are not acknowledged
  int32_t unread;     ///< bytes that arrived and were not read; -1 if unknown
  uint32_t queue;     ///< for a listening socket: connections that wait for accept()
};

/// Duplicates a TCP socket's descriptor, queries it, and closes the duplicate; 0 or errno.
int32_t socket_ask_held(int32_t process, int32_t descriptor, struct socket_held *held);

/// Moves the calling thread into the network namespace of a process; if necessary, into its user
/// namespace first, for which the caller must have one thread. 0 or errno.
int32_t socket_enter_network(int32_t process);
