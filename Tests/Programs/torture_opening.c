// Ways of connecting.
#define _GNU_SOURCE
#include "torture_close.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static char room[256];

static int stream(int flags) { return must(socket(AF_INET, SOCK_STREAM | flags, 0), "socket"); }

static int join(int own, int port) {
  struct sockaddr_in address = loopback(port);
  return connect(own, (struct sockaddr *)&address, sizeof address);
}

static void bind_to(int own, int port) {
  struct sockaddr_in address = loopback(port);
  int one = 1;
  setsockopt(own, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
}

/// Ends a connection from the client.
static void end(int client, int server) {
  expect("FIN", own_port(client), peer_port(client), "close", client);
  int from = own_port(server), to = peer_port(server);
  close(client);
  settle();
  expect("FIN", from, to, "close", server);
  close(server);
  settle();
}

/// Without waiting: poll, select or epoll_wait tell when it is done; asked and repeated then.
static void non_blocking(void) {
  int port;
  int listening = any_listener(&port);
  for (int way = 0; way < 3; way++) {
    static const char *const names[] = {"nonblock-poll", "nonblock-select", "nonblock-epoll"};
    begin_case(names[way]);
    int own = stream(SOCK_NONBLOCK);
    if (join(own, port) == 0 || errno != EINPROGRESS) must(-1, "connect");
    expect("SYN", own_port(own), port, "connect", own);
    expect_reply("SYNACK", port, own_port(own));
    if (way == 0) {
      struct pollfd one = {own, POLLOUT, 0};
      must(poll(&one, 1, 5000), "poll");
    } else if (way == 1) {
      fd_set set;
      FD_ZERO(&set);
      FD_SET(own, &set);
      must(select(own + 1, NULL, &set, NULL, NULL), "select");
    } else {
      struct epoll_event event = {.events = EPOLLOUT};
      int instance = must(epoll_create1(0), "epoll_create1");
      must(epoll_ctl(instance, EPOLL_CTL_ADD, own, &event), "epoll_ctl");
      must(epoll_wait(instance, &event, 1, 5000), "epoll_wait");
      close(instance);
    }
    int error = -1;
    socklen_t length = sizeof error;
    getsockopt(own, SOL_SOCKET, SO_ERROR, &error, &length);
    // The second connect() reports success once on Linux, the third EISCONN.
    join(own, port);
    join(own, port);
    tell_state(own);
    int server = must(accept4(listening, NULL, NULL, SOCK_CLOEXEC), "accept4");
    tell_state(server);
    end(own, server);
  }
  close(listening);
}

static void refused(void) {
  int port;
  begin_case("nonblock-refused");
  close(any_listener(&port));
  int own = stream(SOCK_NONBLOCK);
  join(own, port);
  struct pollfd one = {own, POLLOUT, 0};
  must(poll(&one, 1, 5000), "poll");
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(own, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != ECONNREFUSED) exit(1);
  tell_state(own);
  expect_none("FIN", own_port(own), port);
  close(own);

  begin_case("refused-then-connected");
  own = stream(0);
  int early = 0;
  for (int i = 0; i < 2; i++) {
    if (join(own, port) == 0) exit(1);
    early = own_port(own);
  }
  (void)early;
  int listening = listener(port, 4);
  must(join(own, port), "connect");
  expect("SYN", own_port(own), port, "connect", own);
  int server = must(accept(listening, NULL, NULL), "accept");
  close(listening);
  end(own, server);
}

/// connect(AF_UNSPEC): RST where there was a connection, nothing where there was none.
static void dissolved(void) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  int port, other;
  begin_case("unspec");
  int one = any_listener(&port), two = any_listener(&other);
  int own = stream(0);
  must(join(own, port), "connect");
  int server = must(accept(one, NULL, NULL), "accept");
  expect("DATA", own_port(own), port, "write", own);
  write_all(own, "first", 5);
  read_all(server, room, 5);
  expect("RST", own_port(own), port, "connect", own);
  must(connect(own, &none, sizeof none), "connect");
  tell_state(own);
  settle();
  tell_state(server);
  close(server);
  must(join(own, other), "connect");
  expect("SYN", own_port(own), other, "connect", own);
  server = must(accept(two, NULL, NULL), "accept");
  expect("DATA", own_port(own), other, "write", own);
  write_all(own, "second", 6);
  read_all(server, room, 6);
  end(own, server);
  close(one);
  close(two);

  begin_case("unspec-udp");
  int to = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  bind_to(to, 0);
  own = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must(join(own, own_port(to)), "connect");
  int from = own_port(own);
  expect("UDP", from, own_port(to), "write", own);
  write_all(own, "one", 3);
  must(connect(own, &none, sizeof none), "connect");
  must(join(own, own_port(to)), "connect");
  expect("UDP", own_port(own), own_port(to), "sendto", own);
  must((int)send(own, "three", 5, 0), "send");
  read_all(to, room, 3);
  read_all(to, room, 5);
  close(own);
  close(to);
}

/// A connection that is given up before it was made: a full queue takes no SYN.
static void given_up(void) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  int filler;
  begin_case("given-up");
  int listening = stream(0);
  bind_to(listening, 0);
  must(listen(listening, 0), "listen");
  int port = own_port(listening);
  filler = dial(port);
  settle();
  int own = stream(SOCK_NONBLOCK), other = stream(SOCK_NONBLOCK);
  join(own, port);
  join(other, port);
  expect("SYN", own_port(own), port, "connect", own);
  expect("SYN", own_port(other), port, "connect", other);
  expect_none("RST", own_port(own), port);
  expect_none("FIN", own_port(own), port);
  expect_none("RST", own_port(other), port);
  settle();
  int from = own_port(own);
  tell_state(own);
  must(connect(own, &none, sizeof none), "connect");
  tell_closed(from, port);
  close(own);
  from = own_port(other);
  close(other);
  tell_closed(from, port);
  close(filler);
  close(listening);
}

static int quick_listener(int *port) {
  int length = 16;
  int own = any_listener(port);
  if (setsockopt(own, IPPROTO_TCP, TCP_FASTOPEN, &length, sizeof length) != 0) perror("TCP_FASTOPEN");
  return own;
}

/// Fast Open by sendto(): the first asks for a cookie, the second has one.
static void quick(const char *name, int port, int listening) {
  struct sockaddr_in address = loopback(port);
  begin_case(name);
  int own = stream(0);
  must((int)sendto(own, "quick", 5, MSG_FASTOPEN, (struct sockaddr *)&address, sizeof address),
       "sendto");
  expect("SYN", own_port(own), port, "sendto", own);
  int server = must(accept(listening, NULL, NULL), "accept");
  read_all(server, room, 5);
  end(own, server);
}

/// Fast Open by option: connect() sends nothing where there is a cookie.
static void deferred(int port, int listening) {
  int one = 1;
  begin_case("fastopen-connect");
  int own = stream(0);
  if (setsockopt(own, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof one) != 0) return;
  must(join(own, port), "connect");
  write_all(own, "later", 5);
  expect("SYN", own_port(own), port, "write", own);
  int server = must(accept(listening, NULL, NULL), "accept");
  read_all(server, room, 5);
  tell_state(server);
  end(own, server);
}

static void fast_open(void) {
  int port;
  // Bit 1: clients, bit 2: servers. In a network of our own only.
  FILE *setting = fopen("/proc/sys/net/ipv4/tcp_fastopen", "w");
  if (setting == NULL || fputs("3\n", setting) < 0 || fclose(setting) != 0) {
    fprintf(stderr, "torture-close: no Fast Open: net.ipv4.tcp_fastopen cannot be set\n");
    return;
  }
  int listening = quick_listener(&port);
  quick("fastopen-asks", port, listening);
  quick("fastopen-cookie", port, listening);
  deferred(port, listening);
  close(listening);
}

void torture_opening(void) {
  non_blocking();
  refused();
  dissolved();
  given_up();
  fast_open();
}
