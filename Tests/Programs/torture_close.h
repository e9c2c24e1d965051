#pragma once
// Ways of holding, opening and closing sockets, with what has to be seen on the wire.

#include "programs.h"

#include <stdint.h>

/// A connection over 127.0.0.1, and the ports of its ends.
struct link {
  int client, server;
  int client_port, server_port;
};

/// Names the case that the next expectations belong to.
void begin_case(const char *name);

/// Makes a connection.
struct link linked(void);

/// The port of a socket's own end, and of its other end.
int own_port(int socket);
int peer_port(int socket);

/// A packet with `flag` (SYN, FIN, RST, DATA) from one port to another has to be sent by `call` on
/// `descriptor` in this process; `descriptor` -1: whichever.
void expect(const char *flag, int from, int to, const char *call, int descriptor);
/// The same, by another process.
void expect_of(int process, const char *flag, int from, int to, const char *call, int descriptor);
/// ... by the end of a process.
void expect_exit(int process, const char *flag, int from, int to);
/// ... as the kernel's answer.
void expect_reply(const char *flag, int from, int to);
/// ... by something that cannot be seen: `unknown`, with a reason.
void expect_unknown(const char *flag, int from, int to);
/// ... by one of several calls that ran at once.
void expect_ambiguous(const char *flag, int from, int to);
/// No such packet has to be seen.
void expect_none(const char *flag, int from, int to);
/// A waiting call of this process has to be woken by a packet from one port to another.
void expect_wake(const char *call, int descriptor, int from, int to);

/// Tells the state that the kernel gives for a TCP socket right now (TCP_INFO).
void tell_state(int socket);

/// Tells that the socket of a connection, which was given up, is CLOSED.
void tell_closed(int from, int to);

/// Waits until a TCP socket has a state (TCP_INFO), at most a second.
void await_state(int socket, int state);

/// A while in which whatever is on the way arrives.
void settle(void);

void torture_holders(void);
void torture_tables(void);
void torture_passing(void);
void torture_opening(void);
void torture_ports(void);
void torture_ending(void);
void torture_threads(void);
void torture_listeners(void);
