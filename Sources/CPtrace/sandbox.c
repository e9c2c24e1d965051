#define _GNU_SOURCE
#include "CSandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

/// Writes one short text to a file in /proc; 0 or errno. These files accept it in a single write or
/// not at all.
static int write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  size_t length = strlen(text);
  int error = write(file, text, length) == (ssize_t)length ? 0 : errno;
  close(file);
  return error;
}

/// Maps the caller's own uid and gid to themselves, so that programs see the IDs they know.
/// user_namespaces(7): without CAP_SETGID outside, setgroups must be denied before gid_map.
static struct sandbox_outcome map_own_ids(uid_t uid, gid_t gid) {
  char map[32];
  int error;
  // A binary with file capabilities is not dumpable, and its /proc/self belongs to root.
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  error = write_text("/proc/self/setgroups", "deny");
  if (error != 0 && error != ENOENT) return (struct sandbox_outcome){SANDBOX_SETGROUPS, error, 1};
  snprintf(map, sizeof map, "%u %u 1", uid, uid);
  error = write_text("/proc/self/uid_map", map);
  if (error != 0) return (struct sandbox_outcome){SANDBOX_UID_MAP, error, 1};
  snprintf(map, sizeof map, "%u %u 1", gid, gid);
  error = write_text("/proc/self/gid_map", map);
  if (error != 0) return (struct sandbox_outcome){SANDBOX_GID_MAP, error, 1};
  return (struct sandbox_outcome){SANDBOX_DONE, 0, 1};
}

/// Creates a network namespace: by itself where that is allowed, otherwise inside a user namespace.
static struct sandbox_outcome make_namespaces(void) {
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (unshare(CLONE_NEWNET) == 0) return (struct sandbox_outcome){SANDBOX_DONE, 0, 0};
  if (errno != EPERM) return (struct sandbox_outcome){SANDBOX_NETWORK_NAMESPACE, errno, 0};
  if (unshare(CLONE_NEWUSER) != 0)
    return (struct sandbox_outcome){SANDBOX_USER_NAMESPACE, errno, 0};
  struct sandbox_outcome outcome = map_own_ids(uid, gid);
  if (outcome.step != SANDBOX_DONE) return outcome;
  if (unshare(CLONE_NEWNET) != 0)
    return (struct sandbox_outcome){SANDBOX_NETWORK_NAMESPACE, errno, 1};
  return outcome;
}

/// An interface request for `lo`.
static struct ifreq loopback_request(void) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  memcpy(request.ifr_name, "lo", sizeof "lo");
  return request;
}

/// Sets IFF_UP on `lo` (netdevice(7)); 0 or errno.
static int bring_up(int inet) {
  struct ifreq request = loopback_request();
  if (ioctl(inet, SIOCGIFFLAGS, &request) != 0) return errno;
  request.ifr_flags |= IFF_UP;
  return ioctl(inet, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
}

/// Sets the MTU of `lo` to that of Ethernet, in bytes; 0 or errno.
static int set_mtu(int inet) {
  struct ifreq request = loopback_request();
  request.ifr_mtu = 1500;
  return ioctl(inet, SIOCSIFMTU, &request) == 0 ? 0 : errno;
}

/// The MTU of `lo`, in bytes; 0 if unknown.
static int get_mtu(int inet) {
  struct ifreq request = loopback_request();
  return ioctl(inet, SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : 0;
}

/// Turns segmentation offload and its counterpart off, as `ethtool -K lo tso off gso off gro off`
/// does; 0 or errno.
static int offload_off(int inet) {
  static const uint32_t commands[] = {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    struct ethtool_value value = {.cmd = commands[i], .data = 0};
    struct ifreq request = loopback_request();
    request.ifr_data = (void *)&value;
    if (ioctl(inet, SIOCETHTOOL, &request) != 0) return errno;
  }
  return 0;
}

struct sandbox_outcome sandbox_enter(int textbook) {
  struct sandbox_outcome outcome = make_namespaces();
  if (outcome.step != SANDBOX_DONE) return outcome;
  int inet = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (inet < 0) return (struct sandbox_outcome){SANDBOX_LOOPBACK_UP, errno, outcome.user};
  struct {
    int step;
    int (*act)(int);
  } const steps[] = {
      {SANDBOX_LOOPBACK_UP, bring_up}, {SANDBOX_MTU, set_mtu}, {SANDBOX_OFFLOAD, offload_off}};
  int count = textbook ? 3 : 1;
  for (int i = 0; i < count; i++) {
    int error = steps[i].act(inet);
    if (error != 0) {
      outcome.step = steps[i].step;
      outcome.error = error;
      break;
    }
  }
  outcome.mtu = get_mtu(inet);
  close(inet);
  return outcome;
}

/// Opens a packet socket, bound to `lo` if asked; 0 or errno.
static int open_packet_socket(int on_loopback) {
  int packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
  if (packet < 0) return errno;
  int error = 0;
  if (on_loopback) {
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = (int)if_nametoindex("lo"),
    };
    if (bind(packet, (struct sockaddr *)&address, sizeof address) != 0) error = errno;
  }
  close(packet);
  return error;
}

int32_t sandbox_probe_packet_socket(void) { return open_packet_socket(0); }

/// Reads exactly `size` bytes; 0 on success.
static int read_whole(int pipe, void *room, size_t size) {
  size_t have = 0;
  while (have < size) {
    ssize_t count = read(pipe, (char *)room + have, size - have);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    have += (size_t)count;
  }
  return 0;
}

/// Runs `act` in a child, which writes its answer of `size` bytes to a pipe; 0 or errno.
static int ask_child(void (*act)(void *, int), void *answer, size_t size, int argument) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pid_t child = fork();
  if (child < 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    return error;
  }
  if (child == 0) {
    close(ends[0]);
    act(answer, argument);
    ssize_t count = write(ends[1], answer, size);
    _exit(count == (ssize_t)size ? 0 : 1);
  }
  close(ends[1]);
  int error = read_whole(ends[0], answer, size) == 0 ? 0 : EIO;
  close(ends[0]);
  while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR) {
  }
  return error;
}

static void try_network(void *answer, int textbook) {
  struct sandbox_outcome *outcome = answer;
  *outcome = sandbox_enter(textbook);
  if (outcome->step != SANDBOX_DONE) return;
  int error = open_packet_socket(1);
  if (error != 0) {
    outcome->step = SANDBOX_PACKET_SOCKET;
    outcome->error = error;
  }
}

struct sandbox_outcome sandbox_probe(int textbook) {
  struct sandbox_outcome outcome = {SANDBOX_CHILD, 0, 0};
  int error = ask_child(try_network, &outcome, sizeof outcome, textbook);
  return error == 0 ? outcome : (struct sandbox_outcome){SANDBOX_CHILD, error, 0};
}

/// What the traced child reports about its socket.
struct own_socket {
  int32_t number;
  uint64_t cookie;
};

/// The child to be traced: creates a socket, reports it, and waits to be killed.
static void be_traced(int pipe, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(1);
  struct own_socket own;
  memset(&own, 0, sizeof own);
  socklen_t length = sizeof own.cookie;
  own.number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  getsockopt(own.number, SOL_SOCKET, SO_COOKIE, &own.cookie, &length);
  if (write(pipe, &own, sizeof own) != (ssize_t)sizeof own) _exit(1);
  for (;;) pause();
}

/// Duplicates the child's socket and asks for its cookie.
static void ask_socket(pid_t child, const struct own_socket *own, struct sandbox_tracing *tracing) {
  int process = (int)syscall(SYS_pidfd_open, child, 0);
  int copy = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, own->number, 0);
  if (copy < 0) {
    tracing->descriptor = errno;
    tracing->cookie = errno;
  } else {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    if (getsockopt(copy, SOL_SOCKET, SO_COOKIE, &cookie, &length) != 0) tracing->cookie = errno;
    tracing->same_cookie = tracing->cookie == 0 && cookie == own->cookie;
    close(copy);
  }
  if (process >= 0) close(process);
}

/// Installs a filter that traces only getpid, which nobody calls any more here.
static int install_filter(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),  // seccomp_data.nr
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

static void try_tracing(void *answer, int unused) {
  (void)unused;
  struct sandbox_tracing *tracing = answer;
  memset(tracing, 0, sizeof *tracing);
  int ends[2];
  pid_t self = getpid();
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // File capabilities would forbid tracing children.
  pid_t child = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
  if (child == 0) {
    close(ends[0]);
    be_traced(ends[1], self);
  }
  if (child < 0) {
    tracing->seize = tracing->descriptor = tracing->cookie = tracing->filter = errno;
    return;
  }
  close(ends[1]);
  struct own_socket own = {.number = -1};
  long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL |
                 PTRACE_O_TRACESYSGOOD;
  if (read_whole(ends[0], &own, sizeof own) != 0) own.number = -1;
  if (ptrace(PTRACE_SEIZE, child, 0, options) != 0) tracing->seize = errno;
  ask_socket(child, &own, tracing);
  tracing->filter = install_filter();
  kill(child, SIGKILL);  // This ends a traced child too; it is reaped here or by init.
  close(ends[0]);
}

int32_t sandbox_probe_tracing(struct sandbox_tracing *tracing) {
  return ask_child(try_tracing, tracing, sizeof *tracing, 0);
}
