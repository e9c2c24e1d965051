import Calls
import Wire

extension SystemCall {
  /// The arguments of a call, as strace writes them.
  func arguments(_ values: [StraceValue], payloadBytes: Int) -> CallArguments {
    var arguments = CallArguments()
    func at(_ index: Int) -> StraceValue? { index < values.count ? values[index] : nil }
    func flags(_ index: Int) -> Int32? { StraceNames.number(at(index)) }
    arguments.descriptor = at(0)?.int
    switch shape {
    case .none, .program: arguments.descriptor = nil
    case .socket:
      arguments.descriptor = nil
      arguments.family = flags(0)
      arguments.type = flags(1)
      arguments.proto = flags(2)
    case .address: arguments.address = StraceAddress.address(at(1))
    case .backlog: arguments.backlog = at(1)?.int
    case .peerAndFlags: arguments.flags = flags(3)
    case .how: arguments.flags = flags(1)
    case .pair, .pairAndFlags:
      arguments.other = at(1)?.int
      arguments.flags = flags(2)
    case .range:
      arguments.descriptor = at(0)?.number.map { Int32(clamping: $0) }
      arguments.other = at(1)?.number.map { Int32(clamping: $0) }
      arguments.flags = flags(2)
    case .command, .request:
      arguments.flags = flags(1)
      arguments.value = flags(2)
    case .option: arguments.readOption(at(1), at(2), at(3), self)
    case .buffer, .bufferAndFlags, .bufferAndAddress, .vectors, .vectorsAndPosition, .message,
      .messages:
      arguments.readBytes(self, values, payloadBytes)
    case .sendfile:
      arguments.other = at(1)?.int
      arguments.count = at(3)?.count
    case .splice:
      arguments.descriptor = at(2)?.int
      arguments.other = at(0)?.int
      arguments.count = at(4)?.count
      arguments.flags = flags(5)
    case .tee:
      arguments.descriptor = at(1)?.int
      arguments.other = at(0)?.int
      arguments.count = at(2)?.count
      arguments.flags = flags(3)
    case .poll, .pollTimespec, .select, .selectTimespec, .epoll, .epollTimespec:
      arguments.readWait(self, values)
    case .epollControl:
      arguments.flags = flags(1)
      arguments.other = at(2)?.int
    case .descriptor, .peer: break
    }
    arguments.readPointers(self, values)
    return arguments
  }
}

extension CallArguments {
  /// setsockopt, getsockopt: level, name and value.
  fileprivate mutating func readOption(
    _ level: StraceValue?, _ name: StraceValue?, _ given: StraceValue?, _ call: SystemCall
  ) {
    guard let level = StraceNames.number(level), let name = StraceNames.number(name) else { return }
    option = SocketOption(level: level, name: name)
    guard call.role == .sets, let given else { return }
    if case .structure = given {
      // Fields had no `l_` prefix before version 4.16.
      value = (given["l_onoff"] ?? given["onoff"] ?? given["tv_sec"])?.int
      lingerSeconds = (given["l_linger"] ?? given["linger"])?.int
    } else {
      value = StraceNames.number(given.elements.first ?? given)
    }
  }

  /// Which of the pointer arguments are NULL.
  fileprivate mutating func readPointers(_ call: SystemCall, _ values: [StraceValue]) {
    func isNull(_ place: Int) -> Bool {
      place < values.count && values[place].isNull
    }
    guard !call.pointers.isEmpty else { return }
    nulls = call.pointers.reduce(0) { isNull($1) ? $0 | 1 << UInt8($1) : $0 }
  }

  fileprivate mutating func readBytes(
    _ call: SystemCall, _ values: [StraceValue], _ payloadBytes: Int
  ) {
    func at(_ index: Int) -> StraceValue? { index < values.count ? values[index] : nil }
    let writes = call.role == .writes
    switch call.shape {
    case .vectors, .vectorsAndPosition:
      count = at(1)?.vectorCount
      if writes { payload = at(1)?.vectorBytes(payloadBytes) ?? [] }
      if call.shape == .vectorsAndPosition { flags = StraceNames.number(at(4)) }
    case .message:
      count = at(1)?["msg_iov"]?.vectorCount
      flags = StraceNames.number(at(2))
      guard writes else { return }
      address = StraceAddress.address(at(1)?["msg_name"])
      payload = at(1)?["msg_iov"]?.vectorBytes(payloadBytes) ?? []
    case .messages:
      let headers = (at(1)?.items ?? []).compactMap(\.messageHeader)
      let lengths = headers.map { $0["msg_iov"]?.vectorCount ?? 0 }
      count = lengths.reduce(0) { $0 &+ $1 }
      flags = StraceNames.number(at(3))
      guard writes else { return }
      messageLengths = lengths
      addresses = headers.map { StraceAddress.address($0["msg_name"]) }
      payload = headers.first?["msg_iov"]?.vectorBytes(payloadBytes) ?? []
    default:
      count = at(2)?.count
      if writes { payload = Array((at(1)?.bytes ?? []).prefix(payloadBytes)) }
      if call.shape != .buffer { flags = StraceNames.number(at(3)) }
      if writes, call.shape == .bufferAndAddress { address = StraceAddress.address(at(4)) }
    }
  }

  /// poll, select and epoll_wait: what is watched, and how long.
  fileprivate mutating func readWait(_ call: SystemCall, _ values: [StraceValue]) {
    func at(_ index: Int) -> StraceValue? { index < values.count ? values[index] : nil }
    switch call.shape {
    case .poll, .pollTimespec:
      descriptor = nil
      watched = (at(0)?.elements ?? []).compactMap { $0["fd"]?.int }.filter { $0 >= 0 }
      timeout = call.shape == .poll ? at(2)?.number : at(2)?.milliseconds(perUnit: 1_000_000)
    case .select, .selectTimespec:
      descriptor = nil
      let sets = (1...3).flatMap { at($0)?.elements ?? [] }
      watched = Set(sets.compactMap(\.int)).sorted()
      timeout = at(4)?.milliseconds(perUnit: call.shape == .select ? 1_000 : 1_000_000)
    case .epollTimespec: timeout = at(3)?.milliseconds(perUnit: 1_000_000)
    default: timeout = at(3)?.number
    }
  }
}

extension StraceValue {
  /// A count of bytes, not negative.
  var count: Int? { number.flatMap { $0 < 0 ? nil : Int(clamping: $0) } }

  /// Bytes of all pieces of an array of struct iovec; nil where it is not shown in full.
  var vectorCount: Int? {
    var sum = 0
    for piece in elements {
      // `{"abc", 3}` before version 4.16.
      guard let length = (piece["iov_len"] ?? piece.items.dropFirst().first)?.count else {
        return nil
      }
      sum = sum.addingReportingOverflow(length).overflow ? Int.max : sum + length
    }
    return sum
  }

  /// The first bytes of the pieces.
  func vectorBytes(_ limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in elements where bytes.count < limit {
      bytes += ((piece["iov_base"] ?? piece.items.first)?.bytes ?? []).prefix(limit - bytes.count)
    }
    return bytes
  }

  /// `{tv_sec=5, tv_nsec=0}` in milliseconds, rounded up; -1, no limit, for NULL. Before version
  /// 4.16 the fields had no names: `{5, 0}`.
  ///
  /// - Parameter perUnit: how many of the smaller unit make a millisecond.
  func milliseconds(perUnit: Int64) -> Int64? {
    guard let seconds = (self["tv_sec"] ?? items.first)?.number else { return -1 }
    let small = (self["tv_usec"] ?? self["tv_nsec"] ?? items.dropFirst().first)?.number ?? 0
    let parts = max(0, small) / perUnit + (max(0, small) % perUnit > 0 ? 1 : 0)
    let whole = max(0, min(seconds, Int64.max / 2_000)) * 1_000
    return whole &+ parts
  }

  /// The header of a message of sendmmsg(), and the length beside it; unnamed before version 4.16:
  /// `{{msg_name(0)=NULL, ...}, 48}`.
  var messageHeader: StraceValue? { self["msg_hdr"] ?? items.first }
  var messageLength: StraceValue? { self["msg_len"] ?? items.dropFirst().first }
}
