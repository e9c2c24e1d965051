// Many calls, to measure what tracing costs.
//
//   bench connections COUNT   short connections, one after the other
//   bench ping COUNT          bytes sent to and fro on one connection by two processes
#include "programs.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void connections(int count) {
  int port;
  int own = any_listener(&port);
  char bytes[16];
  for (int i = 0; i < count; i++) {
    int client = dial(port);
    int server = must(accept(own, NULL, NULL), "accept");
    write_all(client, "question", 8);
    read_all(server, bytes, 8);
    close(client);
    close(server);
  }
  close(own);
}

static void ping(int count) {
  int ends[2], one = 1;
  char byte = 'p';
  connected(ends);
  for (int i = 0; i < 2; i++) setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  pid_t child = must(fork(), "fork");
  int own = ends[child == 0];
  close(ends[child != 0]);
  for (int i = 0; i < count; i++) {
    if (child == 0) read_all(own, &byte, 1);
    write_all(own, &byte, 1);
    if (child != 0) read_all(own, &byte, 1);
  }
  close(own);
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
}

int bench(int argc, char **argv) {
  if (argc != 3) return 64;
  int count = atoi(argv[2]);
  if (strcmp(argv[1], "connections") == 0) connections(count);
  if (strcmp(argv[1], "ping") == 0) ping(count);
  return 0;
}
