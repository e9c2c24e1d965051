// Ways of ending a connection.
#define _GNU_SOURCE
#include "torture_close.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[256];

static void finish(struct link link) {
  settle();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
  settle();
}

static void halves(void) {
  struct link link;
  begin_case("shutdown-write");
  link = linked();
  expect("FIN", link.client_port, link.server_port, "shutdown", link.client);
  shutdown(link.client, SHUT_WR);
  settle();
  tell_state(link.client);
  tell_state(link.server);
  expect("DATA", link.server_port, link.client_port, "write", link.server);
  write_all(link.server, "answer", 6);
  read_all(link.client, room, 6);
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
  settle();
  close(link.client);

  begin_case("shutdown-read");
  link = linked();
  shutdown(link.client, SHUT_RD);
  tell_state(link.client);
  expect("FIN", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  finish(link);

  begin_case("shutdown-both");
  link = linked();
  expect("FIN", link.client_port, link.server_port, "shutdown", link.client);
  shutdown(link.client, SHUT_RDWR);
  settle();
  tell_state(link.client);
  close(link.client);
  finish(link);

  begin_case("shutdown-by-child");
  link = linked();
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    expect("FIN", link.client_port, link.server_port, "shutdown", link.client);
    shutdown(link.client, SHUT_WR);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  close(link.client);
  finish(link);

  begin_case("both-shut");
  link = linked();
  expect("FIN", link.client_port, link.server_port, "shutdown", link.client);
  shutdown(link.client, SHUT_WR);
  settle();
  expect("FIN", link.server_port, link.client_port, "shutdown", link.server);
  shutdown(link.server, SHUT_WR);
  settle();
  tell_state(link.server);
  close(link.client);
  close(link.server);
  settle();
}

static void linger(int socket, int seconds) {
  struct linger how = {1, seconds};
  must(setsockopt(socket, SOL_SOCKET, SO_LINGER, &how, sizeof how), "setsockopt");
}

/// Reads slowly until the end.
static void *drain(void *argument) {
  static char bytes[65536];
  usleep(60000);
  while (read(*(int *)argument, bytes, sizeof bytes) > 0) {
  }
  return NULL;
}

static void lingering(void) {
  struct link link;
  begin_case("linger-zero");
  link = linked();
  linger(link.client, 0);
  expect("RST", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  settle();
  tell_state(link.server);
  close(link.server);

  begin_case("linger-waits");
  link = linked();
  static char much[3 << 20];
  int size = 4 << 20;
  setsockopt(link.client, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  linger(link.client, 5);
  pthread_t reader;
  pthread_create(&reader, NULL, drain, &link.server);
  ssize_t count = send(link.client, much, sizeof much, MSG_DONTWAIT);
  if (count < 0) exit(1);
  expect("FIN", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  pthread_join(reader, NULL);
  finish(link);

  begin_case("unread");
  link = linked();
  write_all(link.client, "unread", 6);
  settle();
  expect("RST", link.server_port, link.client_port, "close", link.server);
  close(link.server);
  settle();
  tell_state(link.client);
  close(link.client);

  begin_case("data-after-close");
  link = linked();
  expect("FIN", link.server_port, link.client_port, "close", link.server);
  close(link.server);
  settle();
  expect("DATA", link.client_port, link.server_port, "write", link.client);
  expect_reply("RST", link.server_port, link.client_port);
  write_all(link.client, "late", 4);
  settle();
  close(link.client);
}

static void *sleep_on(void *unused) {
  sleep(5);
  return unused;
}

static void *die(void *unused) {
  usleep(30000);
  abort();
  return unused;
}

static void *execute(void *unused) {
  usleep(30000);
  execl("/bin/true", "true", (char *)NULL);
  return unused;
}

static void *close_late(void *argument) {
  struct link *link = argument;
  await_thread(getpid(), getpid(), "Z");
  expect("DATA", link->client_port, link->server_port, "write", link->client);
  write_all(link->client, "leader gone", 11);
  expect("FIN", link->client_port, link->server_port, "close", link->client);
  close(link->client);
  usleep(20000);
  _exit(0);
}

enum way { EXITS, KILLED, UNREAD, LINGERS, ABORTS, EXECS, LEADER };

/// A child ends with the client's end open.
static void child_ends(const char *name, enum way way) {
  begin_case(name);
  struct link link = linked();
  pthread_t thread;
  if (way == UNREAD) {
    write_all(link.server, "never read", 10);
    settle();
  }
  if (way == LINGERS) linger(link.client, 0);
  struct gate last = gate();
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(link.server);
    await_gate(last);
    switch (way) {
      case KILLED: kill(getpid(), SIGKILL); break;
      case ABORTS:
        pthread_create(&thread, NULL, sleep_on, NULL);
        pthread_create(&thread, NULL, die, NULL);
        sleep(5);
        break;
      case EXECS: {
        int marked = must(fcntl(link.client, F_DUPFD_CLOEXEC, 50), "fcntl");
        (void)marked;
        close(link.client);
        expect("FIN", link.client_port, link.server_port, "execve", -1);
        pthread_create(&thread, NULL, execute, NULL);
        sleep(5);
        break;
      }
      case LEADER:
        pthread_create(&thread, NULL, close_late, &link);
        pthread_exit(NULL);
      default: break;
    }
    _exit(0);
  }
  if (way == LEADER) {
    close(link.client);
    open_gate(last);
    read_all(link.server, room, 11);
    waitpid(child, NULL, 0);
    finish(link);
    return;
  }
  const char *flag = way == UNREAD || way == LINGERS ? "RST" : "FIN";
  if (way != EXECS) expect_exit(child, flag, link.client_port, link.server_port);
  close(link.client);
  open_gate(last);
  waitpid(child, NULL, 0);
  if (way == UNREAD || way == LINGERS) {
    settle();
    close(link.server);
  } else {
    finish(link);
  }
}

/// TCP_REPAIR takes a socket away without a word.
static void repaired(void) {
  int one = 1;
  begin_case("repair");
  struct link link = linked();
  if (setsockopt(link.client, IPPROTO_TCP, TCP_REPAIR, &one, sizeof one) != 0) {
    fprintf(stderr, "torture-close: no TCP_REPAIR: %s\n", strerror(errno));
    close(link.client);
    close(link.server);
    return;
  }
  expect_none("FIN", link.client_port, link.server_port);
  close(link.client);
  settle();
  tell_state(link.server);
  expect("DATA", link.server_port, link.client_port, "write", link.server);
  expect_reply("RST", link.client_port, link.server_port);
  write_all(link.server, "anybody", 7);
  settle();
  tell_state(link.server);
  close(link.server);
}

/// An upper layer protocol that does nothing until it has keys.
static void layered(void) {
  begin_case("ulp");
  struct link link = linked();
  // TLS may not be there; the connection goes on as before either way.
  setsockopt(link.client, IPPROTO_TCP, TCP_ULP, "tls", 3);
  expect("DATA", link.client_port, link.server_port, "write", link.client);
  write_all(link.client, "plain", 5);
  read_all(link.server, room, 5);
  expect("FIN", link.client_port, link.server_port, "close", link.client);
  close(link.client);
  finish(link);
}

void torture_ending(void) {
  halves();
  lingering();
  child_ends("exit", EXITS);
  child_ends("killed", KILLED);
  child_ends("exit-unread", UNREAD);
  child_ends("exit-linger", LINGERS);
  child_ends("abort-thread", ABORTS);
  child_ends("exec-thread", EXECS);
  child_ends("leader-gone", LEADER);
  repaired();
  layered();
}
