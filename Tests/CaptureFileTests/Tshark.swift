import CaptureFile
import Process
import Wire

/// A field as tshark prints it, and as our decoding gives it.
struct TsharkField: Sendable {
  /// tshark's name.
  var name: String
  /// What we have, one text for each occurrence; nil where it is not compared in this packet.
  var values: @Sendable (CaptureRecord, Packet) -> [String]?
}

/// What tshark says of a file, packet by packet.
enum Tshark {
  /// Runs tshark with the checksums judged, nothing reassembled and sequence numbers as they are.
  ///
  /// - Returns: for each packet the fields, each with all its occurrences.
  static func fields(_ names: [String], of file: String) throws -> [[[String]]] {
    let settings = [
      "ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.relative_sequence_numbers:FALSE",
      "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE",
      "tcp.desegment_tcp_streams:FALSE",
    ]
    let command =
      // Entries of a journal are rows too, and no packets.
      ["tshark", "-n", "-r", file, "-Y", "frame.encap_type"] + settings.flatMap { ["-o", $0] }
      + ["-T", "fields", "-E", "separator=|", "-E", "occurrence=a"] + names.flatMap { ["-e", $0] }
    let outcome = try runText(command)
    // 2: the file is damaged; what precedes the damage is printed.
    guard outcome.status == 0 || outcome.status == 2 else {
      throw TsharkFailure(status: outcome.status, message: outcome.errorText)
    }
    return outcome.text.split(separator: "\n").map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map { field in
        field.split(separator: ",").map(String.init)
      }
    }
  }

  /// Where our decoding of a file differs from tshark's; empty when nowhere.
  static func differences(_ file: String, _ reading: Reading) throws -> [String] {
    let rows = try fields(TsharkFields.all.map(\.name), of: file)
    guard rows.count == reading.records.count else {
      return ["\(rows.count) packets by tshark, \(reading.records.count) by us"]
    }
    var differences: [String] = []
    for (index, (row, record)) in zip(rows, reading.records).enumerated() {
      let packet = Packet.decode(
        record.bytes.span, link: record.link, frameLength: record.frameLength)
      for (field, theirs) in zip(TsharkFields.all, row) {
        if TsharkFields.isCut(field.name, packet) { continue }
        guard let ours = field.values(record, packet), ours != theirs else { continue }
        differences.append("packet \(index + 1), \(field.name): \(theirs) by tshark, \(ours) by us")
      }
    }
    return differences
  }
}

/// Why tshark said nothing.
struct TsharkFailure: Error {
  var status: Int32
  var message: String
}
