#!/bin/sh
# Runs the programs of programs.sh, or those named, each against the kernel's account.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z.]*\)).*/\1/p' "$here/programs.sh")
export WEB="$here/../../.build/oracle/web"
[ -e "$WEB" ] || CGO_ENABLED=0 go build -o "$WEB" "$here/programs/web.go"
for name in "$@"; do
  echo "== $name"
  KEEP=${KEEP:-$here/../../.build/oracle/$name} "$here/run.sh" timeout 120 sh "$here/programs.sh" "$name" || true
done
