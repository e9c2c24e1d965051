#!/bin/sh
# Measures sockline beside tcpdump, tshark and strace, and writes docs/PERFORMANCE.md: Tests/Bench/run.sh [PACKETS]
# Or only counts instructions, and compares them with those that docs/PERFORMANCE.md has: Tests/Bench/run.sh gate
#
# Makes captures of PACKETS packets (200,000 if not said): short connections, one long connection, UDP
# exchanges; under .build/bench. Builds sockline in release unless SOCKLINE names a binary. Runs the
# programs in turn, five times each, on a machine that does nothing else. Counts the instructions of a
# packet with valgrind, which does not depend on what else the machine does. Traces programs that make many
# calls, and some that make no socket calls. Needs python3, tcpdump, tshark, strace, gcc, valgrind and strip.
set -eu

packets=${1:-200000}
protocols="tcp stream udp"
[ "$packets" != gate ] || protocols="tcp udp"
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/Tests/Bench
work=$root/.build/bench
mkdir -p "$work"

if [ -z "${SOCKLINE:-}" ]; then
  (cd "$root" && swift build -c release --product sockline >&2)
  SOCKLINE=$root/.build/release/sockline
fi

# capture PROTOCOL PACKETS: makes it where it is not there, and says its name
capture() {
  name=$work/$1-$2.pcap
  [ -s "$name" ] || python3 "$here/make.py" "$1" "$2" "$name"
  echo "$name"
}

measured() {
  for protocol in tcp stream udp; do
    echo "$protocol: $packets packets"
    python3 "$here/measure.py" "$SOCKLINE" "$(capture $protocol "$packets")" "$packets"
    echo
  done
}

counted() {
  strip -g -o "$work/sockline" "$SOCKLINE"
  for protocol in $protocols; do
    python3 "$here/instructions.py" "$work/sockline" $protocol \
      "$(capture $protocol 1000)" "$(capture $protocol 20000)"
  done
}

traced() {
  gcc -O1 -pthread -o "$work/live" "$here/live.c"
  python3 "$here/live.py" "$SOCKLINE" "$work/live" "$work"
}

drawn() {
  for protocol in stream tcp; do
    python3 "$here/draw.py" "$SOCKLINE" "$(capture $protocol 10000)" "$work/$protocol.svg"
  done
}

if [ "$packets" = gate ]; then
  counted >"$work/gate"
  exec python3 "$here/gate.py" "$root/docs/PERFORMANCE.md" "$work/gate"
fi
measured >"$work/measured"
counted >"$work/counted"
traced >"$work/traced"
cat "$work/measured" "$work/counted" "$work/traced"
drawn
python3 "$here/report.py" "$work/measured" "$work/counted" "$work/traced" >"$work/PERFORMANCE.md"
mv "$work/PERFORMANCE.md" "$root/docs/PERFORMANCE.md"
