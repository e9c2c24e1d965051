import CaptureFile
import Process
import Testing

@testable import Session

@Suite struct ReplaySourcesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func echo(port: UInt16 = 51_514, at delay: Int64 = 0, spacing: Int64 = 5_000) -> [UInt8] {
    var capture = MadeCapture()
    capture.addEcho(clientPort: port, at: MadeCapture.start + delay, spacing: spacing)
    return capture.bytes
  }

  /// The packets in order, and what keeps files from being read.
  private func read(_ paths: [String]) -> (times: [Int64], files: [Int], damages: [ReplayDamage]) {
    var sources = ReplaySources(paths, follows: false)
    var times: [Int64] = []
    var files: [Int] = []
    while case .item(.packet(let record), let source) = sources.next() {
      times.append(record.time)
      files.append(paths.firstIndex(of: source.path) ?? -1)
    }
    return (times, files, sources.damages)
  }

  @Test func timesDecideThenTheOrderOfTheFiles() throws {
    let one = try folder.write(echo(), to: "one.pcap")
    let two = try folder.write(echo(port: 2, at: 5_000, spacing: 10_000), to: "two.pcap")
    let (times, files, damages) = read([one, two])
    #expect(damages.isEmpty)
    #expect(times == times.sorted())
    #expect(files == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1])
    // Five times of `two` are times of `one` as well: there the first file goes first.
    #expect(
      read([two, one]).files == [1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0])
  }

  @Test func packetsWithoutATimeStayWhereTheyAre() throws {
    let simple = Shipped.path("simple.pcapng")
    let (times, files, damages) = read([simple, try folder.write(echo(), to: "one.pcap")])
    #expect(damages.isEmpty)
    #expect(files == [0, 0, 0, 0] + [Int](repeating: 1, count: 10))
    #expect(times.prefix(4).allSatisfy { $0 == 0 })
  }

  @Test func eachFileHasItsOwnDamage() throws {
    let cut = try folder.write(Array(echo().dropLast(5)), to: "cut.pcap")
    let text = try folder.write(Array("Nothing.\n".utf8), to: "notes.txt")
    let whole = try folder.write(echo(port: 2), to: "whole.pcap")
    let (times, _, damages) = read([cut, text, folder.path + "/missing.pcap", whole, folder.path])
    #expect(times.count == 19)
    #expect(damages.filter(\.isPartial).count == 1)
    #expect(damages.count == 4)
  }

  @Test func comesFromGzipAsFromThePlainFile() throws {
    for path in try Shipped.paths() {
      let packed = try run(["gzip", "-c", path]).standardOutput
      let gzip = read([try folder.write(packed, to: "packed.gz")])
      let plain = read([path])
      #expect(gzip.times == plain.times, "\(path)")
      #expect(gzip.damages.map(\.isPartial) == plain.damages.map(\.isPartial), "\(path)")
    }
  }

  @Test func aCutGzipGivesAllThatPrecedesTheCut() throws {
    let bulk = Shipped.path("bulk.pcap")
    let packed = try run(["gzip", "-c", bulk]).standardOutput
    let whole = read([bulk]).times
    for count in stride(from: 0, to: packed.count, by: 61) {
      let path = try folder.write(Array(packed.prefix(count)), to: "cut.gz")
      // What another program unpacks of it decides how many packets there are.
      let unpacked = try run(["gzip", "-dc"], input: Array(packed.prefix(count))).standardOutput
      let expected = read([try folder.write(unpacked, to: "cut.pcap")]).times
      let (times, _, damages) = read([path])
      #expect(times.count >= expected.count)
      #expect(times == Array(whole.prefix(times.count)))
      #expect(damages.count == 1)
    }
  }
}
