// What the programs in the kernel hand to the recorder, and the recorder to compare.py.
#define EVENT_PACKET 1
#define EVENT_STATE 2
#define EVENT_WAKE 3  // of a thread, by the packet that came in

struct segment {
  __u32 length;
  __u8 bytes[64];
};

struct event {
  __u64 time;  // CLOCK_MONOTONIC; the recorder makes it CLOCK_REALTIME
  __u64 socket;
  __u32 type, process, thread, length;
  __s64 call;  // number of the running system call, negative when there is none
  __s32 before, after;
  __u16 family, local_port, peer_port, depth;
  __u8 bytes[128];  // from the network header on; of a state: two addresses of 16 bytes
  // Of a packet: what its socket took in last that wanted an answer, and what it took in last.
  struct segment wanting, current;
  __u64 stack[48];
};
