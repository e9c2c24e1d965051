// Ports: one that connects to itself, two that connect to each other at once, one used again.
#define _GNU_SOURCE
#include "torture_close.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
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

/// A socket that connects to its own port.
static void to_itself(void) {
  begin_case("self-connect");
  int own = stream(0);
  bind_to(own, 0);
  int port = own_port(own);
  must(join(own, port), "connect");
  expect("SYN", port, port, "connect", own);
  tell_state(own);
  expect("DATA", port, port, "write", own);
  write_all(own, "echo", 4);
  read_all(own, room, 4);
  expect("FIN", port, port, "close", own);
  close(own);
  settle();
}

/// A simultaneous open: both SYNs are held back until both have been sent.
static void crossing(void) {
  begin_case("simultaneous-open");
  int one = stream(SOCK_NONBLOCK), two = stream(SOCK_NONBLOCK);
  bind_to(one, 0);
  bind_to(two, 0);
  int first = own_port(one), second = own_port(two);
  if (system("tc qdisc add dev lo root tbf rate 8kbit burst 100 latency 5s 2>/dev/null") != 0) {
    fprintf(stderr, "torture-close: no simultaneous open: tc cannot hold packets back\n");
    close(one);
    close(two);
    return;
  }
  // The bucket is full at first: one datagram empties it.
  struct sockaddr_in nobody = loopback(9);
  int filler = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must((int)sendto(filler, room, 50, 0, (struct sockaddr *)&nobody, sizeof nobody), "sendto");
  close(filler);
  join(one, second);
  join(two, first);
  expect("SYN", first, second, "connect", one);
  expect("SYN", second, first, "connect", two);
  await_state(one, TCP_ESTABLISHED);
  await_state(two, TCP_ESTABLISHED);
  if (system("tc qdisc del dev lo root") != 0) exit(1);
  settle();
  tell_state(one);
  tell_state(two);
  expect("DATA", first, second, "write", one);
  write_all(one, "crossed", 7);
  read_all(two, room, 7);
  end(one, two);
}

/// A client's port that is used again while the server's end is in TIME-WAIT.
static void again(void) {
  int port;
  begin_case("port-reuse");
  int listening = any_listener(&port);
  int own = stream(0);
  bind_to(own, 0);
  int mine = own_port(own);
  for (int round = 0; round < 3; round++) {
    if (round > 0) {
      own = stream(0);
      bind_to(own, mine);
    }
    expect("SYN", mine, port, "connect", own);
    must(join(own, port), "connect");
    int server = must(accept(listening, NULL, NULL), "accept");
    expect("FIN", port, mine, "close", server);
    close(server);
    settle();
    expect("FIN", mine, port, "close", own);
    close(own);
    settle();
  }
  close(listening);
}

void torture_ports(void) {
  to_itself();
  crossing();
  again();
}
