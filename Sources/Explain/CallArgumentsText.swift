import Calls
import Timeline

extension CallText {
  /// The arguments of the call in their order, as many as the detail allows.
  func arguments(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let own = Argument.text(descriptor(asked.descriptor, detail))
    switch record.call.shape {
    case .none: return []
    case .program: return elided
    case .socket: return socket(detail)
    case .address:
      // A pointer that leads nowhere, or into memory that nobody may read, is no NULL.
      let isUnread = asked.address == nil && asked.nulls.map { $0 & 0b10 == 0 } ?? false
      let end = Argument.text(isUnread ? ellipsis : address(asked.address, detail))
      return detail == .least ? [end] : [own, end]
    case .backlog: return [own, .text("\(asked.backlog ?? 0)")]
    case .peer: return [own] + addressOut(1, detail)
    case .peerAndFlags:
      return [own] + addressOut(1, detail) + flags(asked.flags, HeaderNames.socketFlags, detail)
    case .how: return [own, .text(asked.flags.map { CallNames.how($0) } ?? "?")]
    case .buffer, .bufferAndFlags, .bufferAndAddress, .vectors, .vectorsAndPosition, .message,
      .messages:
      return record.call.role == .writes ? sending(detail) : receiving(detail)
    case .sendfile, .splice, .tee:
      let other = Argument.text(descriptor(asked.other, detail))
      let isSplice = record.call.shape != .sendfile
      return [own, other, .text("\(asked.count ?? 0)")]
        + (isSplice ? flags(asked.flags, HeaderNames.spliceFlags, detail) : [])
    case .descriptor: return [own]
    case .pair, .range: return [own, .text(descriptor(asked.other, detail))]
    case .pairAndFlags:
      return [own, .text(descriptor(asked.other, detail))]
        + flags(asked.flags, HeaderNames.openFlags, detail)
    case .command: return [own, .text(asked.flags.map { CallNames.command($0) } ?? "?")]
    case .request: return [own] + (asked.flags.map { [.text(CallNames.request($0))] } ?? [])
    case .option: return option(detail)
    case .poll, .pollTimespec, .select, .selectTimespec: return waiting(detail)
    case .epoll, .epollTimespec: return [own] + elided + timeout(detail)
    case .epollControl: return [own] + elided + [.text(descriptor(asked.other, detail))] + elided
    }
  }

  private func socket(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let family = asked.family ?? 0
    let type = asked.type ?? 0
    let proto = asked.proto ?? 0
    if isC {
      if detail == .least { return [.text(CallNames.type(type & 0xF))] }
      let words = [
        CallNames.family(family), CallNames.type(type), CallNames.proto(proto, family: family),
      ]
      return detail <= .brief ? words.map { .text($0) } : words.prefix(2).map { .text($0) }
    }
    if detail == .least, record.call.role != .opens { return [] }
    let name =
      switch (family, type & 0xF) {
      case (2, 1), (10, 1): CallNames.stream(proto)
      case (2, 2), (10, 2): CallNames.datagram(proto)
      case (2, 3), (10, 3): "raw"
      case (1, _): "Unix"
      default: CallNames.family(family)
      }
    let version: [Argument] = family == 10 && detail == .full ? [.text("IPv6")] : []
    let isNonblocking = type & SocketFlag.nonblocking != 0 && detail <= .brief
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
      let (before, after) = vector("\(size)", end, detail)
      arguments[1] = isVector ? .payload(before, after) : .payload("", "")
      if isC, !isVector { arguments.append(.text("\(size)")) }
    }
    if asked.messageLengths.count > 1 {
      arguments.append(.text("\(asked.messageLengths.count)" + (isC ? "" : "x")))
    }
    arguments += flags(asked.flags, HeaderNames.messageFlags, detail)
    let isNamed = isC && detail == .full && hasPayload && hasHeader
    if let end, !isNamed {
      arguments.append(.text(address(end, detail)))
    } else if record.call.shape == .bufferAndAddress, isC, detail == .full, asked.isNull(4) {
      arguments += [.text("NULL"), .text("0")]
    }
    return arguments
  }

  /// What stands around a payload that C gives in an array of buffers: a whole struct msghdr shows the
  /// address that it names, and that there is more of it.
  private func vector(
    _ size: String, _ end: SocketAddress?, _ detail: Detail
  ) -> (before: String, after: String) {
    guard detail == .full, hasHeader else { return ("[{", ", \(size)}]") }
    var before = "{"
    if case .internet(let end)? = end {
      before += "msg_name=\(CallText.sockaddr(end)), msg_namelen=\(CallText.length(end)), "
    }
    let (start, close) = hasHeaders ? ("[{msg_hdr=", "}, \(ellipsis)}]") : ("", "}")
    return (start + before + "msg_iov=[{", ", \(size)}], \(ellipsis)" + close)
  }

  /// The address and its length that the kernel writes, as C gives them: NULL only where NULL was
  /// given.
  private func addressOut(_ place: Int, _ detail: Detail) -> [Argument] {
    guard isC, detail == .full else { return [] }
    let asked = record.arguments
    var (address, length) = (ellipsis, ellipsis)
    if case .internet(let end) = record.outcome?.address {
      let written = CallText.length(end)
      address = CallText.sockaddr(end)
      length = "[\(written)]"
      if let room = asked.addressRoom, room != written { length = "[\(room) => \(written)]" }
    }
    return [
      .text(asked.isNull(place) ? "NULL" : address),
      .text(asked.isNull(place + 1) ? "NULL" : length),
    ]
  }

  private func receiving(_ detail: Detail) -> [Argument] {
    let asked = record.arguments
    let own = Argument.text(descriptor(asked.descriptor, detail))
    if detail == .least { return [own] }
    let size = "\(asked.count ?? 0)"
    let named =
      flags(asked.flags, HeaderNames.messageFlags, detail)
      + (record.call.shape == .bufferAndAddress ? addressOut(4, detail) : [])
    guard isC else { return [own, .text(size)] + named }
    let isFilled = !(record.outcome?.payload.isEmpty ?? true)
    if isVector {
      if record.call.shape == .message, asked.isNull(1) { return [own, .text("NULL")] + named }
      let (before, after) = vector(size, record.outcome?.address, detail)
      let vector =
        isFilled ? Argument.payload(before, after) : .text(before + ellipsis + after)
      return [own, vector] + named
    }
    return [own, isFilled ? .payload("", "") : .text(ellipsis), .text(size)] + named
  }

  /// Whether C gives the call an array of buffers.
  private var isVector: Bool {
    guard isC else { return false }
    switch record.call.shape {
    case .vectors, .vectorsAndPosition, .message, .messages: return true
    default: return false
    }
  }

  /// Whether C gives the call a struct msghdr, or an array of them.
  private var hasHeader: Bool { record.call.shape == .message || hasHeaders }
  private var hasHeaders: Bool { record.call.shape == .messages }

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
    } else if let number = asked.value, option.isNumber {
      value = [.text(isC ? "[\(number)]" : "\(number)")]
    } else if record.call.role == .asks, isC, detail == .full {
      value = [
        .text(
          asked.isNull(3) ? "NULL" : CallResultText.value(record).map { "[\($0)]" } ?? ellipsis),
        .text(asked.isNull(4) ? "NULL" : ellipsis),
      ]
    }
    return [own] + level + [name] + (value.isEmpty ? elided : value)
  }

  private func waiting(_ detail: Detail) -> [Argument] {
    let watched = record.arguments.watched
    let shown = watched.prefix(detail == .full ? 4 : 2).map { descriptor($0, detail) }
    let more = watched.count > shown.count ? " +\(watched.count - shown.count)" : ""
    let list = shown.joined(separator: " ") + more
    guard isC else { return (watched.isEmpty ? [] : [.text(list)]) + timeout(detail) }
    let isPoll = [.poll, .pollTimespec].contains(record.call.shape)
    return [.text("[\(list)]")] + (isPoll ? [.text("\(watched.count)")] : elided)
      + timeout(detail)
  }

  private func timeout(_ detail: Detail) -> [Argument] {
    guard detail < .least, let limit = record.arguments.timeout else { return [] }
    if isC { return [.text("\(limit)")] }
    return limit < 0 ? [] : [.text("\(limit) ms")]
  }

  private func flags(
    _ bits: Int32?, _ names: NamedNumbers, _ detail: Detail
  ) -> [Argument] {
    guard let bits, bits != 0 || (isC && detail == .full), detail <= .brief else { return [] }
    let words = names.flags(bits)
    return [.text(words.isEmpty ? "0" : words.joined(separator: "|"))]
  }
}
