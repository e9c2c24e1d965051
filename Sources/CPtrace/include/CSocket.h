#pragma once
// Asks the kernel for what it knows about another process's socket.

#include <netinet/in.h>
#include <stdint.h>

/// What is wanted besides family, type, protocol and cookie.
enum socket_wants {
  SOCKET_NAMES = 1,  ///< both ends
  SOCKET_STREAM = 2, ///< TCP_INFO: state and bytes sent
  /// For a socket that is known to be TCP: cookie, state and bytes sent, and nothing else.
  SOCKET_ONLY_STREAM = 4,
  SOCKET_READS = 8,  ///< with one of the two above: how many bytes were read from the stream
};

/// An end as getsockname(2) and getpeername(2) return it.
struct socket_end {
  int32_t family;  ///< AF_INET, AF_INET6, or 0 where there is none
  uint16_t port;   ///< host order
  uint8_t address[16];
};

/// What the kernel said.
struct socket_answer {
  int32_t family;
  int32_t type;
  int32_t protocol;
  uint64_t cookie;  ///< SO_COOKIE
  struct socket_end local;
  struct socket_end peer;
  int32_t has_stream;  ///< whether the next fields are set
  uint8_t state;       ///< TCP_ESTABLISHED 1 to TCP_NEW_SYN_RECV 12
  uint64_t offset;     ///< tcpi_bytes_sent - tcpi_bytes_retrans + tcpi_notsent_bytes
  int32_t has_reads;   ///< whether the next field is set
  uint64_t read;       ///< bytes of the stream that were read
  int32_t has_queue;   ///< whether the next two fields are set: it listens
  uint32_t waiting;    ///< tcpi_unacked: connections that wait for accept
  uint32_t backlog;    ///< tcpi_sacked: the backlog as the kernel has it
};

/// Opens a descriptor that refers to a process (pidfd_open(2)); negative: minus errno.
int32_t socket_open_process(int32_t process);

/// The same for one thread of a process, whose first thread may have exited (Linux 6.9).
int32_t socket_open_thread(int32_t thread);

/// Whether two processes or threads share their descriptors (kcmp(2), KCMP_FILES): 0 shared, 1 to 3
/// not, negative: minus errno.
int32_t socket_shares_files(int32_t one, int32_t other);

/// Duplicates `descriptor`, queries it, and closes the duplicate.
/// Returns 0, ENOTSOCK where it is not a socket, or another errno.
int32_t socket_ask(int32_t process, int32_t descriptor, uint32_t wants,
                   struct socket_answer *answer);
