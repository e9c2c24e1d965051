// A program to be traced, which says how it fared: live ping COUNT | live connections COUNT
//
// ping: bytes sent to and fro on one connection. connections: short ones, in four threads. A thread of its own
// answers each connection. The last line on standard error is the time it took in seconds, the longest time between
// two rounds in milliseconds (ping), and CLOCK_MONOTONIC at its end in seconds.
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { threads = 4 };

static struct sockaddr_in address;
static int rounds;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int must(int result, const char *call) {
  if (result < 0) {
    perror(call);
    exit(1);
  }
  return result;
}

static void *echo(void *argument) {
  int own = (int)(long)argument;
  char bytes[4096];
  ssize_t count;
  while ((count = read(own, bytes, sizeof bytes)) > 0) must(write(own, bytes, count), "write");
  close(own);
  return NULL;
}

static void *serve(void *argument) {
  for (;;) {
    int own = must(accept((int)(long)argument, NULL, NULL), "accept");
    pthread_t thread;
    if (pthread_create(&thread, NULL, echo, (void *)(long)own) != 0) exit(1);
    pthread_detach(thread);
  }
}

static int dial(void) {
  int own = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(connect(own, (struct sockaddr *)&address, sizeof address), "connect");
  return own;
}

static void ask(int own) {
  char bytes[64];
  must(write(own, "hello", 5), "write");
  must(read(own, bytes, sizeof bytes), "read");
}

static double ping(void) {
  int own = dial();
  double longest = 0;
  for (int round = 0; round < rounds; round++) {
    double before = now();
    ask(own);
    if (now() - before > longest) longest = now() - before;
  }
  close(own);
  return longest;
}

static void *connections(void *argument) {
  for (int round = 0; round < rounds / threads; round++) {
    int own = dial();
    ask(own);
    close(own);
  }
  return argument;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  rounds = atoi(argv[2]);
  socklen_t size = sizeof address;
  int listener = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(bind(listener, (struct sockaddr *)&address, size), "bind");
  must(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
  must(listen(listener, 1024), "listen");
  pthread_t server, clients[threads];
  if (pthread_create(&server, NULL, serve, (void *)(long)listener) != 0) return 1;
  double start = now(), longest = 0;
  if (strcmp(argv[1], "ping") == 0) {
    longest = ping();
  } else {
    for (int i = 0; i < threads; i++)
      if (pthread_create(&clients[i], NULL, connections, NULL) != 0) return 1;
    for (int i = 0; i < threads; i++) pthread_join(clients[i], NULL);
  }
  double end = now();
  fprintf(stderr, "%.3f %.1f %.3f\n", end - start, longest * 1e3, end);
  return 0;
}
