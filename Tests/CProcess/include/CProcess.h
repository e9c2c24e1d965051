#ifndef CPROCESS_H
#define CPROCESS_H

#include <spawn.h>

/// Whether threads of this process may make network namespaces: 0, or the errno(3) of what failed.
///
/// Root may. An ordinary user may only in a user namespace (user_namespaces(7)), which a process
/// has to enter while it has one thread: this one did so before main(), where it could.
int namespace_refusal(void);

/// Whether the process is in a user namespace that it made for the tests.
int namespace_has_user(void);

/// Moves the calling thread into a new network namespace whose `lo` is up, and leaves it there no
/// rights that an ordinary user would not have; 0 or errno(3). Threads and programs that it starts
/// are in there too.
int namespace_enter(void);

/// Lets a program that posix_spawn(3) starts have no descriptor from `first` on, whatever other threads
/// open at that moment; 0 or errno(3).
int process_close_from(posix_spawn_file_actions_t *actions, int first);

/// Lets no program that this process starts from now on have a descriptor that is open now, from `first`
/// on; 0 or errno(3).
int process_keep_descriptors(int first);

/// accept(2), close-on-exec from the beginning.
int process_accept(int listener);

#endif
