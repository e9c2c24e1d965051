// Waiting for what another thread or the kernel does, with a deadline that only ends what hangs.
#define _GNU_SOURCE
#include "programs.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// Milliseconds.
enum { DEADLINE = 20000 };

/// States of TCP as /proc/net/tcp numbers them (include/net/tcp_states.h).
enum { SYN_SENT = 2, SYN_RECV = 3, TIME_WAIT = 6, LISTEN = 10 };

/// What a file of /proc holds, as much as there is room for; 0 where there is none.
static int look(const char *path, char *text, size_t room) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  size_t count = 0;
  ssize_t more;
  while (count < room - 1 && (more = read(file, text + count, room - 1 - count)) > 0) {
    count += (size_t)more;
  }
  close(file);
  text[count] = 0;
  return 1;
}

void await_thread(int process, int thread, const char *states) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", process, thread);
  // More than once: it may sleep for a moment on its way.
  for (int i = 0, seen = 0; i < DEADLINE && seen < 5; i++) {
    if (!look(path, text, sizeof text)) return;
    char *end = strrchr(text, ')');
    seen = end != NULL && end[1] != 0 && strchr(states, end[2]) != NULL ? seen + 1 : 0;
    usleep(1000);
  }
}

void await_heard(int process) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/status", process);
  for (int i = 0; i < DEADLINE; i++) {
    if (!look(path, text, sizeof text)) return;
    char *pending = strstr(text, "ShdPnd:");
    if (pending == NULL || strtoull(pending + 7, NULL, 16) == 0) return;
    usleep(1000);
  }
}

void await_resent(int socket, unsigned count) {
  struct tcp_info info;
  for (int i = 0; i < DEADLINE / 10; i++) {
    socklen_t length = sizeof info;
    memset(&info, 0, sizeof info);
    must(getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
    if (info.tcpi_total_retrans >= count) return;
    usleep(10000);
  }
}

unsigned segments_in(int socket) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  memset(&info, 0, sizeof info);
  must(getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
  return info.tcpi_segs_in;
}

/// What a line of /proc/net/tcp says of a socket.
struct line {
  unsigned local, peer, state, timer, resent;
};

/// How many sockets of this network, as /proc/net/tcp has them, are as `is_counted` says.
static int count_sockets(int (*is_counted)(const struct line *, int), int port) {
  static char text[1 << 16];
  int count = 0;
  if (!look("/proc/net/tcp", text, sizeof text)) return 0;
  for (char *start = strchr(text, '\n'); start != NULL; start = strchr(start + 1, '\n')) {
    struct line line;
    if (sscanf(start + 1, " %*s %*x:%x %*x:%x %x %*x:%*x %x:%*x %x", &line.local, &line.peer,
               &line.state, &line.timer, &line.resent) == 5) {
      count += is_counted(&line, port);
    }
  }
  return count;
}

/// Whether it is in SYN-SENT, and its SYN was sent again: the first one may wait in the kernel, on a busy
/// machine, and find room after all; a second later it has not.
static int knocks(const struct line *line, int port) {
  return line->state == SYN_SENT && line->timer == 1 && line->resent > 0 &&
         (port == 0 || line->peer == (unsigned)port);
}

/// Sockets whose SYN has got no answer.
static int knocking(void) { return count_sockets(knocks, 0); }

/// Whether it is a connection of a server's port, as the server has it, a client that knocks there, or
/// what is left of a connection that is over. A client has its connection before its server has.
static int has_come(const struct line *line, int port) {
  if (line->local == (unsigned)port) return line->state != LISTEN && line->state != SYN_RECV;
  return knocks(line, port) || (line->peer == (unsigned)port && line->state == TIME_WAIT);
}

void await_clients(int port, int clients) {
  for (int i = 0; i < DEADLINE && count_sockets(has_come, port) < clients; i++) usleep(1000);
}

void await_queue(int listener, int clients) {
  for (int i = 0; i < DEADLINE / 10; i++) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    memset(&info, 0, sizeof info);
    must(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
    // Of a listening socket: connections in the queue, and those that it is made for; Linux lets one
    // more in (tcp_get_info, sk_acceptq_is_full).
    int room = (int)info.tcpi_sacked + 1;
    int waiting = clients < room ? clients : room;
    if ((int)info.tcpi_unacked >= waiting && knocking() >= clients - waiting) return;
    usleep(10000);
  }
}

/// Numbers of /proc/net/snmp about TCP: segments that came, that went, and that went again.
static int segments(unsigned long long numbers[3]) {
  static char text[1 << 14];
  if (!look("/proc/thread-self/net/snmp", text, sizeof text)) return 0;
  char *names = strstr(text, "Tcp:");
  char *values = names == NULL ? NULL : strstr(names + 4, "Tcp:");
  return values != NULL && sscanf(values, "Tcp: %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu %llu",
                                  numbers, numbers + 1, numbers + 2) == 3;
}

void await_quiet(void) {
  unsigned long long last[3] = {0, 0, 0}, now[3];
  for (int i = 0, seen = 0; i < DEADLINE / 10 && seen < 3; i++) {
    if (!segments(now)) return;
    int is_still = memcmp(now, last, sizeof now) == 0 && now[0] >= now[1] + now[2];
    seen = is_still ? seen + 1 : 0;
    memcpy(last, now, sizeof now);
    usleep(1000);
  }
}
