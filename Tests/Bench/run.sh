#!/bin/sh
# Measures how long replay takes, beside tcpdump and tshark: Tests/Bench/run.sh [PACKETS]
#
# Makes captures of PACKETS packets (200,000 if not said) in a tenth as many connections and, for UDP,
# exchanges, under .build/bench; builds sockline in release unless SOCKLINE names a binary; and runs
# the programs in turn, five times each. It prints medians of CPU time and what they are to each
# other. Then it draws 10,000 packets as SVG, of one connection and of a thousand, which has to take
# less than a second of CPU. Needs python3, tcpdump and tshark.
set -eu

packets=${1:-200000}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/.build/bench
mkdir -p "$work"

if [ -z "${SOCKLINE:-}" ]; then
  (cd "$root" && swift build -c release --product sockline >&2)
  SOCKLINE=$root/.build/release/sockline
fi

for protocol in tcp udp; do
  capture=$work/$protocol-$packets.pcap
  [ -s "$capture" ] || python3 "$root/Tests/Bench/make.py" "$protocol" "$packets" "$capture"
  echo "$protocol: $packets packets"
  python3 "$root/Tests/Bench/measure.py" "$SOCKLINE" "$capture" "$packets"
done

for protocol in stream tcp; do
  capture=$work/$protocol-10000.pcap
  [ -s "$capture" ] || python3 "$root/Tests/Bench/make.py" "$protocol" 10000 "$capture"
  python3 "$root/Tests/Bench/draw.py" "$SOCKLINE" "$capture" "$work/$protocol.svg"
done
