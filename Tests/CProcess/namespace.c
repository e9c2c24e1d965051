#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CSandbox.h"

static struct sandbox_outcome start;

/// Before main(): the only moment at which there is surely one thread.
__attribute__((constructor)) static void begin(void) {
  start = sandbox_probe(0);
  if (start.step == SANDBOX_DONE && start.user != 0) start = sandbox_enter(0);
}

int namespace_refusal(void) {
  if (start.step == SANDBOX_DONE) return 0;
  return start.error != 0 ? start.error : EPERM;
}

int namespace_has_user(void) { return start.user != 0; }

int namespace_enter(void) {
  if (namespace_refusal() != 0) return namespace_refusal();
  struct sandbox_outcome own = sandbox_enter(0);
  if (own.step != SANDBOX_DONE) return own.error != 0 ? own.error : EPERM;
  if (start.user == 0) return 0;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
  memset(none, 0, sizeof none);
  return syscall(SYS_capset, &header, none) == 0 ? 0 : errno;
}
