#define _GNU_SOURCE
#include <sys/socket.h>

#include "CProcess.h"

int process_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int process_accept(int listener) { return accept4(listener, 0, 0, SOCK_CLOEXEC); }
