import Process
import Testing

/// What is calculated from an export finds what is wrong in it.
@Suite(.ownNetwork) struct ExportedRunTests {
  /// The export of a recorded demo.
  private func text() throws -> String {
    try Command.run(
      ["export", ShippedCaptures.folder + "/demo-tcp.pcapng", "--format", "jsonl"]
    ).text
  }

  /// The export with some words of the first line that has `mark` replaced.
  private func changed(_ mark: String, _ words: String, _ others: String) throws -> [String] {
    var lines = try text().split(separator: "\n").map(String.init)
    let index = try #require(lines.firstIndex { $0.contains(mark) && $0.contains(words) })
    lines[index] = lines[index].replacing(words, with: others)
    return try ExportedRun(lines.joined(separator: "\n")).offences()
  }

  @Test func nothingIsWrongWithTheDemo() throws {
    let run = try ExportedRun(text())
    #expect(run.offences() == [])
    #expect(run.streams().count == 2 && run.streams().allSatisfy { $0.size > 0 && $0.hasFIN })
  }

  @Test(arguments: ["untraced", "reply", "timer"])
  func dataOfNobody(_ kind: String) throws {
    let offences = try changed(
      "\"flags\":\"P.\"", "\"cause\":{\"kind\":\"call\"", "\"cause\":{\"kind\":\"\(kind)\"")
    #expect(offences.contains { $0.hasSuffix("is \(kind)") })
  }

  @Test func aSegmentSentAgainThatWasNot() throws {
    let offences = try changed(
      "\"flags\":\"P.\"", "\"cause\":{\"kind\":\"call\"",
      "\"cause\":{\"kind\":\"retransmission\"")
    #expect(offences.contains { $0.hasSuffix("was not sent before") })
  }

  @Test func bytesThatTheCallDidNotWrite() throws {
    let calls = try ExportedRun(text()).calls.values
    let writer = try #require(calls.filter { $0.writes && $0.bytes != nil }.min { $0.id < $1.id })
    let length = "\"length\":\(writer.length ?? 0)"
    let offences = try changed("\"id\":\(writer.id),\"name\"", length, "\"length\":1")
    #expect(offences.contains { $0.contains("wrote up to 1 of") })
    #expect(offences.contains { $0.contains("written 1, sent") })
  }

  @Test func anotherCallIsNamed() throws {
    let run = try ExportedRun(text())
    let syn = try #require(run.packets.first { $0.has("S") })
    let named = "\"calls\":[\(syn.cause.calls[0])]"
    #expect(try changed("\"flags\":\"S\"", named, "\"calls\":[9999]") != [])
    let fin = try #require(run.packets.first { $0.has("F") && $0.cause.kind == "call" })
    let writer = try #require(run.calls.values.first { $0.writes && $0.bytes != nil })
    let offences = try changed(
      "\"number\":\(fin.number),", "\"calls\":[\(fin.cause.calls.last ?? 0)]",
      "\"calls\":[\(writer.id)]")
    #expect(offences.contains { $0.contains("FIN of") })
  }

  @Test func anUnknownPacket() throws {
    let offences = try changed(
      "\"flags\":\"P.\"", "\"cause\":{\"kind\":\"call\"", "\"cause\":{\"kind\":\"unknown\"")
    #expect(offences.count == 1)
  }
}
