// More clients than a listening socket's queue holds.
#define _GNU_SOURCE
#include "programs.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/// backlog-server PORT BACKLOG CLIENTS: listens, accepts when all have come, answers each client.
int backlog_server(int argc, char **argv) {
  if (argc < 4) return 64;
  int own = listener(atoi(argv[1]), atoi(argv[2]));
  await_queue(own, atoi(argv[3]));
  for (int i = 0; i < atoi(argv[3]); i++) {
    char byte;
    int client = must(accept(own, NULL, NULL), "accept");
    must((int)read(client, &byte, 1), "read");
    must((int)write(client, "!", 1), "write");
    must((int)read(client, &byte, 1), "read");
    close(client);
  }
  close(own);
  return 0;
}

/// backlog-client PORT CLIENTS: as many processes, one after the other, each with a connection.
int backlog_client(int argc, char **argv) {
  if (argc < 3) return 64;
  int count = atoi(argv[2]);
  for (int i = 0; i < count; i++) {
    if (must(fork(), "fork") == 0) {
      char byte;
      int own = dial(atoi(argv[1]));
      must((int)write(own, "?", 1), "write");
      must((int)read(own, &byte, 1), "read");
      close(own);
      exit(0);
    }
    // One after the other.
    await_clients(atoi(argv[1]), i + 1);
  }
  int failed = 0, status;
  while (wait(&status) > 0) failed |= status;
  return failed != 0;
}

/// crowd: five clients of a server that lets two wait, and accepts when all have come.
int crowd(int argc, char **argv) {
  int port;
  (void)argc;
  (void)argv;
  int own = any_listener(&port);
  must(listen(own, 1), "listen");
  for (int i = 0; i < 5; i++) {
    if (must(fork(), "fork") == 0) {
      close(own);
      close(dial(port));
      exit(0);
    }
    // One after the other.
    await_queue(own, i + 1);
  }
  for (int i = 0; i < 5; i++) close(must(accept(own, NULL, NULL), "accept"));
  int status;
  while (wait(&status) > 0) {
  }
  return 0;
}
