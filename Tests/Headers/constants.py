#!/usr/bin/env python3
"""Names and numbers of the socket calls, from the C headers of this machine.

    constants.py            the groups, `GROUP NAME NUMBER` a line, as the compiler has them
    constants.py --write    writes HeaderNames, HeaderNumbers and ErrorSentences in Sources/Calls anew

Nowhere else does a source write down a number of these headers: HeaderNames has the names of numbers that
programs give, HeaderNumbers those that the code itself asks for.

The preprocessor lists the macros of each group's headers, and a small program that the compiler makes
prints what they stand for. What older headers do not have yet stands in `LATER`, by the headers of later
kernels: it is compared as soon as the machine's headers know it.
"""

import ctypes
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CALLS = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Calls"
MADE = "// Made by Tests/Headers/constants.py; not to be edited by hand."

SOCKET = ["sys/socket.h", "netinet/in.h"]

# Group: what it is, its headers, which macros are in it, which of these are not, names that come first
# where several have one number.
GROUPS = {
    "families": (
        "Address families, for socket(2); strace of old calls them PF_.", SOCKET,
        r"[AP]F_\w+", r"\wF_MAX", "AF_UNIX AF_NETLINK"),
    "types": (
        "Types of sockets.", SOCKET, r"SOCK_\w+", r"SOCK_(NONBLOCK|CLOEXEC)", ""),
    "socketFlags": (
        "Flags beside the type of a socket.", SOCKET, r"SOCK_(NONBLOCK|CLOEXEC)", "", "SOCK_NONBLOCK"),
    "protocols": (
        "Protocols of the Internet families.", SOCKET, r"IPPROTO_\w+", r"IPPROTO_MAX", "IPPROTO_IP"),
    "levels": (
        "Levels of socket options.", SOCKET + ["netinet/tcp.h", "netinet/udp.h"], r"SOL_\w+", "",
        "SOL_IP SOL_TCP SOL_UDP SOL_IPV6"),
    "socketOptions": (
        "Options of SOL_SOCKET (socket(7)).", SOCKET, r"SO_\w+", r"SO_(EE|VM)_\w+",
        "SO_ATTACH_FILTER SO_DETACH_FILTER SO_RCVTIMEO SO_SNDTIMEO SO_TIMESTAMP SO_TIMESTAMPNS "
        "SO_TIMESTAMPING"),
    "ipOptions": (
        "Options of SOL_IP (ip(7)).", SOCKET + ["linux/in.h", "linux/netfilter_ipv4.h"],
        r"(IP|MCAST)_\w+|SO_ORIGINAL_DST",
        r"IP_(PMTUDISC_\w+|DEFAULT_\w+|MAX_MEMBERSHIPS)|MCAST_(INCLUDE|EXCLUDE)",
        "IP_RETOPTS IP_RECVORIGDSTADDR IP_MTU_DISCOVER"),
    "ipv6Options": (
        "Options of SOL_IPV6 (ipv6(7)).", SOCKET + ["linux/in6.h", "linux/netfilter_ipv6/ip6_tables.h"],
        r"(IPV6|MCAST)_\w+|IP6T_SO_ORIGINAL_DST",
        r"IPV6_(PMTUDISC_\w+|FL_\w+|FLOWINFO_\w+|PRIORITY_\w+|TLV_\w+|PREFER_SRC_\w+|SRCRT_\w+|"
        r"RTHDR_\w+|RXHOPOPTS|RXDSTOPTS)|MCAST_(INCLUDE|EXCLUDE)",
        "IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_RECVORIGDSTADDR"),
    "tcpOptions": (
        "Options of SOL_TCP (tcp(7)).", ["linux/tcp.h"], r"TCP_\w+",
        r"TCP_(FLAG|MSS|MD5SIG|CA|AO|RECEIVE_ZEROCOPY_FLAG)_\w+|TCP_REPAIR_(ON|OFF|OFF_NO_WP)|"
        r"TCP_DATA_OFFSET", "TCP_INQ"),
    "udpOptions": (
        "Options of SOL_UDP (udp(7)).", ["linux/udp.h"], r"UDP_\w+", r"UDP_ENCAP_\w+", ""),
    "packetOptions": (
        "Options of SOL_PACKET (packet(7)).", ["linux/if_packet.h"], r"PACKET_\w+",
        r"PACKET_(FANOUT_\w+|MR_\w+|HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|"
        r"FASTROUTE)", ""),
    "netlinkOptions": (
        "Options of SOL_NETLINK (netlink(7)).", SOCKET + ["linux/netlink.h"],
        r"NETLINK_((ADD|DROP)_MEMBERSHIP|PKTINFO|BROADCAST_ERROR|NO_ENOBUFS|[RT]X_RING|LISTEN_ALL_NSID|"
        r"LIST_MEMBERSHIPS|CAP_ACK|EXT_ACK|GET_STRICT_CHK)", "", ""),
    "messageFlags": (
        "Flags of send(2) and recv(2).", SOCKET, r"MSG_\w+", "", "MSG_DONTROUTE"),
    "spliceFlags": ("Flags of splice(2) and tee(2).", ["fcntl.h"], r"SPLICE_F_\w+", "", ""),
    "openFlags": ("Flags of dup3(2).", ["fcntl.h"], r"O_(CLOEXEC|NONBLOCK)", "", ""),
    "descriptorFlags": ("Flags of descriptors, for fcntl(2).", ["fcntl.h"], r"FD_CLOEXEC", "", ""),
    "rangeFlags": ("Flags of close_range(2).", ["linux/close_range.h"], r"CLOSE_RANGE_\w+", "", ""),
    "vectorFlags": ("Flags of preadv2(2) and pwritev2(2).", ["sys/uio.h"], r"RWF_\w+", "", ""),
    "shutdowns": ("How shutdown(2) shuts.", SOCKET, r"SHUT_\w+", "", ""),
    "commands": (
        "Commands of fcntl(2).", ["fcntl.h"],
        r"F_(DUPFD|DUPFD_CLOEXEC|[GS]ETFD|[GS]ETFL|[GS]ETLK|SETLKW|OFD_\w+|[GS]ETOWN|[GS]ETSIG|"
        r"[GS]ETOWN_EX|[GS]ETLEASE|NOTIFY|[GS]ETPIPE_SZ|ADD_SEALS|GET_SEALS)", "", ""),
    "requests": (
        "Requests of ioctl(2) that sockets take.", ["sys/ioctl.h", "linux/sockios.h"],
        r"FIO\w+|SIOC\w+|TIOC(OUTQ|INQ)", r"SIOC(PROTO|DEV)PRIVATE|FIOQSIZE",
        "FIONREAD FIONBIO FIOASYNC TIOCOUTQ SIOCATMARK"),
    "epollOperations": ("What epoll_ctl(2) does.", ["sys/epoll.h"], r"EPOLL_CTL_\w+", "", ""),
    "errors": ("Errors (errno(3)).", ["errno.h"], r"E[A-Z0-9]+", r"EOF", "EAGAIN EDEADLK EOPNOTSUPP"),
    "signals": (
        "Signals (signal(7)).", ["signal.h"], r"SIG[A-Z0-9]+", r"SIG(STKSZ|RTMIN|RTMAX|UNUSED)",
        "SIGABRT SIGCHLD SIGIO"),
}

# Of later headers, or of the kernel alone (SOL_ of protocols: include/linux/socket.h).
LATER = {
    "families": "AF_SMC 43 AF_XDP 44 AF_MCTP 45",
    "levels": "SOL_SCTP 132 SOL_UDPLITE 136 SOL_MPTCP 284 SOL_MCTP 285 SOL_SMC 286 SOL_VSOCK 287",
    "protocols": "IPPROTO_L2TP 115 IPPROTO_SMC 256",
    "socketOptions": "SO_PASSPIDFD 76 SO_PEERPIDFD 77 SO_DEVMEM_LINEAR 78 SO_DEVMEM_DMABUF 79 "
    "SO_DEVMEM_DONTNEED 80 SO_RCVPRIORITY 82 SO_PASSRIGHTS 83 SO_INQ 84",
    "ipOptions": "IP_LOCAL_PORT_RANGE 51 IP_PROTOCOL 52",
    "tcpOptions": "TCP_AO_ADD_KEY 38 TCP_AO_DEL_KEY 39 TCP_AO_INFO 40 TCP_AO_GET_KEYS 41 TCP_AO_REPAIR 42 "
    "TCP_IS_MPTCP 43 TCP_RTO_MAX_MS 44",
    "messageFlags": "MSG_SOCK_DEVMEM 0x2000000",
    "vectorFlags": "RWF_NOAPPEND 0x20 RWF_ATOMIC 0x40 RWF_DONTCACHE 0x80",
    "commands": "F_DUPFD_QUERY 1027",
}

# Levels without a header for programs, as their manual pages and the kernel's own headers number them.
FIXED = {
    "rawOptions": ("Options of SOL_RAW (raw(7)).", "ICMP_FILTER 1"),
    "icmp6Options": ("Options of SOL_ICMPV6.", "ICMPV6_FILTER 1"),
    "udpliteOptions": (
        "Options of SOL_UDPLITE (udplite(7)).", "UDPLITE_SEND_CSCOV 10 UDPLITE_RECV_CSCOV 11"),
    "mptcpOptions": (
        "Options of SOL_MPTCP.",
        "MPTCP_INFO 1 MPTCP_TCPINFO 2 MPTCP_SUBFLOW_ADDRS 3 MPTCP_FULL_INFO 4"),
    "restarts": (
        "By what the kernel begins calls again (include/linux/errno.h); no program sees them.",
        "ERESTARTSYS 512 ERESTARTNOINTR 513 ERESTARTNOHAND 514 ERESTART_RESTARTBLOCK 516"),
    "tlsOptions": ("Options of SOL_TLS.", "TLS_TX 1 TLS_RX 2 TLS_TX_ZEROCOPY_RO 3 TLS_RX_EXPECT_NO_PAD 4"),
}

# Which options belong to which level.
LEVELS = {
    0: "ipOptions", 1: "socketOptions", 6: "tcpOptions", 17: "udpOptions", 41: "ipv6Options",
    58: "icmp6Options", 136: "udpliteOptions", 255: "rawOptions", 263: "packetOptions",
    270: "netlinkOptions", 282: "tlsOptions", 284: "mptcpOptions",
}

# Numbers that the code itself asks for: a type, what it is, its names in Swift and in C.
NUMBERS = [
    ("MessageFlag", "Flags of send(2) and recv(2)",
     "outOfBand MSG_OOB peek MSG_PEEK truncate MSG_TRUNC waitForAll MSG_WAITALL errorQueue MSG_ERRQUEUE "
     "more MSG_MORE waitForOne MSG_WAITFORONE fastOpen MSG_FASTOPEN closeOnExec MSG_CMSG_CLOEXEC"),
    ("SpliceFlag", "Flags of splice(2)", "more SPLICE_F_MORE"),
    ("SocketFlag", "Flags beside the type of a socket", "nonblocking SOCK_NONBLOCK closeOnExec SOCK_CLOEXEC"),
    ("RangeFlag", "Flags of close_range(2)", "unshare CLOSE_RANGE_UNSHARE onlyMark CLOSE_RANGE_CLOEXEC"),
    ("DescriptorCommand", "Commands of fcntl(2)",
     "duplicate F_DUPFD setFlags F_SETFD duplicateAndMark F_DUPFD_CLOEXEC"),
    ("AddressFamily", "Address families",
     "unspecified AF_UNSPEC local AF_UNIX internet4 AF_INET internet6 AF_INET6"),
]

# Errors that the code asks for.
ERRORS = (
    "interrupted EINTR badDescriptor EBADF tryAgain EAGAIN outOfMemory ENOMEM accessDenied EACCES "
    "badAddress EFAULT invalidArgument EINVAL brokenPipe EPIPE protocolError EPROTO tooLong EMSGSIZE "
    "noSuchOption ENOPROTOOPT addressInUse EADDRINUSE networkUnreachable ENETUNREACH reset ECONNRESET "
    "noBuffers ENOBUFS isConnected EISCONN timedOut ETIMEDOUT refused ECONNREFUSED "
    "hostUnreachable EHOSTUNREACH alreadyUnderWay EALREADY inProgress EINPROGRESS")

# Options of sockets that the code asks for, with their levels.
OPTIONS = [
    ("SOL_SOCKET", "error SO_ERROR keepAlive SO_KEEPALIVE urgentInline SO_OOBINLINE linger SO_LINGER "
     "lowWater SO_RCVLOWAT pacingRate SO_MAX_PACING_RATE"),
    ("SOL_TCP", "noDelay TCP_NODELAY cork TCP_CORK deferAccept TCP_DEFER_ACCEPT repair TCP_REPAIR "
     "fastOpenConnect TCP_FASTOPEN_CONNECT"),
    ("SOL_UDP", "datagramCork UDP_CORK datagramSegment UDP_SEGMENT"),
]


def compiler(arguments, text):
    """What the C compiler makes of a text."""
    command = [os.environ.get("CC", "cc"), "-x", "c", *arguments, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def source(headers):
    lines = ["#define _GNU_SOURCE", "#include <stdio.h>"]
    return "\n".join(lines + [f"#include <{name}>" for name in headers]) + "\n"


def group(name):
    """The names and numbers of one group."""
    _, headers, wanted, unwanted, _ = GROUPS[name]
    head = source(headers)
    macros = set()
    for line in compiler(["-E", "-dM"], head).splitlines():
        match = re.match(r"#define (\w+)(\(?)", line)
        macro = match.group(1)
        # A guard of a header stands for nothing.
        isEmpty = len(line.split()) < 3
        if not match.group(2) and not isEmpty and re.fullmatch(wanted, macro) and not (
                unwanted and re.fullmatch(unwanted, macro)):
            macros.add(macro)
    # In enumerations the compiler has names that the preprocessor does not know.
    enumerated = re.findall(r"\b(\w+)\s*=\s*[^,}]+", compiler(["-E", "-P"], head))
    for word in enumerated:
        if re.fullmatch(wanted, word) and not (unwanted and re.fullmatch(unwanted, word)):
            macros.add(word)
    prints = "".join(f'printf("{macro} %ld\\n", (long)({macro}));\n' for macro in sorted(macros))
    with tempfile.TemporaryDirectory() as folder:
        program = folder + "/constants"
        compiler(["-o", program], head + "int main(void) {\n" + prints + "return 0; }\n")
        text = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return {line.split()[0]: int(line.split()[1]) & 0xFFFF_FFFF for line in text.splitlines()}


def pairs(text):
    words = text.split()
    return dict(zip(words[::2], (int(word, 0) for word in words[1::2])))


def ordered(name, numbers):
    """Names by their numbers; of several for one number, the usual one first."""
    first = GROUPS[name][4].split() if name in GROUPS else []
    def key(item):
        macro, number = item
        # PF_ and _OLD are other words for what has a name.
        isOther = macro.startswith("PF_") or macro.endswith("_OLD")
        return number, macro not in first, isOther, macro
    return sorted(numbers.items(), key=key)


def kernel():
    """The kernel that the headers are of, such as 6.1."""
    text = compiler(["-E", "-P"], "#include <linux/version.h>\nLINUX_VERSION_CODE\n").split()[-1]
    return f"{int(text) >> 16}.{int(text) >> 8 & 0xFF}"


def every():
    """The groups with what they hold, later names too."""
    groups = {name: pairs(LATER.get(name, "")) | group(name) for name in GROUPS}
    return groups | {name: pairs(FIXED[name][1]) for name in FIXED}


def names(groups):
    lines = [
        MADE, "",
        "/// The names that C's headers have for the numbers of socket calls, the same on x86 and ARM.",
        "public enum HeaderNames {",
        "  /// The kernel that the headers are of.",
        f'  public static let kernel = "{kernel()}"', "",
    ]
    everything = [(name, GROUPS[name][0]) for name in GROUPS] + [
        (name, FIXED[name][0]) for name in FIXED]
    for name, comment in everything:
        numbers = groups[name]
        isBits = name.endswith("Flags")
        words = [f"{macro}={hex(number) if isBits else number}"
                 for macro, number in ordered(name, numbers)]
        lines += [f"  /// {comment}", f"  public static let {name} = NamedNumbers(", '    """']
        line = "   "
        for word in words:
            if len(line) + 1 + len(word) > 100:
                lines.append(line)
                line = "   "
            line += " " + word
        lines += [line, '    """)', ""]
    lines += ["  /// The options of each level.", "  public static let options: [Int32: NamedNumbers] = ["]
    lines += [f"    {level}: {name}," for level, name in sorted(LEVELS.items())]
    lines += ["  ]", "", "  /// All groups, by their names.", "  static let groups: [String: NamedNumbers] = ["]
    lines += [f'    "{name}": {name},' for name, _ in everything]
    lines += ["  ]", "}"]
    return "\n".join(lines) + "\n"


def numbers(groups):
    """The numbers that the code asks for, as constants."""
    known = {}
    for name in sorted(groups):
        known |= groups[name]
    lines = [MADE, ""]
    for kind, comment, text in NUMBERS:
        lines += [f"/// {comment}.", f"public enum {kind} {{"]
        words = text.split()
        for swift, macro in zip(words[::2], words[1::2]):
            number = hex(known[macro]) if "Flag" in kind else known[macro]
            lines += [f"  /// {macro}.", f"  public static let {swift}: Int32 = {number}"]
        lines += ["}", ""]
    lines += ["extension Errno {"]
    words = ERRORS.split()
    for swift, macro in zip(words[::2], words[1::2]):
        lines += [f"  /// {macro}.", f"  public static let {swift} = Errno({known[macro]})"]
    lines += ["}", "", "extension SocketOption {"]
    for level, text in OPTIONS:
        words = text.split()
        for swift, macro in zip(words[::2], words[1::2]):
            option = f"SocketOption(level: {known[level]}, name: {known[macro]})"
            lines += [f"  /// {macro} of {level}.", f"  public static let {swift} = {option}"]
    lines += ["}"]
    return "\n".join(lines) + "\n"


def sentences(groups):
    """What strerror(3) says of each error."""
    library = ctypes.CDLL(None)
    library.strerror.restype = ctypes.c_char_p
    lines = [
        MADE, "", "extension HeaderNames {",
        "  /// What strerror(3) of the GNU C library says of errors: number and sentence a line.",
        "  static let sentences =", '    """']
    for number in sorted(set(groups["errors"].values())):
        lines.append(f"    {number} {library.strerror(number).decode()}")
    return "\n".join(lines + ['    """', "}"]) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        everything = every()
        (CALLS / "HeaderNames.swift").write_text(names(everything))
        (CALLS / "HeaderNumbers.swift").write_text(numbers(everything))
        (CALLS / "ErrorSentences.swift").write_text(sentences(everything))
    else:
        print("kernel", "-", kernel())
        for name in GROUPS:
            for macro, number in ordered(name, group(name)):
                print(name, macro, number)
