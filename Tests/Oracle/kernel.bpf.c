// The kernel's own account of what leaves on `lo` of one network namespace: header, context, stack;
// and the states of its sockets. Only the fields that are used are declared; CO-RE finds them.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "event.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct ns_common { unsigned int inum; };
struct net { struct ns_common ns; };
typedef struct { struct net *net; } possible_net_t;
struct net_device { possible_net_t nd_net; };
struct in6_addr { union { __u8 u6_addr8[16]; } in6_u; };
struct sock_common {
  __u32 skc_daddr;
  __u32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
};
struct sock { struct sock_common __sk_common; __u16 sk_protocol; };
struct sk_buff {
  unsigned char *head;
  unsigned char *data;
  unsigned int len;
  __u16 network_header;
  __u16 transport_header;
  struct sock *sk;
  struct net_device *dev;
};
struct task_struct { int pid, tgid; };
struct pt_regs { unsigned long orig_ax; };
#pragma clang attribute pop

char LICENSE[] SEC("license") = "GPL";

const volatile __u32 namespace_inode = 0;

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 256 << 20); } events SEC(".maps");
__u64 lost = 0;

// The packet that a processor has taken in and now works on.
struct received { __u32 length; __u8 bytes[128]; };
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct received);
} receiving SEC(".maps");

static __always_inline struct received *current_packet(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&receiving, &zero);
}

// The segment that a socket took in last which wanted an answer, and the one that it works on now.
struct taken { struct segment wanting, current; };
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, __u64);
  __type(value, struct taken);
} takings SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct taken);
} blank SEC(".maps");

static __always_inline struct event *reserve(void) {
  struct event *event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
  if (!event) { __sync_fetch_and_add(&lost, 1); return 0; }
  event->time = bpf_ktime_get_ns();
  __u64 task = bpf_get_current_pid_tgid();
  event->process = task >> 32;
  event->thread = task;
  struct pt_regs *registers = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
  event->call = BPF_CORE_READ(registers, orig_ax);
  event->depth = 0;
  return event;
}

// Not net_dev_queue: `lo` cuts what TCP hands over to 64 KiB first.
SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(sent, struct sk_buff *packet, struct net_device *device) {
  if (BPF_CORE_READ(device, nd_net.net, ns.inum) != namespace_inode) return 0;
  struct event *event = reserve();
  if (!event) return 0;
  event->type = EVENT_PACKET;
  event->socket = (__u64)BPF_CORE_READ(packet, sk);
  unsigned char *head = BPF_CORE_READ(packet, head);
  __u32 start = BPF_CORE_READ(packet, data) - head;
  __u16 network = BPF_CORE_READ(packet, network_header);
  event->length = BPF_CORE_READ(packet, len) - (network - start);
  bpf_probe_read_kernel(event->bytes, sizeof event->bytes, head + network);
  __builtin_memset(&event->wanting, 0, sizeof event->wanting + sizeof event->current);
  struct taken *taken = bpf_map_lookup_elem(&takings, &event->socket);
  if (taken) {
    event->wanting = taken->wanting;
    event->current = taken->current;
  }
  long size = bpf_get_stack(ctx, event->stack, sizeof event->stack, 0);
  event->depth = size > 0 ? size / 8 : 0;
  bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state, struct sock *socket, int before, int after) {
  if (BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum) != namespace_inode) return 0;
  struct event *event = reserve();
  if (!event) return 0;
  event->type = EVENT_STATE;
  event->socket = (__u64)socket;
  event->before = before;
  event->after = after;
  event->family = BPF_CORE_READ(socket, __sk_common.skc_family);
  event->local_port = BPF_CORE_READ(socket, __sk_common.skc_num);
  event->peer_port = bpf_ntohs(BPF_CORE_READ(socket, __sk_common.skc_dport));
  __builtin_memset(event->bytes, 0, 32);
  if (event->family == 2) {
    __u32 local = BPF_CORE_READ(socket, __sk_common.skc_rcv_saddr);
    __u32 peer = BPF_CORE_READ(socket, __sk_common.skc_daddr);
    __builtin_memcpy(event->bytes, &local, 4);
    __builtin_memcpy(event->bytes + 16, &peer, 4);
  } else {
    bpf_core_read(event->bytes, 16, &socket->__sk_common.skc_v6_rcv_saddr);
    bpf_core_read(event->bytes + 16, 16, &socket->__sk_common.skc_v6_daddr);
  }
  bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(received, struct sk_buff *packet) {
  struct received *received = current_packet();
  if (!received) return 0;
  received->length = 0;
  if (BPF_CORE_READ(packet, dev, nd_net.net, ns.inum) != namespace_inode) return 0;
  unsigned char *head = BPF_CORE_READ(packet, head);
  __u32 start = BPF_CORE_READ(packet, data) - head;
  __u16 network = BPF_CORE_READ(packet, network_header);
  received->length = BPF_CORE_READ(packet, len) - (network - start);
  bpf_probe_read_kernel(received->bytes, sizeof received->bytes, head + network);
  return 0;
}

// From the softirq and from a socket's backlog alike, while the connection is ESTABLISHED.
SEC("tp_btf/tcp_probe")
int BPF_PROG(taking, struct sock *socket, struct sk_buff *packet) {
  __u64 key = (__u64)socket;
  struct taken *taken = bpf_map_lookup_elem(&takings, &key);
  if (!taken) {
    __u32 zero = 0;
    struct taken *empty = bpf_map_lookup_elem(&blank, &zero);
    if (!empty || bpf_map_update_elem(&takings, &key, empty, BPF_ANY)) return 0;
    if (!(taken = bpf_map_lookup_elem(&takings, &key))) return 0;
  }
  unsigned char *head = BPF_CORE_READ(packet, head);
  __u32 start = BPF_CORE_READ(packet, data) - head;
  __u16 network = BPF_CORE_READ(packet, network_header);
  taken->current.length = BPF_CORE_READ(packet, len) + (start - network);
  bpf_probe_read_kernel(taken->current.bytes, sizeof taken->current.bytes, head + network);
  __u32 headers = 20 + (taken->current.bytes[32] >> 4) * 4;
  if (taken->current.length > headers || taken->current.bytes[33] & 3) taken->wanting = taken->current;
  return 0;
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(left, unsigned int vector) {
  struct received *received = current_packet();
  if (received && vector == 3) received->length = 0;  // NET_RX_SOFTIRQ
  return 0;
}

SEC("tp_btf/sched_waking")
int BPF_PROG(woken, struct task_struct *task) {
  struct received *received = current_packet();
  if (!received || received->length == 0) return 0;
  struct event *event = reserve();
  if (!event) return 0;
  event->type = EVENT_WAKE;
  event->process = BPF_CORE_READ(task, tgid);
  event->thread = BPF_CORE_READ(task, pid);
  event->length = received->length;
  __builtin_memcpy(event->bytes, received->bytes, sizeof event->bytes);
  bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
  return 0;
}
