# Programs for the sweep: `sh programs.sh NAME`, to be run in a network namespace of its own.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

# Says which programs are missing.
need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || { echo "$program is not installed" >&2; exit 127; }
  done
}

# Waits until the program started last listens on a TCP port, without connecting to it.
listening() {
  server=$!
  hex=$(printf '%04X' "$1")
  for _ in $(seq 300); do
    if cat /proc/net/tcp /proc/net/tcp6 | grep -q ":$hex 0*:0000 0A"; then return; fi
    sleep 0.1
  done
  echo "nothing listens on $1" >&2
  exit 1
}

files() {
  need curl
  mkdir -p "$work/www"
  head -c 10000000 /dev/urandom >"$work/www/10M"
  for size in 1 100 10000 1000000; do head -c "$size" "$work/www/10M" >"$work/www/$size"; done
}

fetch() { curl -sf -o "$work/got" "$@"; }

nginx_serves() {
  need nginx
  files
  mkdir "$work/logs"
  cat >"$work/nginx.conf" <<END
daemon off; master_process ${1:-off}; worker_processes 2; pid $work/pid; error_log stderr;
user root;
events { worker_connections 200; }
http { access_log off; sendfile on; tcp_nopush on; client_body_temp_path $work/b; proxy_temp_path $work/p;
  fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  server { listen 127.0.0.1:8000; root $work/www; } }
END
  nginx -p "$work" -c "$work/nginx.conf" 2>/dev/null &
  listening 8000
}

redis() {
  need redis-server redis-benchmark
  redis-server --port 6379 --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >/dev/null &
  listening 6379
  redis-benchmark -p 6379 -q -n "${COUNT:-300}" -c 20 -t set,get,lpush,mset "$@" >/dev/null
  redis-cli -p 6379 shutdown nosave || true
}

iperf() {
  need iperf3
  iperf3 -s -1 -B 127.0.0.1 >/dev/null &
  listening 5201
  iperf3 -c 127.0.0.1 "$@" >/dev/null
  wait
}

# Makes `lo` like a wire: packets of 1,500 bytes, no offload.
wire() {
  ip link set lo mtu 1500 gso_max_segs 1
}

# Drops packets as they come in, as a bad line would: so many of a hundred.
loses() {
  need nft
  nft -f - <<END
table ip loss {
  chain taking {
    type filter hook input priority 0;
    tcp flags & (syn | rst) == 0 numgen random mod 100 < $1 drop
  }
}
END
}

acceptors() { python3 "$(dirname "$0")/programs/many_acceptors.py" "$1" 120; }

case $1 in
http.server)
  files
  python3 -m http.server 8000 --bind 127.0.0.1 -d "$work/www" 2>/dev/null &
  listening 8000
  for name in 1 100 10000 1000000 10M; do fetch "http://127.0.0.1:8000/$name"; done
  fetch http://127.0.0.1:8000/missing || true ;;
nginx)
  nginx_serves
  for name in 1 100 10000 1000000 10M; do fetch "http://127.0.0.1:8000/$name"; done
  fetch "http://127.0.0.1:8000/[1-3]" || true
  curl -s $(for _ in $(seq 30); do echo "-o $work/a http://127.0.0.1:8000/10000"; done) ;;
nginx.keepalive)
  nginx_serves on
  curl -s $(for _ in $(seq 100); do echo "-o $work/a http://127.0.0.1:8000/1000000"; done)
  wget -q -O /dev/null $(for _ in $(seq 20); do echo http://127.0.0.1:8000/100; done) ;;
redis) redis ;;
redis.pipelined) COUNT=${COUNT:-3000} redis -P 16 ;;
iperf) iperf -n 150M -P 2 ;;
iperf.reverse) iperf -n 150M -P 2 -R ;;
iperf.udp) iperf -u -b 200M -n 20M ;;
asyncio) python3 "$(dirname "$0")/programs/gather.py" ;;
threading) python3 "$(dirname "$0")/programs/threading_server.py" ;;
go) "$WEB" ;;
many)
  # Eight threads at each side; every tenth connection or so is reset by one of them.
  "$PROGRAMS" many-server 8000 8 200 >/dev/null &
  listening 8000
  "$PROGRAMS" many-client 8000 8 200 >/dev/null
  wait ;;
wire.http)
  wire
  files
  python3 -m http.server 8000 --bind 127.0.0.1 -d "$work/www" 2>/dev/null &
  listening 8000
  for name in 1 10000 1000000 1000000; do fetch "http://127.0.0.1:8000/$name"; done ;;
wire.iperf) wire; iperf -n 3M -P 2 ;;
wire.haproxy)
  need haproxy
  wire
  files
  python3 -m http.server 8001 --bind 127.0.0.1 -d "$work/www" 2>/dev/null &
  listening 8001
  upstream=$server
  cat >"$work/haproxy" <<END
defaults
  mode http
  timeout connect 5s
  timeout client 9s
  timeout server 9s
listen all
  bind 127.0.0.1:8000
  server one 127.0.0.1:8001
END
  haproxy -db -f "$work/haproxy" 2>/dev/null &
  listening 8000
  for name in 1 10000 1000000 1000000; do fetch "http://127.0.0.1:8000/$name"; done
  kill "$upstream" ;;
loss) loses 3; iperf -n 3M ;;
loss.wire) wire; loses 2; iperf -n 2M ;;
loss.cubic) wire; loses 1; iperf -n 2M -C cubic ;;
acceptors.group) acceptors group ;;
acceptors.instances) acceptors instances ;;
acceptors.exclusive) acceptors exclusive ;;
acceptors.edge) acceptors edge ;;
acceptors.accept) acceptors accept ;;
fastopen) python3 "$(dirname "$0")/programs/fast_open.py" ;;
writers) python3 "$(dirname "$0")/programs/writers.py" ;;
writers.wire) wire; python3 "$(dirname "$0")/programs/writers.py" ;;
corked) python3 "$(dirname "$0")/programs/corked.py" ;;
endings) "$PROGRAMS" endings 8000 ;;
socat)
  files
  socat TCP-LISTEN:8000,bind=127.0.0.1,fork,reuseaddr SYSTEM:'cat' &
  listening 8000
  for _ in 1 2 3; do socat -u "$work/www/1000000" TCP:127.0.0.1:8000; done
  socat -t 2 - TCP:127.0.0.1:8000 <"$work/www/1000000" | cmp - "$work/www/1000000" ;;
nc)
  files
  nc -l -N 127.0.0.1 8000 <"$work/www/1000000" >"$work/got" &
  listening 8000
  nc -d 127.0.0.1 8000 | cmp - "$work/www/1000000"
  wait ;;
ab)
  nginx_serves
  ab -q -n 500 -c 20 http://127.0.0.1:8000/10000 >/dev/null
  ab -q -k -n 500 -c 20 http://127.0.0.1:8000/100 >/dev/null ;;
wrk)
  nginx_serves on
  wrk -d 1 -c 4 -t 2 http://127.0.0.1:8000/10000 >/dev/null ;;
rsync)
  files
  printf 'use chroot = no\n[files]\npath = %s\nuid = root\ngid = root\n' "$work/www" >"$work/conf"
  rsync --daemon --no-detach --port 8730 --address 127.0.0.1 --config "$work/conf" &
  listening 8730
  rsync -a rsync://127.0.0.1:8730/files/ "$work/copy/"
  rsync -a rsync://127.0.0.1:8730/files/ "$work/copy/" ;;
memcached)
  memcached -u root -l 127.0.0.1 -p 11211 &
  listening 11211
  python3 "$(dirname "$0")/programs/memcache.py" ;;
postgres)
  chown 65534 "$work"
  sql='create table t as select generate_series(1,20000) a, repeat($$x$$,100) b; select * from t; select pg_sleep(0.01); select count(*) from t'
  as="setpriv --reuid=65534 --regid=65534 --clear-groups"
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  $as "$bin/initdb" -D "$work/data" -U postgres -A trust >/dev/null
  $as "$bin/postgres" -D "$work/data" -k '' -h 127.0.0.1 -p 5432 2>/dev/null &
  listening 5432
  for _ in 1 2 3; do psql -q -h 127.0.0.1 -U postgres -c "$sql" -c 'drop table t' >/dev/null; done ;;
*) echo "no program $1" >&2; exit 2 ;;
esac
