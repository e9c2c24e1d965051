// Ways of waiting: poll, select, epoll, a connect() that does not wait.
#define _GNU_SOURCE
#include "programs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[64];

/// connect() under way, poll() for its end.
static void unhurried(void) {
  int port, error = 0;
  socklen_t length = sizeof error;
  int own = any_listener(&port);
  struct sockaddr_in address = loopback(port);
  int client = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  if (connect(client, (struct sockaddr *)&address, sizeof address) == 0 || errno != EINPROGRESS)
    exit(1);
  struct pollfd entry = {client, POLLOUT, 0};
  must(poll(&entry, 1, 5000), "poll");
  must(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &length), "getsockopt");
  int server = must(accept4(own, NULL, NULL, SOCK_NONBLOCK), "accept4");
  close(client);
  struct timespec limit = {5, 0};
  entry = (struct pollfd){server, POLLIN, 0};
  must(ppoll(&entry, 1, &limit, NULL), "ppoll");
  must((int)read(server, room, 1), "read");
  close(server);
  close(own);
}

static void chosen(void) {
  int ends[2];
  fd_set set;
  struct timeval limit = {5, 0};
  connected(ends);
  write_all(ends[0], "ready", 5);
  FD_ZERO(&set);
  FD_SET(ends[1], &set);
  must(select(ends[1] + 1, &set, NULL, NULL, &limit), "select");
  FD_ZERO(&set);
  FD_SET(ends[1], &set);
  must(pselect(ends[1] + 1, &set, NULL, NULL, NULL, NULL), "pselect");
  read_all(ends[1], room, 5);
  close(ends[0]);
  close(ends[1]);
}

/// An echo server that closes without EPOLL_CTL_DEL, so that numbers come again.
static void served(int connections) {
  int port;
  int own = any_listener(&port);
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(own);
    for (int i = 0; i < connections; i++) {
      int client = dial(port);
      write_all(client, "echo", 4);
      read_all(client, room, 4);
      close(client);
    }
    _exit(0);
  }
  int instance = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0xFFFFFFFF00000001};
  must(epoll_ctl(instance, EPOLL_CTL_ADD, own, &event), "epoll_ctl");
  for (int ended = 0; ended < connections;) {
    must(epoll_wait(instance, &event, 1, 5000), "epoll_wait");
    if (event.data.u64 == 0xFFFFFFFF00000001) {
      int server = must(accept(own, NULL, NULL), "accept");
      event = (struct epoll_event){.events = EPOLLIN, .data.u64 = 0xABCD0000 + (unsigned)server};
      must(epoll_ctl(instance, EPOLL_CTL_ADD, server, &event), "epoll_ctl");
      continue;
    }
    int server = (int)(event.data.u64 - 0xABCD0000);
    ssize_t count = read(server, room, sizeof room);
    if (count > 0) {
      write_all(server, room, (size_t)count);
    } else {
      close(server);
      ended++;
    }
  }
  waitpid(child, NULL, 0);
  close(instance);
  close(own);
}

int waits(int argc, char **argv) {
  (void)argc;
  (void)argv;
  unhurried();
  chosen();
  served(3);
  return 0;
}
