#!/bin/sh
# Traces a command and holds every cause against the kernel's own account: Tests/Oracle/run.sh COMMAND...
#
# The command runs under `sockline run` in a network namespace of its own, in which programs in the
# kernel (eBPF, so as root) note what leaves on `lo`, in which context, and the states of sockets. The
# two are joined by header. SOCKLINE names a binary, SHOW how many cases of each disagreement are
# listed (3), KEEP a folder for what was recorded. Needs clang with the target bpf, gcc, libbpf-dev, python3.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/.build/oracle
mkdir -p "$work"
sockline=${SOCKLINE:-$root/.build/debug/sockline}
keep=${KEEP:-$work/last}
mkdir -p "$keep"
export PROGRAMS="${PROGRAMS:-$root/.build/debug/sockline-test-programs}"

if [ ! -e "$work/record" ] || [ -n "$(find "$here" -name '*.[ch]' -newer "$work/record")" ]; then
  clang --target=bpf -g -O2 -D__TARGET_ARCH_x86 -I"/usr/include/$(uname -m)-linux-gnu" \
    -c "$here/kernel.bpf.c" -o "$work/record.bpf.o"
  gcc -Wall -Wextra -O2 "$here/record.c" -lbpf -o "$work/record"
fi
status=0
"$work/record" "$keep/kernel" "$sockline" run --host -o "$keep/ladder" -w "$keep/run.pcapng" -- "$@" \
  >"$keep/output" 2>&1 || status=$?
[ "$status" = 0 ] || echo "the command's status: $status"
"$sockline" export --format jsonl "$keep/run.pcapng" >"$keep/run.jsonl"
python3 "$here/compare.py" "$keep/kernel" "$keep/run.jsonl" "${SHOW:-3}"
