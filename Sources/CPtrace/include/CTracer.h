#pragma once
// ptrace(2) for Swift: start a program under a seccomp filter, wait for stops, resume, read memory.
// Only what Swift cannot do: ptrace and prctl are variadic, fork is unavailable, W* are macros.

#include <linux/filter.h>
#include <stdint.h>

/// What to start, and as which user.
struct tracer_program {
  const char *const *arguments;  ///< ends with NULL; the first is looked up in PATH
  int32_t streams[3];            ///< standard streams; -1 keeps the caller's
  int32_t drops;                 ///< 1: become uid and gid before exec
  uint32_t uid, gid;
  const char *user;              ///< the user's name, for the supplementary groups; NULL: none
  const struct sock_filter *filter;
  uint16_t filter_length;
};

/// A started program: it waits until the tracer's loop resumes it.
struct tracer_child {
  int32_t process;
  int32_t failure;  ///< read end of a pipe: four bytes of errno when exec fails, otherwise just EOF
};

/// Starts a program, seized by the calling thread; 0 or errno.
int32_t tracer_start(const struct tracer_program *program, struct tracer_child *child);

/// The errno that kept a started program from running; 0 when it runs, -1 if not known yet.
int32_t tracer_start_failure(int32_t failure);

enum tracer_stop_kind {
  TRACER_EXITED,      ///< the thread or process has exited: `value` is its status
  TRACER_KILLED,      ///< the same, killed by the signal `value`
  TRACER_ENTRY,       ///< a system call is about to run: one that the filter traces, or any
  TRACER_RETURN,      ///< a system call has run
  TRACER_CLONED,      ///< fork, vfork or clone created the thread `value`
  TRACER_EXECUTED,    ///< exec is done; the thread was `value` before
  TRACER_EXITING,     ///< the thread is about to exit
  TRACER_BEGUN,       ///< a new thread's first stop, or one after PTRACE_INTERRUPT
  TRACER_GROUP_STOP,  ///< stopped by the signal `value`, for example by Ctrl-Z
  TRACER_SIGNAL,      ///< the signal `value` is about to be delivered
  TRACER_OTHER,       ///< a stop of another kind: resume
};

/// A stop, flattened from the wait status and PTRACE_GET_SYSCALL_INFO.
struct tracer_stop {
  int32_t kind;
  int32_t thread;
  int64_t value;
  uint32_t architecture;  ///< AUDIT_ARCH_*, of calls
  uint64_t number;        ///< TRACER_ENTRY: the call
  uint64_t arguments[6];  ///< TRACER_ENTRY: its arguments
  int64_t result;         ///< TRACER_RETURN: the result register
  uint64_t stack;         ///< calls: the stack pointer
  uint64_t counter;       ///< calls: the program counter
  int32_t is_filtered;    ///< TRACER_ENTRY: 1: a filter's SECCOMP_RET_TRACE stopped it
  uint32_t verdict;       ///< if so: the filter's SECCOMP_RET_DATA
};

/// Waits for a stop of any tracee of the calling thread; 0, EINTR, or ECHILD when none is left.
int32_t tracer_wait(struct tracer_stop *stop);

/// How a stopped thread is resumed.
enum tracer_resumption {
  TRACER_CONTINUE,    ///< to the next traced call
  TRACER_TO_RETURN,   ///< to the end of this call; outside one, to the entry of the next
  TRACER_LISTEN,      ///< stays stopped by its signal until SIGCONT
};

/// Resumes a stopped thread, with `signal` delivered to it (0: none); 0 or errno.
int32_t tracer_resume(int32_t thread, int32_t how, int32_t signal);

/// Reads memory of a tracee.
/// Returns the bytes that could be read, fewer where the pages end.
int64_t tracer_read(int32_t thread, uint64_t address, void *room, uint64_t size);

/// Nanoseconds by which the two stops lengthen one traced call, measured on a child that does
/// nothing else; -1 where it could not be measured.
int64_t tracer_cost(void);

/// AUDIT_ARCH_* of this machine.
uint32_t tracer_architecture(void);

/// The ID of the calling thread.
int32_t tracer_own_thread(void);

/// Remembers the signals that the caller blocks: started programs block the same ones.
void tracer_keep_mask(void);

/// Unblocks `signal` in the calling thread.
void tracer_unblock(int32_t signal);

/// Installs a handler that does nothing for `signal`, so that it only interrupts a wait.
void tracer_allow_interrupt(int32_t signal);

/// Sends `signal` to a thread of this process.
int32_t tracer_interrupt(int32_t thread, int32_t signal);
