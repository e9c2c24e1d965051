#pragma once
// Namespaces, and what this machine allows: each is tried to the end in a child process.
// Only what Swift cannot do: fork, prctl and syscall are unavailable in it.

#include <stdint.h>

/// The steps of making a private network, in their order.
enum sandbox_step {
  SANDBOX_DONE = 0,
  SANDBOX_USER_NAMESPACE,     ///< unshare(CLONE_NEWUSER)
  SANDBOX_SETGROUPS,          ///< /proc/self/setgroups
  SANDBOX_UID_MAP,            ///< /proc/self/uid_map
  SANDBOX_GID_MAP,            ///< /proc/self/gid_map
  SANDBOX_NETWORK_NAMESPACE,  ///< unshare(CLONE_NEWNET)
  SANDBOX_LOOPBACK_UP,        ///< ioctl(SIOCSIFFLAGS) on lo
  SANDBOX_MTU,                ///< ioctl(SIOCSIFMTU) on lo
  SANDBOX_OFFLOAD,            ///< ioctl(SIOCETHTOOL) on lo
  SANDBOX_PACKET_SOCKET,      ///< socket(AF_PACKET) bound to lo
  SANDBOX_CHILD,              ///< the child that tries: fork, or how it ended
};

/// Where making a private network ended.
struct sandbox_outcome {
  int32_t step;   ///< SANDBOX_DONE, or the step that failed
  int32_t error;  ///< its errno, 0 when done
  int32_t user;   ///< 1: a user namespace was made too
  int32_t mtu;    ///< bytes that a packet may have on lo
};

/// Moves the calling process, which must have one thread, into a network namespace of its own with
/// `lo` up; `textbook`: with MTU 1500 and without segmentation offload there. If a later step
/// fails, the earlier ones are not undone: probe first.
struct sandbox_outcome sandbox_enter(int textbook);

/// Does the same in a child, also opens a packet socket on the new `lo`, and reports how far it
/// got.
struct sandbox_outcome sandbox_probe(int textbook);

/// What may be done to one's own child process.
struct sandbox_tracing {
  int32_t seize;        ///< errno of PTRACE_SEIZE, 0 when allowed
  int32_t descriptor;   ///< errno of pidfd_open and pidfd_getfd
  int32_t cookie;       ///< errno of getsockopt(SO_COOKIE) on the duplicate
  int32_t same_cookie;  ///< 1: it was the cookie the child sees
  int32_t filter;       ///< errno of installing a seccomp filter that traces
};

/// Tries all of it on a child of a child; returns 0, or the errno that prevented trying.
int32_t sandbox_probe_tracing(struct sandbox_tracing *tracing);

/// Opens a packet socket and closes it; returns 0 or errno.
int32_t sandbox_probe_packet_socket(void);
