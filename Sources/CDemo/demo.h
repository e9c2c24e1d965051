// The paired demo programs in C: what their files have in common.
#pragma once

#include <stddef.h>

#define PORT 3490   // the port of the server, for TCP and for UDP
#define BACKLOG 10  // connections that may wait in the queue for accept()

int tcp_server(void);
int tcp_client(void);
int udp_server(void);
int udp_client(void);

/// Says which call failed and why, such as `bind: Address already in use`, and ends the program.
_Noreturn void fail(const char *call);

/// Replaces each byte that is not a visible ASCII character by a dot: bytes from the network might
/// control the terminal.
void make_printable(char *bytes, size_t count);
