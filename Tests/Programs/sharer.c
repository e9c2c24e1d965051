// A socket that a process which is not traced shares.
#define _GNU_SOURCE
#include "programs.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char room[64];

/// Sends a descriptor over a socket of AF_UNIX (unix(7), SCM_RIGHTS).
static void pass(int over, int socket) {
  char space[CMSG_SPACE(sizeof socket)];
  struct iovec piece = {"s", 1};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = space,
                           .msg_controllen = sizeof space};
  memset(space, 0, sizeof space);
  struct cmsghdr *control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof socket);
  memcpy(CMSG_DATA(control), &socket, sizeof socket);
  must((int)sendmsg(over, &message, 0), "sendmsg");
}

/// sharer PATH: passes its end of a connection to whoever listens at the path, and writes before and
/// after that one has written.
int sharer(int argc, char **argv) {
  int ends[2];
  char sign;
  if (argc < 2) return 64;
  int over = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  must(connect(over, (struct sockaddr *)&address, sizeof address), "connect");
  connected(ends);
  write_all(ends[0], "first", 5);
  read_all(ends[1], room, 5);
  pass(over, ends[0]);
  must((int)read(over, &sign, 1), "read");
  read_all(ends[1], room, 8);
  write_all(ends[0], "last", 4);
  read_all(ends[1], room, 4);
  close(ends[0]);
  close(ends[1]);
  return 0;
}
