// What the kernel sends by itself, and what waits for it.
#define _GNU_SOURCE
#include "programs.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[1 << 16];

static void set(int own, int level, int name, int value) {
  must(setsockopt(own, level, name, &value, sizeof value), "setsockopt");
}

/// What comes to a socket is lost until its filter is detached.
static void lose(int own) {
  struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
  struct sock_fprog program = {1, &nothing};
  must(setsockopt(own, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), "filter");
}

static void end(int ends[2]) {
  close(ends[0]);
  close(ends[1]);
}

/// A segment is lost twice: first it is sent again as a probe, then by the time-out.
static void lost(void) {
  int ends[2];
  connected(ends);
  write_all(ends[0], "warm", 4);
  read_all(ends[1], room, 4);
  lose(ends[1]);
  write_all(ends[0], "lost", 4);
  await_resent(ends[0], 2);
  set(ends[1], SOL_SOCKET, SO_DETACH_FILTER, 0);
  read_all(ends[1], room, 4);
  end(ends);
}

static void silent(void) {
  int ends[2];
  connected(ends);
  set(ends[0], SOL_SOCKET, SO_KEEPALIVE, 1);
  set(ends[0], IPPROTO_TCP, TCP_KEEPIDLE, 1);
  unsigned before = segments_in(ends[0]);
  // The answer to the probe.
  for (int i = 0; i < 1000 && segments_in(ends[0]) == before; i++) usleep(20000);
  end(ends);
}

static void unread(void) {
  int ends[2];
  connected(ends);
  write_all(ends[0], "nobody reads", 12);
  write_all(ends[0], "!", 1);
  close(ends[1]);
  close(ends[0]);
}

static void lingering(void) {
  int ends[2];
  struct linger linger = {1, 5};
  connected(ends);
  must(setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger), "setsockopt");
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(ends[0]);
    await_thread(getppid(), getppid(), "S");
    read_all(ends[1], room, 4);
    _exit(0);
  }
  close(ends[1]);
  write_all(ends[0], "left", 4);
  close(ends[0]);
  waitpid(child, NULL, 0);
}

/// Nobody is bound to the ports 3490 and 41485, of which each is the other with its bytes swapped.
static void refused(void) {
  struct sockaddr_in address = loopback(41485);
  int stream = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  if (connect(stream, (struct sockaddr *)&address, sizeof address) == 0) exit(1);
  close(stream);
  int datagrams = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must(connect(datagrams, (struct sockaddr *)&address, sizeof address), "connect");
  must((int)send(datagrams, "hello", 5, 0), "send");
  if (send(datagrams, "again", 5, 0) >= 0 || errno != ECONNREFUSED) exit(1);
  close(datagrams);
}

/// Receives with a least count, and until all is there, what comes in pieces.
static void pieces(void) {
  int ends[2];
  connected(ends);
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(ends[1]);
    for (int i = 0; i < 6; i++) {
      await_thread(getppid(), getppid(), "S");
      write_all(ends[0], "abcd", 4);
    }
    _exit(0);
  }
  close(ends[0]);
  must((int)recv(ends[1], room, 10, MSG_WAITALL), "recv");
  read_all(ends[1], room, 2);
  set(ends[1], SOL_SOCKET, SO_RCVLOWAT, 8);
  must((int)recv(ends[1], room, sizeof room, 0), "recv");
  waitpid(child, NULL, 0);
  must((int)recv(ends[1], room, sizeof room, MSG_DONTWAIT), "recv");
  close(ends[1]);
}

int answers(int argc, char **argv) {
  (void)argc;
  (void)argv;
  lost();
  silent();
  unread();
  lingering();
  refused();
  pieces();
  return 0;
}
