// Listening sockets: closed with connections that nobody accepted, shut down, sharing a port.
#define _GNU_SOURCE
#include "torture_close.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[64];

/// Two connections in the queue; then the listening socket goes.
static void queued(const char *name, const char *how) {
  int port;
  begin_case(name);
  int own = any_listener(&port);
  int one = dial(port), two = dial(port);
  write_all(two, "queued", 6);
  settle();
  if (strcmp(how, "exit") == 0) {
    struct gate last = gate();
    pid_t child = must(fork(), "fork");
    if (child == 0) {
      await_gate(last);
      _exit(0);
    }
    expect_exit(child, "RST", port, own_port(one));
    expect_exit(child, "RST", port, own_port(two));
    close(own);
    open_gate(last);
    waitpid(child, NULL, 0);
  } else {
    expect("RST", port, own_port(one), how, own);
    expect("RST", port, own_port(two), how, own);
    if (strcmp(how, "shutdown") == 0) {
      shutdown(own, SHUT_RDWR);
      settle();
      tell_state(own);
    }
    close(own);
  }
  settle();
  close(one);
  close(two);
}

/// Shut down for writing: a listening socket does not care.
static void half(void) {
  int port;
  begin_case("listener-shut-write");
  int own = any_listener(&port);
  shutdown(own, SHUT_WR);
  tell_state(own);
  int client = dial(port);
  expect("SYN", own_port(client), port, "connect", client);
  int server = must(accept(own, NULL, NULL), "accept");
  expect("FIN", own_port(client), port, "close", client);
  int from = own_port(server), to = peer_port(server);
  close(client);
  settle();
  expect("FIN", from, to, "close", server);
  close(server);
  close(own);
  settle();
}

/// The handshake waits for data (TCP_DEFER_ACCEPT): the listening socket goes before they come.
static void deferred(void) {
  int port, seconds = 5;
  begin_case("listener-closed-half-open");
  int own = any_listener(&port);
  must(setsockopt(own, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds), "setsockopt");
  int client = dial(port);
  settle();
  tell_state(client);
  close(own);
  settle();
  expect("DATA", own_port(client), port, "write", client);
  expect_reply("RST", port, own_port(client));
  write_all(client, "data", 4);
  settle();
  tell_state(client);
  close(client);
}

static int sharing_listener(int port) {
  struct sockaddr_in address = loopback(port);
  int one = 1;
  int own = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(setsockopt(own, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one), "setsockopt");
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(listen(own, 64), "listen");
  return own;
}

/// Several on one port: each has a queue of its own, and what is in it dies with it.
static void port_sharing(void) {
  enum { COUNT = 12 };
  int clients[COUNT], ports[COUNT];
  begin_case("reuseport");
  int one = sharing_listener(0);
  int port = own_port(one);
  int two = sharing_listener(port);
  for (int i = 0; i < COUNT; i++) {
    clients[i] = dial(port);
    ports[i] = own_port(clients[i]);
    expect("SYN", ports[i], port, "connect", clients[i]);
    expect_reply("SYNACK", port, ports[i]);
  }
  settle();
  // Which are in the second one's queue shows when they are accepted.
  struct timeval soon = {0, 100000};
  setsockopt(two, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
  int is_first[COUNT];
  for (int i = 0; i < COUNT; i++) is_first[i] = 1;
  for (;;) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    int server = accept(two, (struct sockaddr *)&peer, &length);
    if (server < 0) break;
    for (int i = 0; i < COUNT; i++) {
      if (ports[i] != ntohs(peer.sin_port)) continue;
      is_first[i] = 0;
      expect("FIN", port, ports[i], "close", server);
    }
    close(server);
  }
  for (int i = 0; i < COUNT; i++) {
    if (is_first[i]) expect("RST", port, ports[i], "close", one);
  }
  close(one);
  settle();
  for (int i = 0; i < COUNT; i++) close(clients[i]);
  close(two);
  settle();
}

/// A listening socket that a child shares: it goes with the last of both.
static void shared(void) {
  int port;
  begin_case("listener-shared");
  int own = any_listener(&port);
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    settle();
    int server = must(accept(own, NULL, NULL), "accept");
    expect("DATA", own_port(server), peer_port(server), "write", server);
    write_all(server, "child", 5);
    expect("FIN", own_port(server), peer_port(server), "close", server);
    close(server);
    close(own);
    _exit(0);
  }
  close(own);
  int client = dial(port);
  read_all(client, room, 5);
  waitpid(child, NULL, 0);
  expect("FIN", own_port(client), port, "close", client);
  close(client);
  settle();
}

void torture_listeners(void) {
  queued("listener-closed", "close");
  queued("listener-shut", "shutdown");
  queued("listener-exit", "exit");
  half();
  deferred();
  port_sharing();
  shared();
}
