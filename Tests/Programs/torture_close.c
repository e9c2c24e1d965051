// Ways of holding, opening and closing sockets, one after the other, all over 127.0.0.1.
//
//   torture-close FILE [CASES]   writes to FILE what has to be seen, as JSON lines
#define _GNU_SOURCE
#include "torture_close.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int book;
static const char *current = "";

void begin_case(const char *name) { current = name; }

int own_port(int socket) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  must(getsockname(socket, (struct sockaddr *)&address, &length), "getsockname");
  return ntohs(address.sin_port);
}

int peer_port(int socket) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  must(getpeername(socket, (struct sockaddr *)&address, &length), "getpeername");
  return ntohs(address.sin_port);
}

struct link linked(void) {
  struct link link;
  int ends[2];
  connected(ends);
  link.client = ends[0];
  link.server = ends[1];
  link.client_port = own_port(ends[0]);
  link.server_port = own_port(ends[1]);
  return link;
}

static void note(const char *line, int length) {
  if (write(book, line, (size_t)length) != length) exit(1);
}

static void say(const char *kind, const char *flag, int from, int to, const char *call,
                int process, int descriptor) {
  char line[512];
  note(line, snprintf(line, sizeof line,
                      "{\"case\":\"%s\",\"flag\":\"%s\",\"from\":%d,\"to\":%d,\"kind\":\"%s\","
                      "\"call\":\"%s\",\"pid\":%d,\"fd\":%d}\n",
                      current, flag, from, to, kind, call, process, descriptor));
}

void expect(const char *flag, int from, int to, const char *call, int descriptor) {
  say("call", flag, from, to, call, getpid(), descriptor);
}
void expect_of(int process, const char *flag, int from, int to, const char *call, int descriptor) {
  say("call", flag, from, to, call, process, descriptor);
}
void expect_exit(int process, const char *flag, int from, int to) {
  say("exit", flag, from, to, "", process, -1);
}
void expect_reply(const char *flag, int from, int to) {
  say("reply", flag, from, to, "", 0, -1);
}
void expect_unknown(const char *flag, int from, int to) {
  say("unknown", flag, from, to, "", 0, -1);
}
void expect_ambiguous(const char *flag, int from, int to) {
  say("ambiguous", flag, from, to, "", 0, -1);
}
void expect_none(const char *flag, int from, int to) {
  say("none", flag, from, to, "", 0, -1);
}
void expect_wake(const char *call, int descriptor, int from, int to) {
  say("wake", "WAKE", from, to, call, getpid(), descriptor);
}

static int state_of(int socket) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  memset(&info, 0, sizeof info);
  must(getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
  return info.tcpi_state;
}

static void tell(int from, int to, int state) {
  char line[256];
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  note(line, snprintf(line, sizeof line,
                      "{\"case\":\"%s\",\"flag\":\"STATE\",\"from\":%d,\"to\":%d,\"kind\":\"state\","
                      "\"state\":%d,\"time_ns\":%lld}\n",
                      current, from, to, state,
                      (long long)now.tv_sec * 1000000000 + now.tv_nsec));
}

void tell_closed(int from, int to) { tell(from, to, 7); }

void tell_state(int socket) {
  int state = state_of(socket);
  int from = own_port(socket);
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  int has_peer = getpeername(socket, (struct sockaddr *)&address, &length) == 0;
  tell(from, has_peer ? ntohs(address.sin_port) : 0, state);
}

void await_state(int socket, int state) {
  for (int i = 0; i < 20000 && state_of(socket) != state; i++) usleep(1000);
}

void settle(void) {
  // What comes after is not of the same moment.
  usleep(20000);
  await_quiet();
}

int torture_close(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } groups[] = {{"holders", torture_holders}, {"tables", torture_tables},
                {"passing", torture_passing}, {"opening", torture_opening}, {"ports", torture_ports},     {"ending", torture_ending},
                {"threads", torture_threads}, {"listeners", torture_listeners}};
  if (argc < 2) return 64;
  signal(SIGPIPE, SIG_IGN);
  int file = must(open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666), "open");
  book = must(fcntl(file, F_DUPFD, 900), "fcntl");
  close(file);
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
    if (argc > 2 && strcmp(argv[2], groups[i].name) != 0) continue;
    groups[i].run();
  }
  return 0;
}
