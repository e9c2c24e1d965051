// Every call that puts bytes into a stream.
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif

/// Each call once, on one connection, in both directions.
static void each(enum family family, const char *name) {
  struct end ends[2];
  meet(name, family, ends);
  for (int turn = 0; turn < 2; turn++) {
    struct end *from = &ends[turn], *to = &ends[1 - turn];
    wrote(from, "write", write(from->fd, next_bytes(from, 0, 10), 10));
    drain(from, to);
    struct iovec pieces[4] = {{next_bytes(from, 0, 5), 5},
                              {NULL, 0},
                              {next_bytes(from, 5, 7), 7},
                              {next_bytes(from, 12, 1), 1}};
    wrote(from, "writev", writev(from->fd, pieces, 4));
    for (int i = 0; i < 4; i++) pieces[i].iov_base = i == 1 ? NULL : pieces[i].iov_base;
    next_bytes(from, 0, 13);
    wrote(from, "pwritev2", pwritev2(from->fd, pieces, 4, -1, 0));
    wrote(from, "sendto", send(from->fd, next_bytes(from, 0, 21), 21, MSG_NOSIGNAL));
    struct sockaddr_in ignored = loopback(9);
    wrote(from, "sendto", sendto(from->fd, next_bytes(from, 0, 22), 22, 0,
                                 (struct sockaddr *)&ignored, sizeof ignored));
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 4};
    next_bytes(from, 0, 13);
    wrote(from, "sendmsg", sendmsg(from->fd, &message, 0));
    wrote(from, "write", write(from->fd, torture_room, 0));
    wrote(from, "sendto", send(from->fd, torture_room, 0, 0));
    wrote(from, "write", write(from->fd, next_bytes(from, 0, 200000), 200000));
    drain(from, to);
  }
  part(ends);
}

/// sendmmsg: all of its messages, some, and one that ends within a message.
static void several(void) {
  struct end ends[2];
  meet("sendmmsg", version4, ends);
  struct end *from = &ends[0];
  struct iovec pieces[3] = {{next_bytes(from, 0, 11), 11},
                            {next_bytes(from, 11, 12), 12},
                            {next_bytes(from, 23, 13), 13}};
  struct mmsghdr messages[3];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 3; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
  require(sendmmsg(from->fd, messages, 3, 0) == 3, "sendmmsg");
  wrote(from, "sendmmsg", 36);
  next_bytes(from, 0, 36);
  pieces[2].iov_base = (void *)8;
  require(sendmmsg(from->fd, messages, 3, 0) == 2, "sendmmsg");
  wrote(from, "sendmmsg", 23);
  next_bytes(from, 0, 40);
  require(sendmmsg(from->fd, messages, 1, 0) == 1, "sendmmsg");
  wrote(from, "sendmmsg", 11);
  drain(from, &ends[1]);
  part(ends);
}

/// Of some of the bytes that a call offers, the memory is missing: those before it are written.
static void half_mapped(void) {
  struct end ends[2];
  meet("half-mapped", version4, ends);
  struct end *from = &ends[0];
  long size = sysconf(_SC_PAGESIZE);
  char *pages = mmap(NULL, (size_t)size * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  require(pages != MAP_FAILED && munmap(pages + size, (size_t)size) == 0, "mmap");
  memcpy(pages + size - 100, next_bytes(from, 0, 100), 100);
  ssize_t count = write(from->fd, pages + size - 100, 200);
  require(count == 100 || (count < 0 && errno == EFAULT), "write over the end of memory");
  if (count > 0) wrote(from, "write", count);
  struct iovec pieces[2] = {{next_bytes(from, 0, 50), 50}, {(void *)8, 50}};
  count = writev(from->fd, pieces, 2);
  require(count == 50 || (count < 0 && errno == EFAULT), "writev over the end of memory");
  if (count > 0) wrote(from, "writev", count);
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 30), 30));
  munmap(pages, (size_t)size);
  drain(from, &ends[1]);
  part(ends);
}

static int file_of(struct end *from, size_t count) {
  int file = must(memfd_create("bytes", MFD_CLOEXEC), "memfd_create");
  write_all(file, next_bytes(from, 0, count), count);
  lseek(file, 0, SEEK_SET);
  return file;
}

/// sendfile: whole, from an offset, past the end of the file, and large.
static void files(void) {
  struct end ends[2];
  meet("sendfile", version4, ends);
  struct end *from = &ends[0];
  int file = file_of(from, 5000);
  wrote(from, "sendfile", sendfile(from->fd, file, NULL, 1000));
  off_t offset = 1000;
  wrote(from, "sendfile", sendfile(from->fd, file, &offset, 3000));
  wrote(from, "sendfile", sendfile(from->fd, file, &offset, 1 << 20));
  wrote(from, "sendfile", sendfile(from->fd, file, &offset, 1 << 20));
  drain(from, &ends[1]);
  close(file);
  file = file_of(from, 300000);
  wrote(from, "sendfile", sendfile(from->fd, file, NULL, 300000));
  drain(from, &ends[1]);
  close(file);
  part(ends);
}

/// splice: from a pipe, into a pipe, and from socket to socket by one; with tee and vmsplice.
static void pipes(void) {
  struct end ends[2], others[2];
  int tube[2], copy[2];
  meet("splice", version4, ends);
  meet("splice-on", version4, others);
  others[0].seed = ends[0].seed;
  others[1].peer_seed = ends[1].peer_seed;
  must(pipe(tube), "pipe");
  must(pipe(copy), "pipe");
  struct end *from = &ends[0], *to = &ends[1];
  write_all(tube[1], next_bytes(from, 0, 1000), 1000);
  wrote(from, "splice", splice(tube[0], NULL, from->fd, NULL, 600, SPLICE_F_MORE));
  wrote(from, "splice", splice(tube[0], NULL, from->fd, NULL, 4000, 0));
  ssize_t count = splice(to->fd, NULL, tube[1], NULL, 1 << 16, SPLICE_F_MOVE);
  got(to, "splice", count, NULL);
  require(tee(tube[0], copy[1], 1 << 16, 0) == count, "tee");
  wrote(&others[0], "splice", splice(copy[0], NULL, others[0].fd, NULL, 1 << 16, 0));
  require(read(tube[0], torture_room, 1 << 16) == count, "read");
  drain(&others[0], &others[1]);
  // The pipe holds the pages themselves.
  static char pages[333];
  struct iovec piece = {memcpy(pages, next_bytes(from, 0, 333), 333), 333};
  require(vmsplice(tube[1], &piece, 1, 0) == 333, "vmsplice");
  wrote(from, "splice", splice(tube[0], NULL, from->fd, NULL, 333, 0));
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 44), 44));
  require(splice(to->fd, NULL, tube[1], NULL, 0, 0) == 0, "splice of nothing");
  drain(from, to);
  wrote(to, "write", write(to->fd, next_bytes(to, 0, 55), 55));
  drain(to, from);
  for (int i = 0; i < 2; i++) close(tube[i]), close(copy[i]);
  part(others);
  part(ends);
}

static void *reader(void *ends_of_it) {
  struct end *ends = ends_of_it;
  char *room = malloc(1 << 16);
  for (ssize_t count; (count = read(ends[1].fd, room, 1 << 16)) > 0;) ends[1].got += (size_t)count;
  free(room);
  return NULL;
}

static void nothing(int number) { (void)number; }

/// Writes that do not fit: without waiting until nothing goes, waiting for a reader, and waiting
/// until a signal or the time of SO_SNDTIMEO ends it.
static void full(void) {
  struct end ends[2];
  meet("full", version4, ends);
  struct end *from = &ends[0], *to = &ends[1];
  set(from->fd, SOL_SOCKET, SO_SNDBUF, 20000);
  set(to->fd, SOL_SOCKET, SO_RCVBUF, 60000);
  ssize_t count;
  while ((count = send(from->fd, next_bytes(from, 0, 30000), 30000, MSG_DONTWAIT)) >= 0) {
    wrote(from, "sendto", count);
  }
  require(errno == EAGAIN, "send does not wait");
  drain(from, to);
  struct timeval time = {.tv_usec = 30000};
  must(setsockopt(from->fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), "setsockopt");
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 1 << 20), 1 << 20));
  require(from->wrote - to->got < 1 << 20, "the time did not run out");
  count = write(from->fd, next_bytes(from, 0, 500000), 500000);
  if (count > 0) wrote(from, "write", count);
  drain(from, to);
  time.tv_usec = 0;
  must(setsockopt(from->fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), "setsockopt");
  struct sigaction action = {.sa_handler = nothing};
  must(sigaction(SIGALRM, &action, NULL), "sigaction");
  struct itimerval soon = {.it_value = {.tv_usec = 50000}};
  must(setitimer(ITIMER_REAL, &soon, NULL), "setitimer");
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 1 << 20), 1 << 20));
  drain(from, to);
  part(ends);
}

/// A megabyte at once to a thread that reads: most segments leave when acknowledgements come.
static void bulk(void) {
  struct end ends[2];
  pthread_t thread;
  meet("bulk", version4, ends);
  require(pthread_create(&thread, NULL, reader, ends) == 0, "pthread_create");
  for (int i = 0; i < 4; i++) {
    wrote(&ends[0], "write", write(ends[0].fd, next_bytes(&ends[0], 0, 1 << 20), 1 << 20));
  }
  require(shutdown(ends[0].fd, SHUT_WR) == 0, "shutdown");
  require(pthread_join(thread, NULL) == 0, "pthread_join");
  part(ends);
}

/// MSG_ZEROCOPY, and the notice of its end on the error queue, which is no byte of the stream.
static void zero_copy(void) {
  struct end ends[2];
  meet("zerocopy", version4, ends);
  struct end *from = &ends[0];
  set(from->fd, SOL_SOCKET, SO_ZEROCOPY, 1);
  wrote(from, "sendto", send(from->fd, next_bytes(from, 0, 50000), 50000, MSG_ZEROCOPY));
  char *own = malloc(50000);
  for (ssize_t have = 0; have < 50000;) {
    ssize_t count = recv(ends[1].fd, own, 50000, 0);
    require(count > 0, "recv");
    got(&ends[1], "recvfrom", count, own);
    have += count;
  }
  free(own);
  char control[100];
  struct msghdr message = {.msg_control = control, .msg_controllen = sizeof control};
  require(recvmsg(from->fd, &message, MSG_ERRQUEUE) == 0, "recvmsg of the error queue");
  require(recvmsg(from->fd, &message, MSG_ERRQUEUE) < 0, "the error queue is empty");
  wrote(from, "write", write(from->fd, next_bytes(from, 0, 9), 9));
  drain(from, &ends[1]);
  part(ends);
}

/// The peer has gone: nothing is written.
static void gone(void) {
  struct end ends[2];
  meet("gone", version4, ends);
  wrote(&ends[0], "write", write(ends[0].fd, next_bytes(&ends[0], 0, 3), 3));
  drain(&ends[0], &ends[1]);
  require(shutdown(ends[0].fd, SHUT_WR) == 0, "shutdown");
  require(send(ends[0].fd, "x", 1, MSG_NOSIGNAL) < 0 && errno == EPIPE, "EPIPE");
  wrote(&ends[1], "write", write(ends[1].fd, next_bytes(&ends[1], 0, 300), 300));
  drain(&ends[1], &ends[0]);
  part(ends);
}

void torture_writes(void) {
  each(version4, "each");
  each(version6, "each6");
  each(mapped, "mapped");
  several();
  half_mapped();
  files();
  pipes();
  full();
  bulk();
  zero_copy();
  gone();
}
