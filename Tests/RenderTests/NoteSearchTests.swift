import Calls
import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct NoteSearchTests {
  private func find(_ words: String, in scenario: Scenario) throws -> NoteSearch.Target? {
    var search = NoteSearch([try Note(words + ": text")])
    for row in scenario.rows { _ = search.take(row) }
    #expect((search.missing == nil) == (search.targets[0] != nil))
    return search.targets[0]
  }

  @Test(arguments: [
    ("packet 3", NoteSearch.Target.packet(3)), ("packet 8 window", .packet(8)), ("syn", .packet(1)),
    ("syn client", .packet(1)), ("syn-ack", .packet(2)), ("syn-ack server", .packet(2)),
    ("ack", .packet(3)), ("fin", .packet(8)), ("fin client", .packet(8)),
    ("fin server", .packet(9)),
    ("data client 1:14", .packet(4)), ("data client 13:14", .packet(4)),
    ("data server 1:14", .packet(6)), ("call c6", .call(CallID(6))),
    ("call client connect", .call(CallID(6))), ("call server read 1", .call(CallID(7))),
    ("call server close 2", .call(CallID(14))), ("connection 1 fin server", .packet(9)),
  ])
  func anchorsAreFoundInTheDemo(words: String, target: NoteSearch.Target) throws {
    #expect(try find(words, in: .tcpDemo) == target)
  }

  @Test(arguments: [
    "packet 11", "syn server", "syn-ack client", "rst", "data client 14:15", "call c15",
    "call server close 3", "call client accept 1", "connection 2 syn",
  ])
  func whatIsNotThereIsMissing(words: String) throws {
    #expect(try find(words, in: .tcpDemo) == nil)
  }

  @Test func eachConnectionHasItsOwn() throws {
    let first = try find("syn", in: .manyConnections)
    let fifth = try find("tcp 5 syn", in: .manyConnections)
    #expect(first == .packet(1))
    #expect(fifth == .packet(33))
    #expect(try find("tcp 13 syn", in: .manyConnections) == nil)
  }

  /// The first that is not found is told, in the order of the notes.
  @Test func theFirstMissingIsTold() throws {
    var search = NoteSearch(
      try ["syn: a", "rst: b", "packet 77: c"].map { try Note($0) })
    for row in Scenario.tcpDemo.rows { _ = search.take(row) }
    #expect(search.missing?.words == "rst")
  }
}
