import CaptureFile
import Recording
import Timeline
import Wire

/// What a fuzzer calls with each input: a capture file, or, where the input is none, a packet behind
/// a byte that chooses its link type.
///
/// A trap of the code under test ends the process, and so does an answer that cannot be.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = read(input, pieceSize: max(1, count))
  precondition(whole == read(input, pieceSize: 1 + Int(input.last ?? 0) % 97), "pieces differ")
  for record in whole.records {
    check(record.bytes, record.link, record.frameLength)
    let writer = PcapWriter(link: record.link, snaplen: record.snaplen)
    _ = writer.record(
      timeNanoseconds: record.time, frameLength: record.frameLength, bytes: record.bytes)
  }
  replay(input)
  if let first = input.first, whole.records.isEmpty {
    let bytes = Array(input.dropFirst())
    let link = links[Int(first) % links.count]
    check(bytes, link, bytes.count)
    check(bytes, link, bytes.count + Int(first) * 40 - 2_000)
  }
  return 0
}

private let links: [LinkType] = [
  .ethernet, .raw, .ipv4, .ipv6, .linuxSLL, .linuxSLL2, .null, .loop,
]

/// The packets of a file and the error that ended it.
private struct Reading: Hashable {
  var records: [CaptureRecord] = []
  var error: CaptureFileError?
}

/// Reads a file that arrives in pieces.
private func read(_ file: [UInt8], pieceSize: Int) -> Reading {
  var reading = Reading()
  var reader = CaptureReader()
  do throws(CaptureFileError) {
    for index in stride(from: 0, to: file.count, by: pieceSize) {
      reader.append(Array(file[index..<min(file.count, index + pieceSize)]))
      while let record = try reader.next() { reading.records.append(record) }
    }
    try reader.finish()
  } catch {
    reading.error = error
  }
  precondition(reading.records.allSatisfy { $0.time >= 0 && $0.frameLength >= $0.bytes.count })
  if let error = reading.error {
    precondition(error.offset >= 0 && error.offset <= file.count, "an offset outside of the file")
    precondition(!error.sentence(file: "x").isEmpty)
  }
  return reading
}

/// Reads a file as a recording, and makes the rows of it.
private func replay(_ file: [UInt8]) {
  var capture = CaptureReader()
  capture.append(file)
  var recording = RecordingReader()
  var items: [RecordedItem] = []
  while let item = try? capture.nextItem() {
    switch item {
    case .journal(let entry): items += recording.take(entry)
    case .packet(let record):
      items += recording.take(
        record, at: Instant(record.time),
        interface: capture.interfaces[record.interface].description)
    }
  }
  items += recording.finish()
  if recording.isForeign { return }
  var timeline = Timeline(hasCalls: true)
  var latest = Instant(0)
  var rows = 0
  for item in items {
    switch item.content {
    case .hint(let process, let side): timeline.hint(process, side)
    case .packet(let packet):
      let record = packet.record
      let decoded = Packet.decode(
        record.bytes.span, link: record.link, frameLength: record.frameLength)
      precondition(packet.number > 0)
      if let stored = packet.stored { _ = recording.resolved(stored)?.commentLine }
      let captured = CapturedPacket(
        number: packet.number, time: packet.time, frameLength: record.frameLength,
        capturedLength: record.bytes.count, packet: decoded)
      precondition(packet.time >= latest, "time goes back")
      latest = packet.time
      rows += timeline.append(.packet(captured)).count
    case .event(let event):
      precondition(event.time >= latest, "time goes back")
      latest = event.time
      rows += timeline.append(event).count
    default: break
    }
  }
  _ = rows + timeline.finish().count
}

/// Decodes a packet and holds it against what must be true of any.
private func check(_ bytes: [UInt8], _ link: LinkType, _ frameLength: Int) {
  let packet = Packet.decode(bytes.span, link: link, frameLength: frameLength)
  precondition(packet.payload.lowerBound >= 0 && packet.payload.upperBound <= bytes.count)
  precondition(packet.payloadLength >= packet.payload.count)
  precondition(packet.transport == nil || packet.network != nil)
  if let stop = packet.stop {
    precondition(stop.offset >= 0 && stop.offset <= bytes.count)
    if case .tooShort(let need, let have, _) = stop.reason { precondition(have < need) }
  }
  _ = packet.source?.description
  _ = packet.icmp?.quoted?.destination.description
  _ = packet.tcp?.flags.tcpdumpText
}
