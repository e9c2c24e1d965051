import CaptureFile
import Glibc
import Process
import Testing
import Wire

/// Files that tcpdump writes of traffic on loopback, where this process may capture.
@Suite(.needs(isAllowedToCapture, "capturing needs root"), .ownNetwork) struct LiveFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["micro", "nano"])
  func whatTcpdumpWrites(precision: String) throws {
    let server = try LoopbackSocket(datagrams: false)
    try server.listen()
    let file = folder.path + "/live.pcap"
    let tcpdump = try RunningProcess([
      "tcpdump", "-i", "lo", "-U", "-w", file, "--immediate-mode", "-B", "65536", "-Z", "root",
      "--time-stamp-precision=\(precision)", "tcp port \(server.port)",
    ])
    try #require(
      tcpdump.wait(until: { tcpdump.errorSoFar.contains("listening on") }), "\(tcpdump.errorSoFar)")
    let before = now()
    let ports = try exchangeStrings(with: server)
    let after = now()
    // A close has nine segments at least: three, two with data, their acknowledgements, two FINs.
    var reading = Reading([])
    let isThere = tcpdump.wait {
      reading = Reading((try? contents(of: file)) ?? [])
      return reading.records.count >= 9
    }
    try #require(isThere, "\(reading)")
    tcpdump.signal(SIGTERM)
    _ = try tcpdump.wait()

    reading = Reading(try contents(of: file))
    #expect(reading.error == nil)
    let differences = try Tshark.differences(file, reading)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    let packets = reading.records.map {
      Packet.decode($0.bytes.span, link: $0.link, frameLength: $0.frameLength)
    }
    let syn = try #require(packets.first?.tcp)
    #expect(syn.flags == .syn && syn.source == ports.client && syn.destination == ports.server)
    #expect(packets.reduce(0) { $0 + $1.payloadLength } == 26)
    #expect(packets.allSatisfy { $0.stop == nil && [.partial, .valid].contains($0.checksum) })
    for record in reading.records.prefix(7) {
      #expect(record.time >= before - 1_000 && record.time <= after + 1_000)
    }
  }

  private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
