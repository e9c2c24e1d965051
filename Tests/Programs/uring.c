// Sends, receives, connects and accepts by io_uring(7), mixed with ordinary calls. Exits with 77 where
// the kernel allows no ring.
#define _GNU_SOURCE
#include "programs.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ring;
static char *submissions, *completions;
static struct io_uring_params facts;
static struct io_uring_sqe *entries;
static char room[4096];

static void make_ring(void) {
  ring = (int)syscall(SYS_io_uring_setup, 8, &facts);
  if (ring < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL)) exit(77);
  must(ring, "io_uring_setup");
  int way = MAP_SHARED | MAP_POPULATE, may = PROT_READ | PROT_WRITE;
  submissions = mmap(NULL, facts.sq_off.array + facts.sq_entries * sizeof(uint32_t), may, way, ring,
                     IORING_OFF_SQ_RING);
  completions = mmap(NULL, facts.cq_off.cqes + facts.cq_entries * sizeof(struct io_uring_cqe), may,
                     way, ring, IORING_OFF_CQ_RING);
  entries = mmap(NULL, facts.sq_entries * sizeof *entries, may, way, ring, IORING_OFF_SQES);
}

/// Puts an operation into the ring; it begins with the next `wait_for`.
static void submit(int operation, int socket, const void *bytes, size_t count, uint64_t more) {
  uint32_t *tail = (uint32_t *)(submissions + facts.sq_off.tail);
  uint32_t *array = (uint32_t *)(submissions + facts.sq_off.array);
  uint32_t index = *tail & *(uint32_t *)(submissions + facts.sq_off.ring_mask);
  struct io_uring_sqe *entry = &entries[index];
  memset(entry, 0, sizeof *entry);
  entry->opcode = (uint8_t)operation;
  entry->fd = socket;
  entry->addr = (uint64_t)(uintptr_t)bytes;
  entry->len = (uint32_t)count;
  entry->off = more;
  entry->user_data = (uint64_t)operation;
  array[index] = index;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

/// Starts `count` operations and waits for as many; gives back the result of the last.
static int wait_for(unsigned count) {
  must((int)syscall(SYS_io_uring_enter, ring, count, count, IORING_ENTER_GETEVENTS, NULL, 0),
       "io_uring_enter");
  uint32_t *head = (uint32_t *)(completions + facts.cq_off.head);
  uint32_t mask = *(uint32_t *)(completions + facts.cq_off.ring_mask);
  struct io_uring_cqe *done = (struct io_uring_cqe *)(completions + facts.cq_off.cqes);
  int result = 0, made = -1;
  for (unsigned i = 0; i < count; i++) {
    struct io_uring_cqe *one = &done[(*head + i) & mask];
    must(one->res, "operation");
    result = one->res;
    if (one->user_data == IORING_OP_ACCEPT) made = one->res;
  }
  __atomic_store_n(head, *head + count, __ATOMIC_RELEASE);
  return made >= 0 ? made : result;
}

/// Both ends by ordinary calls; each other message by the ring.
static int mixed(void) {
  int ends[2];
  make_ring();
  connected(ends);
  write_all(ends[0], "ordinary", 8);
  read_all(ends[1], room, 8);
  submit(IORING_OP_SEND, ends[0], "by the ring", 11, 0);
  wait_for(1);
  write_all(ends[0], "again", 5);
  submit(IORING_OP_RECV, ends[1], room, 6, 0);
  wait_for(1);
  read_all(ends[1], room, 10);
  write_all(ends[1], "answer", 6);
  read_all(ends[0], room, 6);
  shutdown(ends[0], SHUT_WR);
  must((int)read(ends[1], room, 1), "read");
  close(ends[1]);
  close(ends[0]);
  return 0;
}

/// The connection itself is made, used and closed by the ring, but for one write in between.
static int whole(void) {
  int port;
  int own = any_listener(&port);
  struct sockaddr_in address = loopback(port);
  make_ring();
  int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  submit(IORING_OP_ACCEPT, own, NULL, 0, 0);
  submit(IORING_OP_CONNECT, client, &address, 0, sizeof address);
  int server = wait_for(2);
  submit(IORING_OP_SEND, client, "by the ring", 11, 0);
  submit(IORING_OP_RECV, server, room, sizeof room, 0);
  wait_for(2);
  write_all(client, "ordinary", 8);
  read_all(server, room, 8);
  submit(IORING_OP_CLOSE, client, NULL, 0, 0);
  wait_for(1);
  submit(IORING_OP_RECV, server, room, sizeof room, 0);
  wait_for(1);
  close(server);
  close(own);
  return 0;
}

int uring(int argc, char **argv) {
  return argc > 1 && strcmp(argv[1], "whole") == 0 ? whole() : mixed();
}
