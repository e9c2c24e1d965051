import Calls
import Testing
import Timeline

@testable import Render

@Suite struct NoteReadingTests {
  @Test(arguments: [
    ("packet 3", NoteAnchor.packet(3)), ("PACKET 3", .packet(3)),
    ("packet 7 window", .field(7, .window)),
    ("packet 7 seq", .field(7, .sequence)), ("packet 7 len", .field(7, .length)),
    ("call c6", .call(CallID(6))), ("call 6", .call(CallID(6))), ("syn", .segment(.syn, nil)),
    ("syn-ack", .segment(.synAck, nil)), ("syn,ack", .segment(.synAck, nil)),
    ("ack", .segment(.handshakeAck, nil)), ("fin client", .segment(.fin, .client)),
    ("rst server", .segment(.rst, .server)), ("data server 1:14", .data(.server, 1..<14)),
    ("call client connect", .nthCall(.client, .connect, 1)),
    ("call server accept 2", .nthCall(.server, .accept, 2)),
    ("  packet   3  ", .packet(3)),
  ])
  func anchorsAreRead(words: String, anchor: NoteAnchor) throws {
    let note = try Note(words + ": a text: with colons")
    #expect(note.anchor == anchor)
    #expect(note.text == "a text: with colons")
    #expect(note.connection == nil)
  }

  @Test func aConnectionStandsBefore() throws {
    #expect(try Note("connection 2 syn: x").connection == 2)
    #expect(try Note("tcp 12 fin client: x").connection == 12)
    #expect(try Note("udp 1 packet 3: x").anchor == .packet(3))
  }

  @Test(arguments: ["packet 3", "packet 3:", "packet 3:   ", "", "no colon at all"])
  func aTextIsNeeded(line: String) {
    #expect(throws: NoteError.noText(line)) { try Note(line) }
  }

  @Test(arguments: [
    "packet", "packet 0", "packet -3", "packet x", "packet 3 colour", "packet 3 seq ack", "call",
    "call c0", "call client", "call client jump", "call client connect 0", "call middle connect",
    "data server", "data server 14:1", "data server 0:4", "data server 1", "data 1:14", "fin both",
    "fin client server", "connection 2", "connection 0 syn", "99999999999999999999", "tcp",
  ])
  func whatIsNoAnchorIsAnError(words: String) {
    #expect(throws: NoteError.noAnchor(words)) { try Note(words + ": text") }
  }

  @Test func spacesAroundAreLeftOut() throws {
    let note = try Note("packet 3:\t the end \r")
    #expect(note.text == "the end")
    #expect(note.words == "packet 3")
  }
}
