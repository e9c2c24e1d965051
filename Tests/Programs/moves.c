// Calls that move bytes of a stream, each once, both ends in one process.
#define _GNU_SOURCE
#include "programs.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char room[256];

/// In pieces: writev, readv, and those with flags.
static void pieces(int from, int to) {
  struct iovec out[3] = {{"one", 3}, {NULL, 0}, {"two", 3}};
  struct iovec in[2] = {{room, 2}, {room + 2, 10}};
  must((int)writev(from, out, 3), "writev");
  must((int)readv(to, in, 2), "readv");
  must((int)pwritev2(from, out, 1, -1, 0), "pwritev2");
  must((int)preadv2(to, in, 2, -1, 0), "preadv2");
}

/// With flags and messages: MSG_MORE, MSG_PEEK, sendmsg, recvmsg.
static void messages(int from, int to) {
  struct iovec piece = {"message", 7};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  must((int)send(from, "more ", 5, MSG_MORE), "send");
  must((int)sendmsg(from, &message, MSG_NOSIGNAL), "sendmsg");
  must((int)recv(to, room, 4, MSG_PEEK), "recv");
  piece = (struct iovec){room, sizeof room};
  must((int)recvmsg(to, &message, 0), "recvmsg");
}

/// From a file, and through a pipe both ways.
static void unseen_bytes(int from, int to) {
  int file = must(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open");
  int ends[2];
  off_t offset = 0;
  must((int)sendfile(from, file, &offset, 100), "sendfile");
  read_all(to, room, 100);
  must(pipe(ends), "pipe");
  must((int)write(ends[1], "through the pipe", 16), "write");
  must((int)splice(ends[0], NULL, from, NULL, 16, 0), "splice");
  must((int)splice(to, NULL, ends[1], NULL, 16, 0), "splice");
  must((int)read(ends[0], room, 16), "read");
  close(file);
  close(ends[0]);
  close(ends[1]);
}

/// The options that push bytes or change the end.
static void options(int from, int to) {
  int one = 1, zero = 0;
  socklen_t length = sizeof one;
  setsockopt(from, IPPROTO_TCP, TCP_CORK, &one, sizeof one);
  must((int)write(from, "corked", 6), "write");
  setsockopt(from, IPPROTO_TCP, TCP_CORK, &zero, sizeof zero);
  setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  getsockopt(from, IPPROTO_TCP, TCP_NODELAY, &one, &length);
  read_all(to, room, 6);
}

int moves(int argc, char **argv) {
  int ends[2];
  (void)argc;
  (void)argv;
  connected(ends);
  pieces(ends[0], ends[1]);
  messages(ends[0], ends[1]);
  unseen_bytes(ends[0], ends[1]);
  options(ends[0], ends[1]);
  // Errors: nothing to read, no connection, no descriptor.
  recv(ends[1], room, 1, MSG_DONTWAIT);
  int lonely = socket(AF_INET, SOCK_STREAM, 0);
  send(lonely, "x", 1, MSG_NOSIGNAL);
  read(99, room, 1);
  close(lonely);
  shutdown(ends[0], SHUT_WR);
  must((int)read(ends[1], room, 1), "read");
  close(ends[1]);
  close(ends[0]);
  return 0;
}
