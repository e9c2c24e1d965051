#!/bin/sh
# Feeds mutated captures, recordings and packets to the code that reads them: Tests/Fuzz/run.sh [SECONDS]
#
# The seeds are the files of captures/ and Tests/Fuzz/recordings; what was learned stays in
# .build/fuzz/corpus. A crash ends the run with a status that is not 0 and leaves the input in
# .build/fuzz: mend the code, and put the input into Tests/Fuzz/crashes, which each run reads first.
set -eu

seconds=${1:-60}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/.build/fuzz
mkdir -p "$work/corpus" "$root/Tests/Fuzz/crashes"
cd "$work"

# Each room becomes a module of its own, in the order of what imports what.
for room in Wire Calls Timeline CaptureFile Recording; do
  swiftc -O -parse-as-library -wmo -sanitize=fuzzer,address -module-name "$room" -I . \
    -emit-module -emit-module-path "$room.swiftmodule" -c "$root/Sources/$room"/*.swift \
    -enable-upcoming-feature InternalImportsByDefault -o "$room.o"
done
swiftc -O -parse-as-library -sanitize=fuzzer,address -I . "$root/Tests/Fuzz/Fuzz.swift" ./*.o -o fuzz

# A trap prints one line instead of a slow backtrace.
SWIFT_BACKTRACE=enable=no ./fuzz -max_total_time="$seconds" -max_len=16384 -timeout=10 \
  -print_final_stats=1 -artifact_prefix="$work/" corpus "$root/captures" "$root/Tests/Fuzz/recordings" \
  "$root/Tests/Fuzz/crashes"
