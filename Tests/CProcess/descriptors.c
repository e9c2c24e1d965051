#define _GNU_SOURCE
#include <errno.h>
#include <linux/close_range.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CProcess.h"

int process_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int process_keep_descriptors(int first) {
  return close_range((unsigned)first, ~0U, CLOSE_RANGE_CLOEXEC) == 0 ? 0 : errno;
}

int process_accept(int listener) { return accept4(listener, 0, 0, SOCK_CLOEXEC); }
