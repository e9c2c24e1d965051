import Calls
import Render
import Testing
import Timeline

@Suite struct NoteCommentsTests {
  private static func comments(_ notes: [String], _ rows: [Row]) throws -> [Int: [String]] {
    var comments = NoteComments(try notes.map { try Note($0) })
    comments.append(rows)
    return comments.comments
  }

  @Test func aNoteStandsBesideItsPacket() throws {
    let rows = [packetRow(1, Cause(.call, .data)), packetRow(2, Cause(.call, .data))]
    #expect(
      try Self.comments(["packet 2: two", "packet 2 len: bytes", "packet 9: none"], rows)
        == [2: ["two", "len 13: bytes"]])
  }

  /// A call's note is with the packet that it sent, else with the next, else with the last.
  @Test func aCallsNoteStandsBesideItsPacket() throws {
    var sent = Cause(.call, .data)
    sent.calls = [CallID(6)]
    let rows = [
      packetRow(1, Cause(.call, .data)), callRow(5, .read), callRow(6, .write),
      packetRow(2, Cause(.reply, .handshakeAck)), packetRow(3, sent), callRow(7, .close),
    ]
    #expect(
      try Self.comments(["call c6: sends", "call c5: waits", "call client close 1: ends"], rows)
        == [3: ["c6 write(): sends", "c7 close(): ends"], 2: ["c5 read(): waits"]])
  }
}
