// Ways in which a connection ends, one after the other, both ends in one process.
//
//   endings PORT
#include "programs.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int listening;

static void pair(int port, int *client, int *server) {
  *client = dial(port);
  *server = must(accept(listening, NULL, NULL), "accept");
}

/// Half close: data still flow back after shutdown().
static void half_close(int port) {
  int client, server;
  char bytes[16];
  pair(port, &client, &server);
  write_all(client, "question", 8);
  shutdown(client, SHUT_WR);
  read_all(server, bytes, sizeof bytes);
  write_all(server, "answer", 6);
  close(server);
  read_all(client, bytes, sizeof bytes);
  close(client);
}

/// A close() that sends no FIN, since another descriptor stands for the socket.
static void duplicated(int port) {
  int client, server;
  pair(port, &client, &server);
  int copy = dup(client);
  close(client);
  write_all(copy, "still open", 10);
  close(copy);
  close(server);
}

/// dup2() over a connected socket closes it.
static void replaced(int port) {
  int client, server;
  pair(port, &client, &server);
  dup2(listening, client);
  close(client);
  close(server);
}

/// A child writes on the parent's socket, and ends with it open.
static void inherited(int port) {
  int client, server;
  pair(port, &client, &server);
  struct gate closing = gate();
  pid_t child = fork();
  if (child == 0) {
    close(server);
    write_all(client, "child", 5);
    await_gate(closing);
    _exit(0);
  }
  close(client);
  open_gate(closing);
  waitpid(child, NULL, 0);
  close(server);
}

/// exec closes the socket that was marked for it.
static void executed(int port) {
  int client, server;
  pair(port, &client, &server);
  struct gate closing = gate();
  pid_t child = fork();
  if (child == 0) {
    close(server);
    int marked = must(fcntl(client, F_DUPFD_CLOEXEC, 100), "fcntl");
    close(client);
    (void)marked;
    await_gate(closing);
    execl("/bin/true", "true", (char *)NULL);
    _exit(127);
  }
  close(client);
  open_gate(closing);
  waitpid(child, NULL, 0);
  close(server);
}

/// A child is killed with its socket open.
static void killed(int port) {
  int client, server;
  char byte;
  pair(port, &client, &server);
  struct gate closing = gate();
  pid_t child = fork();
  if (child == 0) {
    close(server);
    await_gate(closing);
    kill(getpid(), SIGKILL);
  }
  close(client);
  open_gate(closing);
  read_all(server, &byte, 1);
  waitpid(child, NULL, 0);
  close(server);
}

/// RST by SO_LINGER 0, and by unread bytes.
static void reset(int port) {
  int client, server;
  char byte;
  struct linger now = {1, 0};
  pair(port, &client, &server);
  setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(client);
  read_all(server, &byte, 1);
  close(server);
  pair(port, &client, &server);
  write_all(client, "thirteen bytes", 13);
  close(server);
  read_all(client, &byte, 1);
  close(client);
}

/// A listening socket is closed with a connection that nobody accepted.
static void abandoned(int port) {
  int own = listener(port + 1, 4);
  int client = dial(port + 1);
  char byte;
  close(own);
  read_all(client, &byte, 1);
  close(client);
}

/// Nobody listens.
static void refused(int port) {
  struct sockaddr_in address = loopback(port + 2);
  int own = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  if (connect(own, (struct sockaddr *)&address, sizeof address) == 0) exit(1);
  close(own);
}

int endings(int argc, char **argv) {
  if (argc != 2) return 64;
  int port = atoi(argv[1]);
  listening = listener(port, 8);
  half_close(port);
  duplicated(port);
  replaced(port);
  inherited(port);
  executed(port);
  killed(port);
  reset(port);
  abandoned(port);
  refused(port);
  close(listening);
  return 0;
}
