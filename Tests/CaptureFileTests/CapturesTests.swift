import CaptureFile
import Process
import Testing
import Wire

/// A row of captures/manifest.tsv.
struct SavedCapture: Hashable, Sendable, CustomTestStringConvertible {
  var file: String
  var format: String
  var links: [String]
  var packets: Int
  var error: String

  var testDescription: String { file }
  var path: String { SavedCapture.folder + file }

  /// The folder of the captures.
  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/captures/"
  }()

  /// All rows; empty where the manifest cannot be read, which a test forbids.
  static let all: [SavedCapture] = {
    let bytes = (try? contents(of: folder + "manifest.tsv")) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.filter { !$0.hasPrefix("#") }.compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 7, let packets = Int(cells[3]) else { return nil }
      return SavedCapture(
        file: cells[0], format: cells[1],
        links: cells[2].split(separator: " ").map(String.init), packets: packets, error: cells[4])
    }
  }()
}

// One after the other: dozens of tsharks at once only wait for each other.
@Suite(.serialized) struct CapturesTests {
  @Test func everyCaptureIsListed() throws {
    let listing = try runText(["ls", SavedCapture.folder])
    let files = listing.text.split(separator: "\n").map(String.init)
    let captures = files.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }
    #expect(SavedCapture.all.map(\.file).sorted() == captures.sorted())
    #expect(captures.count >= 20)
  }

  @Test(arguments: SavedCapture.all)
  func theManifestIsRight(capture: SavedCapture) throws {
    let reading = Reading(try contents(of: capture.path))
    #expect(reading.records.count == capture.packets)
    let error =
      switch reading.error?.reason {
      case nil: "-"
      case .cut: "cut"
      case .badLength: "badLength"
      case let other?: "\(other)"
      }
    #expect(error == capture.error)
    #expect(Set(reading.records.map(\.link.name)) == Set(capture.links))
  }

  @Test(arguments: SavedCapture.all)
  func tsharkSaysTheSame(capture: SavedCapture) throws {
    let reading = Reading(try contents(of: capture.path))
    let differences = try Tshark.differences(capture.path, reading)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  @Test(arguments: SavedCapture.all)
  func piecesOfAnySizeGiveTheSame(capture: SavedCapture) throws {
    let bytes = try contents(of: capture.path)
    let whole = Reading(bytes)
    for size in [1, 7, 64, 1_000] { #expect(Reading(bytes, pieceSize: size) == whole) }
  }

  /// What capinfos says of the file's format.
  @Test(arguments: SavedCapture.all.filter { $0.error != "badLength" })
  func capinfosNamesTheFormat(capture: SavedCapture) throws {
    let names = [
      "pcap": "Wireshark/tcpdump/... - pcap", "pcapng": "Wireshark/... - pcapng",
      "nsecpcap": "Wireshark/tcpdump/... - nanosecond pcap",
      "modpcap": "Modified tcpdump - pcap",
    ]
    let outcome = try runText(["capinfos", "-t", capture.path])
    let name = try #require(names[capture.format])
    #expect(outcome.text.contains(name), "\(outcome)")
  }

  /// Every packet of the captures cut at each byte: never a trap, never other layers.
  @Test(arguments: SavedCapture.all)
  func packetsCutAtEveryByte(capture: SavedCapture) throws {
    for record in Reading(try contents(of: capture.path)).records {
      let whole = Packet.decode(
        record.bytes.span, link: record.link, frameLength: record.frameLength)
      for count in record.bytes.indices {
        let cut = Packet.decode(
          Array(record.bytes.prefix(count)).span, link: record.link,
          frameLength: record.frameLength)
        #expect(cut.payload.upperBound <= count)
        #expect(cut.tunnels.count <= whole.tunnels.count)
        // Where the tunnel's inside is cut off, what is left is what is around.
        let depth = cut.tunnels.count
        if depth < whole.tunnels.count {
          #expect(cut.network == nil || cut.network == whole.tunnels[depth].network)
          #expect(cut.udp == nil || cut.udp == whole.tunnels[depth].udp)
          continue
        }
        #expect(cut.network == nil || cut.sourceAddress == whole.sourceAddress)
        #expect(cut.tcp == nil || cut.tcp?.sequence == whole.tcp?.sequence)
        #expect(cut.udp == nil || cut.udp == whole.udp)
      }
    }
  }
}
