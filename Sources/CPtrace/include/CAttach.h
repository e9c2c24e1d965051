#pragma once
// ptrace(2) on threads that run already: seize, find the call that they are in, let go of them.

#include "CTracer.h"

#include <stdint.h>

/// Seizes a thread for the calling one; 0 or errno. When the tracer dies the thread lives on.
int32_t tracer_seize(int32_t thread);

/// Asks a seized thread to stop; it stops soon (TRACER_BEGUN or TRACER_GROUP_STOP). 0 or errno.
int32_t tracer_ask_to_stop(int32_t thread);

/// Finds the call that a thread was in when it was asked to stop, and which begins again when it goes
/// on. A call that would give back EINTR, only since the thread was asked to stop, is set to begin
/// again too, unless a handler of a signal runs first.
///
/// `was` and `first` are the call's number and its first argument as /proc told them before, or
/// -1: where the machine forgets the argument (arm64), EINTR is taken back only with these.
/// Returns 1 with number and arguments in `call`; 0 where the thread is in no such call.
int32_t tracer_take_call(int32_t thread, int64_t was, uint64_t first, struct tracer_stop *call);

/// Lets go of a stopped thread, which runs on untraced, with `signal` delivered to it; 0 or errno.
int32_t tracer_let_go(int32_t thread, int32_t signal);

/// What a TCP socket holds that a program had open before it was traced.
struct socket_held {
  uint64_t cookie;    ///< SO_COOKIE
  uint8_t state;      ///< TCP_ESTABLISHED 1 to TCP_NEW_SYN_RECV 12
  uint64_t sent;      ///< bytes of the stream that were sent at least once
  uint64_t written;   ///< bytes that the kernel has taken from the program: sent ones and others
  uint32_t in_flight; ///< segments that are not acknowledged
  int32_t unread;     ///< bytes that came and were not read; -1 where not known
  uint32_t queue;     ///< of a listening socket: connections that wait for accept()
};

/// Takes a duplicate of a TCP socket's descriptor, asks it, and gives it back; 0 or errno.
int32_t socket_ask_held(int32_t process, int32_t descriptor, struct socket_held *held);

/// Moves the calling thread into the network namespace of a process; where that needs it, into its
/// user namespace first, for which the caller must have one thread. 0 or errno.
int32_t socket_enter_network(int32_t process);
