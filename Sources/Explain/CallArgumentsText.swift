import Calls
import Timeline

extension CallText {
  /// The arguments of the call in their order, as many as the detail allows.
  func arguments(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let own = Argument.text(descriptor(asked.descriptor, detail))
    switch record.call {
    case .socket, .socketpair: return socket(detail)
    case .bind, .connect:
      let end = Argument.text(address(asked.address, detail))
      return detail == .least ? [end] : [own, end]
    case .listen: return [own, .text("\(asked.backlog ?? 0)")]
    case .accept: return isC && detail == .full ? [own, .text("NULL"), .text("NULL")] : [own]
    case .accept4:
      return [own] + flags(asked.flags, CallNames.socketFlags, detail)
    case .shutdown: return [own, .text(asked.flags.map { CallNames.how($0) } ?? "?")]
    case .write, .writev, .pwritev2, .send, .sendto, .sendmsg, .sendmmsg: return sending(detail)
    case .read, .readv, .preadv2, .recv, .recvfrom, .recvmsg, .recvmmsg: return receiving(detail)
    case .sendfile, .splice, .tee:
      let other = Argument.text(descriptor(asked.other, detail))
      return [own, other, .text("\(asked.count ?? 0)")]
        + (record.call == .sendfile ? [] : flags(asked.flags, CallNames.spliceFlags, detail))
    case .close, .dup: return [own]
    case .getsockname, .getpeername: return [own] + elided
    case .dup2, .closeRange: return [own, .text(descriptor(asked.other, detail))]
    case .dup3:
      return [own, .text(descriptor(asked.other, detail))]
        + flags(asked.flags, CallNames.openFlags, detail)
    case .fcntl: return [own, .text(asked.flags.map { CallNames.command($0) } ?? "?")]
    case .ioctl: return [own] + (asked.flags.map { [.text(CallNames.request($0))] } ?? [])
    case .setsockopt, .getsockopt: return option(detail)
    case .poll, .ppoll, .select, .pselect6: return waiting(detail)
    case .epollWait, .epollPwait, .epollPwait2: return [own] + elided + timeout(detail)
    case .epollCtl: return [own] + elided + [.text(descriptor(asked.other, detail))] + elided
    case .epollCreate1, .ioUringSetup, .ioUringEnter, .unshare, .pidfdGetfd, .clone,
      .clone3, .prctl, .seccomp:
      return []
    case .execve, .execveat: return elided
    }
  }

  private func socket(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let family = asked.family ?? 0
    let type = asked.type ?? 0
    let proto = asked.proto ?? 0
    if isC {
      if detail == .least { return [.text(CallNames.type(type & 0xF))] }
      let words = [CallNames.family(family), CallNames.type(type), CallNames.proto(proto)]
      return detail <= .brief ? words.map { .text($0) } : words.prefix(2).map { .text($0) }
    }
    if detail == .least, record.call == .socketpair { return [] }
    let name =
      switch (family, type & 0xF) {
      case (2, 1), (10, 1): CallNames.stream(proto)
      case (2, 2), (10, 2): CallNames.datagram(proto)
      case (2, 3), (10, 3): "raw"
      case (1, _): "Unix"
      default: CallNames.family(family)
      }
    let version: [Argument] = family == 10 && detail == .full ? [.text("IPv6")] : []
    let isNonblocking = type & 0o4000 != 0 && detail <= .brief
    return [.text(name)] + version + (isNonblocking ? [.text("nonblocking")] : [])
  }

  private func sending(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let own = Argument.text(descriptor(asked.descriptor, detail))
    let size = asked.count ?? asked.payload.count
    let hasPayload = !asked.payload.isEmpty
    let end = asked.address ?? asked.addresses.compactMap({ $0 }).first
    if detail == .least {
      return [.text(end.map { address($0, detail) } ?? (isC ? "\(size)" : "\(size) bytes"))]
    }
    var arguments = [own, .text(isC ? "\(size)" : "\(size) bytes")]
    if hasPayload {
      arguments[1] = isVector ? .payload("[{", ", \(size)}]") : .payload("", "")
      if isC, !isVector { arguments.append(.text("\(size)")) }
    }
    if asked.messageLengths.count > 1 { arguments.append(.text("\(asked.messageLengths.count)x")) }
    arguments += flags(asked.flags, CallNames.messageFlags, detail)
    if let end {
      arguments.append(.text(address(end, detail)))
    }
    return arguments
  }

  private func receiving(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let own = Argument.text(descriptor(asked.descriptor, detail))
    if detail == .least { return [own] }
    let size = "\(asked.count ?? 0)"
    let named = flags(asked.flags, CallNames.messageFlags, detail)
    guard isC else { return [own, .text(size)] + named }
    let isFilled = !(record.outcome?.payload.isEmpty ?? true)
    if isVector {
      let vector =
        isFilled ? Argument.payload("[{", ", \(size)}]") : .text("[{\(ellipsis), \(size)}]")
      return [own, vector] + named
    }
    return [own, isFilled ? .payload("", "") : .text(ellipsis), .text(size)] + named
  }

  /// Whether C gives the call an array of buffers.
  private var isVector: Bool {
    guard isC else { return false }
    switch record.call {
    case .readv, .preadv2, .recvmsg, .recvmmsg, .writev, .pwritev2, .sendmsg, .sendmmsg: return true
    default: return false
    }
  }

  /// What stands in C for an argument that is not known.
  private var elided: [Argument] { isC ? [.text(ellipsis)] : [] }

  private func option(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let own = Argument.text(descriptor(asked.descriptor, detail))
    guard let option = asked.option else { return [own] }
    let name = Argument.text(CallNames.option(option))
    if detail == .least { return [name] }
    let level: [Argument] = isC ? [.text(CallNames.level(option))] : []
    var value: [Argument] = []
    if let seconds = asked.lingerSeconds {
      let onoff = asked.value ?? 0
      value = [
        .text(isC ? "{l_onoff=\(onoff), l_linger=\(seconds)}" : onoff == 0 ? "off" : "\(seconds) s")
      ]
    } else if let number = asked.value {
      value = [.text(isC ? "[\(number)]" : "\(number)")]
    }
    return [own] + level + [name] + (value.isEmpty ? elided : value)
  }

  private func waiting(_ detail: Detail) -> [Argument] {
    let watched = record.arguments.watched
    let shown = watched.prefix(detail == .full ? 4 : 2).map { descriptor($0, detail) }
    let more = watched.count > shown.count ? " +\(watched.count - shown.count)" : ""
    let list = shown.joined(separator: " ") + more
    guard isC else { return (watched.isEmpty ? [] : [.text(list)]) + timeout(detail) }
    let isPoll = record.call == .poll || record.call == .ppoll
    return [.text("[\(list)]")] + (isPoll ? [.text("\(watched.count)")] : elided)
      + timeout(detail)
  }

  private func timeout(_ detail: Detail) -> [Argument] {
    guard detail < .least, let limit = record.arguments.timeout else { return [] }
    if isC { return [.text("\(limit)")] }
    return limit < 0 ? [] : [.text("\(limit) ms")]
  }

  private func flags(
    _ bits: Int32?, _ names: [(Int32, String)], _ detail: Detail
  ) -> [Argument] {
    guard let bits, bits != 0 || (isC && detail == .full), detail <= .brief else { return [] }
    let words = CallNames.flags(bits, names)
    return [.text(words.isEmpty ? "0" : words.joined(separator: "|"))]
  }
}
