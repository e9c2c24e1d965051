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

/// Connections of this network in a state, as /proc/net/tcp has them.
static int in_state(const char *state) {
  static char text[1 << 16];
  int count = 0;
  if (!look("/proc/net/tcp", text, sizeof text)) return 0;
  for (char *line = strchr(text, '\n'); line != NULL; line = strchr(line + 1, '\n')) {
    char word[8] = "";
    if (sscanf(line + 1, " %*s %*s %*s %7s", word) == 1) count += strcmp(word, state) == 0;
  }
  return count;
}

/// How many SYNs of this network have found a queue full (TcpExt ListenOverflows); -1 where it is not
/// told. A socket is in SYN-SENT a moment before its SYN is sent, which may find room then.
static int turned_away(void) {
  static char text[1 << 16];
  if (!look("/proc/net/netstat", text, sizeof text)) return -1;
  char *name = strstr(text, "TcpExt:");
  char *number = name == NULL ? NULL : strstr(name + 1, "TcpExt:");
  char *names, *numbers;
  name = name == NULL ? NULL : strtok_r(name, " \n", &names);
  number = number == NULL ? NULL : strtok_r(number, " \n", &numbers);
  while (name != NULL && number != NULL) {
    if (strcmp(name, "ListenOverflows") == 0) return atoi(number);
    name = strtok_r(NULL, " \n", &names);
    number = strtok_r(NULL, " \n", &numbers);
  }
  return -1;
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
    int turned = turned_away();
    if ((int)info.tcpi_unacked >= waiting && in_state("02") >= clients - waiting &&
        (turned < 0 || turned >= clients - waiting)) {
      return;
    }
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
