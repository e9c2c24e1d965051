// sockline-test-programs NAME [ARGUMENT...]
#include "programs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int must(int result, const char *call) {
  if (result >= 0) return result;
  perror(call);
  exit(1);
}

struct sockaddr_in loopback(int port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listener(int port, int backlog) {
  struct sockaddr_in address = loopback(port);
  int one = 1;
  int own = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(setsockopt(own, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), "setsockopt");
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(listen(own, backlog), "listen");
  return own;
}

int dial(int port) {
  struct sockaddr_in address = loopback(port);
  int own = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(connect(own, (struct sockaddr *)&address, sizeof address), "connect");
  return own;
}

int any_listener(int *port) {
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  int own = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  must(listen(own, 128), "listen");
  must(getsockname(own, (struct sockaddr *)&address, &length), "getsockname");
  *port = ntohs(address.sin_port);
  return own;
}

void connected(int ends[2]) {
  int port;
  int own = any_listener(&port);
  ends[0] = dial(port);
  ends[1] = must(accept(own, NULL, NULL), "accept");
  close(own);
}

struct gate gate(void) {
  struct gate gate;
  must(pipe(gate.ends), "pipe");
  return gate;
}

void await_gate(struct gate gate) {
  char byte;
  if (read(gate.ends[0], &byte, 1) != 1) _exit(1);
}

void open_gate(struct gate gate) {
  if (write(gate.ends[1], "", 1) != 1) exit(1);
  close(gate.ends[0]);
  close(gate.ends[1]);
}

void write_all(int socket, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t done = write(socket, next, count);
    if (done < 0 && errno == EINTR) continue;
    must((int)done, "write");
    next += done;
    count -= (size_t)done;
  }
}

size_t read_all(int socket, void *bytes, size_t count) {
  size_t have = 0;
  while (have < count) {
    ssize_t done = read(socket, (char *)bytes + have, count - have);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) break;
    have += (size_t)done;
  }
  return have;
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(int, char **);
  } programs[] = {{"many-server", many_server},
                  {"many-client", many_client},
                  {"endings", endings},
                  {"processes", processes},
                  {"moves", moves},
                  {"datagrams", datagrams},
                  {"descriptors", descriptors},
                  {"waits", waits},
                  {"signals", signals},
                  {"answers", answers},
                  {"bench", bench},
                  {"children", children},
                  {"filters", filters},
                  {"leader", leader},
                  {"kinds", kinds},
                  {"uring", uring},
                  {"sharer", sharer},
                  {"crowd", crowd},
                  {"backlog-server", backlog_server},
                  {"backlog-client", backlog_client},
                  {"torture-close", torture_close},
                  {"torture-send", torture_send}};
  for (size_t i = 0; argc > 1 && i < sizeof programs / sizeof *programs; i++) {
    if (strcmp(argv[1], programs[i].name) == 0) return programs[i].run(argc - 1, argv + 1);
  }
  fprintf(stderr, "sockline-test-programs: no program of this name\n");
  return 64;
}
