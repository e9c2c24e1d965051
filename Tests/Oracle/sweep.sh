#!/bin/sh
# Runs the programs of programs.sh, or those named, each against the kernel's account.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z.]*\)).*/\1/p' "$here/programs.sh")
for name in "$@"; do
  echo "== $name"
  KEEP=${KEEP:-$here/../../.build/oracle/$name} "$here/run.sh" timeout 120 sh "$here/programs.sh" "$name" || true
done
