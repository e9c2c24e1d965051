// The paired demo programs: `sockline-demo-c server tcp` in one terminal, `sockline-demo-c client
// tcp` in another; `udp` for the same conversation over UDP. The server comes first.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "demo.h"

void fail(const char *call) {
  perror(call);
  exit(1);
}

void make_printable(char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] < 0x20 || bytes[i] > 0x7E) bytes[i] = '.';
  }
}

int main(int argc, char *argv[]) {
  // Each line is printed at once, even where standard output is not a terminal.
  setvbuf(stdout, NULL, _IOLBF, 0);

  // Both are the same program; this makes `ps` and other tools show which of the two a process is.
  if (argc > 1) prctl(PR_SET_NAME, argv[1]);

  if (argc == 3 && strcmp(argv[1], "server") == 0 && strcmp(argv[2], "tcp") == 0)
    return tcp_server();
  if (argc == 3 && strcmp(argv[1], "client") == 0 && strcmp(argv[2], "tcp") == 0)
    return tcp_client();
  if (argc == 3 && strcmp(argv[1], "server") == 0 && strcmp(argv[2], "udp") == 0)
    return udp_server();
  if (argc == 3 && strcmp(argv[1], "client") == 0 && strcmp(argv[2], "udp") == 0)
    return udp_client();

  fprintf(stderr, "usage: sockline-demo-c server|client tcp|udp\n");
  return 64;
}
