// Many short connections by several threads at each side.
//
//   many-server PORT THREADS COUNT     accepts COUNT connections in all, answers each
//   many-client PORT THREADS COUNT     makes COUNT connections in all
//
// The first byte of a connection says how it ends: 'f' both close, 'l' the client resets it by
// SO_LINGER 0, 'u' the server closes with bytes that it has not read. Each side prints how many
// bytes it wrote and read.
#include "programs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 4096 };

static int port, threads, count, listening;
static atomic_int next;
static atomic_long written, taken;

static void add_written(int own, const void *bytes, size_t size) {
  write_all(own, bytes, size);
  written += (long)size;
}

static void *serve(void *unused) {
  char bytes[MOST];
  while (next++ < count) {
    int own = must(accept(listening, NULL, NULL), "accept");
    size_t have = read_all(own, bytes, 3);
    taken += (long)have;
    if (have == 3 && bytes[0] != 'u') {
      size_t size = (size_t)((unsigned char)bytes[1] << 4 | (unsigned char)bytes[2]);
      size_t body = read_all(own, bytes + 3, size);
      taken += (long)body;
      if (bytes[0] == 'f') {
        add_written(own, bytes + 3, body);
        taken += (long)read_all(own, bytes, sizeof bytes);
      } else {
        // Until the RST comes.
        taken += (long)read_all(own, bytes, sizeof bytes);
      }
    }
    close(own);
  }
  return unused;
}

static void *visit(void *unused) {
  char bytes[MOST];
  int number;
  memset(bytes, 'x', sizeof bytes);
  while ((number = next++) < count) {
    char kind = number % 7 == 3 ? 'l' : number % 11 == 5 ? 'u' : 'f';
    size_t size = (size_t)(number * 37 % 3000 + 1);
    int own = dial(port);
    bytes[0] = kind;
    bytes[1] = (char)(size >> 4);
    bytes[2] = (char)(size & 15);
    add_written(own, bytes, size + 3);
    if (kind == 'f') taken += (long)read_all(own, bytes, size);
    if (kind == 'u') taken += (long)read_all(own, bytes, size);
    if (kind == 'l') {
      struct linger now = {1, 0};
      setsockopt(own, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    close(own);
  }
  return unused;
}

static int run(int argc, char **argv, void *(*body)(void *)) {
  if (argc != 4) return 64;
  pthread_t workers[64];
  port = atoi(argv[1]);
  threads = atoi(argv[2]);
  count = atoi(argv[3]);
  if (threads < 1 || threads > 64) return 64;
  if (body == serve) listening = listener(port, 128);
  for (int i = 0; i < threads; i++) pthread_create(&workers[i], NULL, body, NULL);
  for (int i = 0; i < threads; i++) pthread_join(workers[i], NULL);
  if (body == serve) close(listening);
  printf("%s wrote %ld read %ld\n", argv[0], (long)written, (long)taken);
  return 0;
}

int many_server(int argc, char **argv) { return run(argc, argv, serve); }
int many_client(int argc, char **argv) { return run(argc, argv, visit); }
