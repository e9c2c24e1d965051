/// The calls of Linux, from their manual pages (section 2) and the kernel's unistd.h.
extension SystemCallTable {
  /// What sockline records.
  public static let linux = SystemCallTable([
    // Name, numbers on x86-64 and arm64, arguments, what it does, what it gives, what it sleeps for,
    // when the recorder stops at it.
    SystemCallRow(
      "socket", 41, 198, .socket, .opens, .descriptor, .never, .among(argument: 0, 2, 10),
      isBrief: true),  // AF_INET, AF_INET6
    SystemCallRow("bind", 49, 200, .address, .binds, .number, .never, .always, isBrief: true),
    SystemCallRow("listen", 50, 201, .backlog, .listens, .number, .never, .always, isBrief: true),
    SystemCallRow(
      "accept", 43, 202, .peer, .accepts, .descriptor, .forPackets, .always, family: "accept"),
    SystemCallRow(
      "accept4", 288, 242, .peerAndFlags, .accepts, .descriptor, .forPackets, .always,
      family: "accept"),
    SystemCallRow("connect", 42, 203, .address, .connects, .number, .forPackets, .always),
    SystemCallRow("shutdown", 48, 210, .how, .shuts, .number, .never, .always),
    SystemCallRow("close", 3, 57, .descriptor, .closes, .number, .forEnd, .always, isBrief: true),

    SystemCallRow("read", 0, 63, .buffer, .reads, .bytes, .forPackets, .always),
    SystemCallRow("write", 1, 64, .buffer, .writes, .bytes, .forRoom, .always, isBrief: true),
    SystemCallRow("readv", 19, 65, .vectors, .reads, .bytes, .forPackets, .always),
    SystemCallRow("writev", 20, 66, .vectors, .writes, .bytes, .forRoom, .always),
    SystemCallRow("preadv2", 327, 286, .vectorsAndPosition, .reads, .bytes, .forPackets, .always),
    SystemCallRow("pwritev2", 328, 287, .vectorsAndPosition, .writes, .bytes, .forRoom, .always),
    // On 64-bit machines the C library turns these into sendto() and recvfrom().
    SystemCallRow(
      "send", nil, nil, .bufferAndFlags, .writes, .bytes, .forRoom, .never, family: "send",
      isBrief: true),
    SystemCallRow(
      "recv", nil, nil, .bufferAndFlags, .reads, .bytes, .forPackets, .never, family: "recv"),
    SystemCallRow(
      "sendto", 44, 206, .bufferAndAddress, .writes, .bytes, .forRoom, .always, family: "send",
      isBrief: true),
    SystemCallRow(
      "recvfrom", 45, 207, .bufferAndAddress, .reads, .bytes, .forPackets, .always,
      family: "recv"),
    SystemCallRow("sendmsg", 46, 211, .message, .writes, .bytes, .forRoom, .always, isBrief: true),
    SystemCallRow("recvmsg", 47, 212, .message, .reads, .bytes, .forPackets, .always),
    SystemCallRow("sendmmsg", 307, 269, .messages, .writes, .messages, .forRoom, .always),
    SystemCallRow("recvmmsg", 299, 243, .messages, .reads, .messages, .forPackets, .always),
    SystemCallRow("sendfile", 40, 71, .sendfile, .writes, .bytes, .forRoom, .always),
    SystemCallRow("splice", 275, 76, .splice, .writes, .bytes, .forRoom, .always),
    SystemCallRow("tee", 276, 77, .tee, .other, .bytes, .never, .never),

    SystemCallRow("dup", 32, 23, .descriptor, .duplicates, .descriptor, .never, .always),
    SystemCallRow("dup2", 33, nil, .pair, .replaces, .descriptor, .never, .always),
    SystemCallRow("dup3", 292, 24, .pairAndFlags, .replaces, .descriptor, .never, .always),
    SystemCallRow(
      "fcntl", 72, 25, .command, .duplicates, .number, .never,
      .among(argument: 1, 0, 1030)),  // F_DUPFD, F_DUPFD_CLOEXEC
    SystemCallRow("close_range", 436, 436, .range, .closesRange, .number, .never, .always),
    SystemCallRow("setsockopt", 54, 208, .option, .sets, .number, .never, .always, isBrief: true),
    SystemCallRow("getsockopt", 55, 209, .option, .asks, .number, .never, .always),
    SystemCallRow("getsockname", 51, 204, .peer, .names, .number, .never, .always),
    SystemCallRow("getpeername", 52, 205, .peer, .names, .number, .never, .always),
    SystemCallRow("socketpair", 53, 199, .socket, .other, .number, .never, .never),
    SystemCallRow("ioctl", 16, 29, .request, .other, .number, .never, .never),

    // Of those that do not wait at all, some are skipped.
    SystemCallRow(
      "poll", 7, nil, .poll, .polls, .number, .forPackets, .unless(argument: 2, 0),
      family: "poll"),
    SystemCallRow(
      "ppoll", 271, 73, .pollTimespec, .polls, .number, .forPackets, .always, family: "poll"),
    SystemCallRow(
      "select", 23, nil, .select, .polls, .number, .forPackets, .always, family: "select"),
    SystemCallRow(
      "pselect6", 270, 72, .selectTimespec, .polls, .number, .forPackets, .always,
      family: "select"),
    SystemCallRow("epoll_create1", 291, 20, .none, .other, .descriptor, .never, .never),
    SystemCallRow("epoll_ctl", 233, 21, .epollControl, .watches, .number, .never, .always),
    SystemCallRow(
      "epoll_wait", 232, nil, .epoll, .polls, .number, .forPackets, .unless(argument: 3, 0),
      family: "epoll_wait"),
    SystemCallRow(
      "epoll_pwait", 281, 22, .epoll, .polls, .number, .forPackets, .unless(argument: 3, 0),
      family: "epoll_wait"),
    SystemCallRow(
      "epoll_pwait2", 441, 441, .epollTimespec, .polls, .number, .forPackets, .always,
      family: "epoll_wait"),

    SystemCallRow("execve", 59, 221, .program, .executes, .number, .never, .always),
    SystemCallRow("execveat", 322, 281, .program, .executes, .number, .never, .always),
    SystemCallRow("io_uring_setup", 425, 425, .none, .rings, .descriptor, .never, .always),
    SystemCallRow("io_uring_enter", 426, 426, .none, .rings, .number, .never, .always),
    SystemCallRow("unshare", 272, 97, .none, .parts, .number, .never, .always),
    SystemCallRow("pidfd_getfd", 438, 438, .none, .fetches, .descriptor, .never, .always),
    SystemCallRow(
      "clone", 56, 220, .none, .clones, .number, .never,
      .withBits(argument: 0, 0x80_0000)),  // CLONE_UNTRACED; for clone3() it is in memory
    SystemCallRow("clone3", 435, 435, .none, .clones, .number, .never, .always),
    SystemCallRow(
      "prctl", 157, 167, .none, .filters, .number, .never,
      .among(argument: 0, 22, 22)),  // PR_SET_SECCOMP
    SystemCallRow(
      "seccomp", 317, 277, .none, .filters, .number, .never,
      .among(argument: 0, 0, 1)),  // SECCOMP_SET_MODE_STRICT, SECCOMP_SET_MODE_FILTER
  ])
}
