#pragma once
// Small programs that tests trace: each does one thing that a recorder may get wrong.

#include <netinet/in.h>
#include <stdint.h>

/// Ends the program with perror's message where `result` is negative.
int must(int result, const char *call);

/// 127.0.0.1 and a port.
struct sockaddr_in loopback(int port);

/// A listening socket on 127.0.0.1.
int listener(int port, int backlog);

/// A connected socket to 127.0.0.1.
int dial(int port);

/// A listening socket on 127.0.0.1 and a port that the kernel chooses.
int any_listener(int *port);

/// Both ends of a connection over 127.0.0.1.
void connected(int ends[2]);

/// A gate, made before fork, at which a child waits until its parent opens it, or the parent for the
/// child: then it is certain what each of them does last.
struct gate {
  int ends[2];
};
struct gate gate(void);
void await_gate(struct gate gate);
void open_gate(struct gate gate);

/// Waits until a thread is in one of these states of /proc: S in a call that waits, T and t stopped,
/// Z gone; or until it is not there any more.
void await_thread(int process, int thread, const char *states);

/// Waits until a process has no signal any more that it has still to hear.
void await_heard(int process);

/// Waits until so many segments of a connection have been sent again.
void await_resent(int socket, unsigned count);

/// Segments that have come to a connection.
unsigned segments_in(int socket);

/// Waits until of so many clients as many are in a listening socket's queue as it takes, and the
/// others knock in vain.
void await_queue(int listener, int clients);

/// Waits until so many clients of a server have their connections, accepted or not, or knock in vain.
void await_clients(int port, int clients);

/// Waits until all that TCP has sent in this network, which is the program's own, has come.
void await_quiet(void);

/// Writes or reads exactly `count` bytes; reading ends early at the end of the stream.
void write_all(int socket, const void *bytes, size_t count);
size_t read_all(int socket, void *bytes, size_t count);

int many_server(int argc, char **argv);
int many_client(int argc, char **argv);
int endings(int argc, char **argv);
int processes(int argc, char **argv);
int moves(int argc, char **argv);
int datagrams(int argc, char **argv);
int descriptors(int argc, char **argv);
int waits(int argc, char **argv);
int signals(int argc, char **argv);
int answers(int argc, char **argv);
int bench(int argc, char **argv);
int children(int argc, char **argv);
int filters(int argc, char **argv);
int leader(int argc, char **argv);
int kinds(int argc, char **argv);
int uring(int argc, char **argv);
int sharer(int argc, char **argv);
int crowd(int argc, char **argv);
int backlog_server(int argc, char **argv);
int backlog_client(int argc, char **argv);
int torture_close(int argc, char **argv);
int torture_send(int argc, char **argv);
