#pragma once
// Ends that know what they wrote and read: what the programs of torture share.
#include "programs.h"

#include <stddef.h>
#include <sys/types.h>

/// One end of a connection. The byte at a position of a stream follows from the position and the
/// seed of the stream, so that whoever reads it knows what it must be.
struct end {
  int fd;
  int port;
  unsigned seed, peer_seed;
  size_t wrote, got;
};

/// Where bytes are made and read into, 1 MiB.
extern char *torture_room;

/// Both ends of a new connection over 127.0.0.1, or over ::1 or ::ffff:127.0.0.1; tells their ports.
enum family { version4, version6, mapped };
void meet(const char *name, enum family family, struct end ends[2]);

/// The next `count` bytes of the stream, in `torture_room` from `place` on.
char *next_bytes(struct end *end, size_t place, size_t count);

/// A call wrote `result` bytes: tells it. The program ends where the call failed.
void wrote(struct end *end, const char *call, ssize_t result);

/// A call read `result` bytes into `bytes`: checks and tells it. NULL: they were thrown away.
void got(struct end *end, const char *call, ssize_t result, const char *bytes);

/// A call looked at `result` bytes, and left them there.
void peeked(struct end *end, const char *call, ssize_t result, const char *bytes);

/// Reads until everything has come that the other end has written.
void drain(struct end *from, struct end *to);

/// Closes both, the first one first; tells what was written and read.
void part(struct end ends[2]);

/// Sets an option that is an int.
void set(int socket, int level, int name, int value);

/// Ends the program where something is not as it must be.
void require(int holds, const char *what);

void torture_writes(void);
void torture_held(void);
void torture_reads(void);
void torture_datagrams(void);
