#define _GNU_SOURCE
#include "CSocket.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Values of tcpi_state (the kernel's include/net/tcp_states.h).
enum {
  TCP_ESTABLISHED = 1,
  TCP_TIME_WAIT = 6,
  TCP_CLOSE = 7,
  TCP_CLOSE_WAIT = 8,
  TCP_LAST_ACK = 9,
  TCP_LISTEN = 10,
  TCP_CLOSING = 11,
};

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

int32_t socket_open_process(int32_t process) {
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int32_t socket_open_thread(int32_t thread) {
  unsigned only_this_thread = 0x80;  // PIDFD_THREAD
  int descriptor = (int)syscall(SYS_pidfd_open, thread, only_this_thread);
  return descriptor < 0 ? -errno : descriptor;
}

int32_t socket_shares_files(int32_t one, int32_t other) {
  int files = 2;  // KCMP_FILES
  long order = syscall(SYS_kcmp, one, other, files, 0, 0);
  return order < 0 ? -errno : (int32_t)order;
}

/// Gets an int option of SOL_SOCKET; 0 or errno.
static int ask_number(int copy, int option, int32_t *value) {
  socklen_t length = sizeof *value;
  return getsockopt(copy, SOL_SOCKET, option, value, &length) == 0 ? 0 : errno;
}

/// Copies an end; for families other than the Internet's, none.
static void take_end(int (*ask)(int, struct sockaddr *, socklen_t *), int copy,
                     struct socket_end *end) {
  struct sockaddr_storage room;
  socklen_t length = sizeof room;
  memset(end, 0, sizeof *end);
  if (ask(copy, (struct sockaddr *)&room, &length) != 0) return;
  if (room.ss_family == AF_INET) {
    struct sockaddr_in *four = (struct sockaddr_in *)&room;
    end->family = AF_INET;
    end->port = ntohs(four->sin_port);
    memcpy(end->address, &four->sin_addr, 4);
  } else if (room.ss_family == AF_INET6) {
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&room;
    end->family = AF_INET6;
    end->port = ntohs(six->sin6_port);
    memcpy(end->address, &six->sin6_addr, 16);
  }
}

/// The peer, even of a connection that was reset before anybody accepted it: getpeername(2) then
/// refuses to return it, SO_PEERNAME does not, but accepts no more space than the address needs.
static int ask_peer(int copy, struct sockaddr *room, socklen_t *length) {
  if (getpeername(copy, room, length) == 0) return 0;
  *length = sizeof(struct sockaddr_in6);
  if (getsockopt(copy, SOL_SOCKET, SO_PEERNAME, room, length) == 0) return 0;
  *length = sizeof(struct sockaddr_in);
  return getsockopt(copy, SOL_SOCKET, SO_PEERNAME, room, length);
}

/// Bytes read from the stream: those that arrived in order, less those that wait to be read
/// (SIOCINQ, tcp(7)). The two are asked for one after the other: TCP_INFO is asked again to see
/// whether more came in between.
static void take_reads(int copy, const struct tcp_info *before, struct socket_answer *answer) {
  struct tcp_info after;
  socklen_t length = sizeof after;
  int unread;
  if (before->tcpi_state == TCP_CLOSE || ioctl(copy, SIOCINQ, &unread) != 0) return;
  memset(&after, 0, sizeof after);
  if (getsockopt(copy, IPPROTO_TCP, TCP_INFO, &after, &length) != 0) return;
  if (after.tcpi_bytes_received != before->tcpi_bytes_received ||
      after.tcpi_state != before->tcpi_state)
    return;
  // The peer's FIN counts as a byte that arrived, but not as one that waits to be read.
  int state = after.tcpi_state;
  int fin = state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING ||
            state == TCP_TIME_WAIT;
  if (after.tcpi_bytes_received < (uint64_t)unread + (uint64_t)fin) return;
  answer->has_reads = 1;
  answer->read = after.tcpi_bytes_received - (uint64_t)fin - (uint64_t)unread;
}

/// Whether the count of sent bytes is too high: bytes that a local firewall drops on their way out
/// are counted at each attempt, and still wait. What is acknowledged (the SYN of a connect() counts
/// as one) and what is not (SIOCOUTQ, asked for before) show how many bytes there are.
static int counts_too_many(const struct tcp_info *info, uint64_t offset, int waiting) {
  int is_open = info->tcpi_state == TCP_ESTABLISHED || info->tcpi_state == TCP_CLOSE_WAIT;
  return is_open && waiting >= 0 && offset > info->tcpi_bytes_acked + (uint64_t)waiting;
}

/// State and offset of a TCP socket; kernels before 5.5 have no tcpi_bytes_sent.
static void take_stream(int copy, uint32_t wants, struct socket_answer *answer) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  memset(&info, 0, sizeof info);
  int waiting;
  if (ioctl(copy, SIOCOUTQ, &waiting) != 0) waiting = -1;
  if (getsockopt(copy, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return;
  if (info.tcpi_state == TCP_LISTEN) {
    answer->has_queue = 1;
    answer->waiting = info.tcpi_unacked;
    answer->backlog = info.tcpi_sacked;
    return;
  }
  if (length < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans)
    return;
  uint64_t offset = info.tcpi_bytes_sent - info.tcpi_bytes_retrans + info.tcpi_notsent_bytes;
  if (counts_too_many(&info, offset, waiting)) return;
  answer->has_stream = 1;
  answer->state = info.tcpi_state;
  answer->offset = offset;
  if (wants & SOCKET_READS) take_reads(copy, &info, answer);
}

static int is_internet(int32_t family) { return family == AF_INET || family == AF_INET6; }

static int ask_copy(int copy, uint32_t wants, struct socket_answer *answer) {
  socklen_t length = sizeof answer->cookie;
  if (wants & SOCKET_ONLY_STREAM) {
    if (getsockopt(copy, SOL_SOCKET, SO_COOKIE, &answer->cookie, &length) != 0) return errno;
    take_stream(copy, wants, answer);
    return 0;
  }
  // The local end gives the family too.
  if (wants & SOCKET_NAMES) take_end(getsockname, copy, &answer->local);
  answer->family = answer->local.family;
  int error = is_internet(answer->family) ? 0 : ask_number(copy, SO_DOMAIN, &answer->family);
  if (error != 0 || !is_internet(answer->family)) return error;
  if (getsockopt(copy, SOL_SOCKET, SO_COOKIE, &answer->cookie, &length) != 0) return errno;
  ask_number(copy, SO_TYPE, &answer->type);
  ask_number(copy, SO_PROTOCOL, &answer->protocol);
  if (wants & SOCKET_NAMES) take_end(ask_peer, copy, &answer->peer);
  if ((wants & SOCKET_STREAM) && answer->protocol == IPPROTO_TCP)
    take_stream(copy, wants, answer);
  return 0;
}

int32_t socket_ask(int32_t process, int32_t descriptor, uint32_t wants,
                   struct socket_answer *answer) {
  memset(answer, 0, sizeof *answer);
  int copy = (int)syscall(SYS_pidfd_getfd, process, descriptor, 0);
  if (copy < 0) return errno;
  int error = ask_copy(copy, wants, answer);
  // While the tracer holds a duplicate, a close elsewhere would send no FIN.
  close(copy);
  return error;
}
