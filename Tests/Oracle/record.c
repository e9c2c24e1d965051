// Runs a command in a network namespace of its own and writes the kernel's account of it:
//   record OUT COMMAND...
// OUT gets one `struct event` after the other. Exits as the command does.
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/types.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "event.h"

static long long offset;
static FILE *out;

static int quiet(enum libbpf_print_level level, const char *format, va_list list) {
  return level == LIBBPF_WARN ? vfprintf(stderr, format, list) : 0;
}

static int take(void *context, void *data, size_t size) {
  (void)context;
  struct event event = *(struct event *)data;
  if (size != sizeof event) abort();
  event.time += offset;
  if (fwrite(&event, sizeof event, 1, out) != 1) exit(125);
  return 0;
}

static void fail(const char *what) {
  fprintf(stderr, "record: %s: %s\n", what, strerror(errno));
  exit(125);
}

static void raise_lo(void) {
  struct ifreq request = {0};
  strcpy(request.ifr_name, "lo");
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (descriptor < 0 || ioctl(descriptor, SIOCSIFFLAGS, &request)) fail("lo");
  close(descriptor);
}

int main(int count, char **words) {
  if (count < 3) return fprintf(stderr, "usage: record OUT COMMAND...\n"), 125;
  char object_path[4096];
  snprintf(object_path, sizeof object_path, "%s.bpf.o", words[0]);
  if (!(out = fopen(words[1], "w"))) fail(words[1]);
  libbpf_set_print(quiet);
  if (unshare(CLONE_NEWNET)) fail("unshare");
  raise_lo();
  struct stat space;
  if (stat("/proc/self/ns/net", &space)) fail("namespace");
  struct timespec real, boot;
  clock_gettime(CLOCK_REALTIME, &real);
  clock_gettime(CLOCK_MONOTONIC, &boot);
  offset = (real.tv_sec - boot.tv_sec) * 1000000000LL + real.tv_nsec - boot.tv_nsec;

  struct bpf_object *object = bpf_object__open_file(object_path, NULL);
  if (!object) fail(object_path);
  struct bpf_map *map, *constants = NULL;
  bpf_object__for_each_map(map, object) if (strstr(bpf_map__name(map), ".rodata")) constants = map;
  __u32 inode = space.st_ino;
  if (!constants || bpf_map__set_initial_value(constants, &inode, sizeof inode)) fail("rodata");
  if (bpf_object__load(object)) fail("load");
  struct bpf_program *program;
  bpf_object__for_each_program(program, object) if (!bpf_program__attach(program)) fail("attach");
  struct ring_buffer *ring =
      ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), take, NULL, NULL);
  if (!ring) fail("ring");

  pid_t child = fork();
  if (child == 0) {
    execvp(words[2], words + 2);
    fail(words[2]);
  }
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    ring_buffer__consume(ring);
    usleep(10000);
  }
  // Until nothing comes any more; others may never be still.
  for (int i = 0; i < 100 && ring_buffer__poll(ring, 300) > 0; i++) {
  }
  bpf_object__for_each_map(map, object) {
    __u32 key = 0;
    __u64 lost = 0;
    if (strstr(bpf_map__name(map), ".bss") && !bpf_map_lookup_elem(bpf_map__fd(map), &key, &lost) && lost)
      fprintf(stderr, "record: %llu events lost\n", lost);
  }
  if (fclose(out)) fail(words[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
