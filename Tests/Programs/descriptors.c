// Descriptors that stand for the same socket, or for another one than before.
#define _GNU_SOURCE
#include "programs.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char room[64];

static struct msghdr *passing(int descriptor) {
  static struct iovec piece;
  static char byte, control[CMSG_SPACE(sizeof(int))];
  static struct msghdr message;
  piece = (struct iovec){&byte, 1};
  memset(control, 0, sizeof control);
  message = (struct msghdr){.msg_iov = &piece,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return &message;
}

/// A child gets the client's end as a message, into a number that it tried in vain before.
static void passed(void) {
  int pair[2], ends[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  struct gate ready = gate(), closing = gate();
  pid_t child = must(fork(), "fork");
  if (child == 0) {
    close(pair[0]);
    for (int number = 3; number < 12; number++) write(number == pair[1] ? 99 : number, "", 0);
    open_gate(ready);
    struct msghdr *message = passing(-1);
    must((int)recvmsg(pair[1], message, 0), "recvmsg");
    int got;
    memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(message)), sizeof got);
    write_all(got, "passed", 6);
    await_gate(closing);
    _exit(0);
  }
  close(pair[1]);
  connected(ends);
  await_gate(ready);
  // Else it might be gone from here before the child asks for it.
  await_thread(child, child, "S");
  must((int)sendmsg(pair[0], passing(ends[0]), 0), "sendmsg");
  close(ends[0]);
  open_gate(closing);
  read_all(ends[1], room, sizeof room);
  close(ends[1]);
  close(pair[0]);
  waitpid(child, NULL, 0);
}

/// Closed by numbers from here to there; marked only; by dup3 over it.
static void ranges(void) {
  int one[2], two[2];
  connected(one);
  connected(two);
  int copy = must(fcntl(one[0], F_DUPFD, 40), "fcntl");
  must(dup3(one[0], 50, O_CLOEXEC), "dup3");
  must(dup3(two[0], 50, 0), "dup3");
  must((int)syscall(SYS_close_range, 40, 60, 4), "close_range");
  write_all(copy, "marked", 6);
  must((int)syscall(SYS_close_range, 40, 60, 0), "close_range");
  int low = one[0] < two[0] ? one[0] : two[0];
  must((int)syscall(SYS_close_range, low, ~0U, 0), "close_range");
}

/// Children made in other ways than fork.
static void spawned(void) {
  char *arguments[] = {"true", NULL};
  posix_spawn_file_actions_t actions;
  int ends[2];
  pid_t child;
  connected(ends);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
  must(-posix_spawn(&child, "/bin/true", &actions, NULL, arguments, arguments + 1), "posix_spawn");
  waitpid(child, NULL, 0);
  child = vfork();
  if (child == 0) {
    execl("/bin/true", "true", (char *)NULL);
    _exit(127);
  }
  waitpid(child, NULL, 0);
  close(ends[0]);
  must((int)read(ends[1], room, 1), "read");
  close(ends[1]);
}

int descriptors(int argc, char **argv) {
  (void)argc;
  (void)argv;
  passed();
  ranges();
  spawned();
  return 0;
}
