import Calls
import Explain
import Golden
import Testing
import Timeline
import Wire

/// A call with arguments, for tests.
func record(
  _ call: SystemCall, kind: TransportKind = .tcp, _ change: (inout CallArguments) -> Void = { _ in }
) -> CallRecord {
  var arguments = CallArguments()
  arguments.descriptor = 3
  change(&arguments)
  var record = CallRecord(
    id: CallID(1), call: call, arguments: arguments, process: ProcessName(id: 1, name: "a"),
    thread: 1, entered: Instant(0))
  record.kind = kind
  return record
}

@Suite struct CallTextTests {
  private let loopback = SocketAddress.internet(Endpoint(.loopback4, 3490))

  @Test func addressesShrinkWhereTheyMust() {
    let text = CallText(record(.connect) { $0.address = loopback })
    #expect(text.text(.full, room: 40) == "connect(fd 3, 127.0.0.1:3490)")
    #expect(text.text(.brief, room: 40) == "connect(fd 3, :3490)")
    #expect(text.text(.terse, room: 40) == "connect(3, :3490)")
    #expect(text.text(.least, room: 40) == "connect(:3490)")
    #expect(text.text(.name, room: 40) == "connect()")
    #expect(text.text(.full, room: 28) == nil)
  }

  @Test func foreignAddressesStayWhole() {
    let far = SocketAddress.internet(Endpoint(.v4(0x0A00_0001), 80))
    let text = CallText(record(.connect) { $0.address = far })
    #expect(text.text(.brief, room: 40) == "connect(fd 3, 10.0.0.1:80)")
  }

  @Test func payloadTakesTheRoomThereIs() {
    let text = CallText(
      record(.write) {
        $0.payload = Array("Hello, server".utf8)
        $0.count = 13
      })
    #expect(text.text(.full, room: 40) == "write(fd 3, \"Hello, server\")")
    #expect(text.text(.full, room: 28) == "write(fd 3, \"Hello, server\")")
    #expect(text.text(.full, room: 27) == "write(fd 3, \"Hello, serv…\")")
    #expect(text.text(.full, room: 19) == "write(fd 3, \"Hel…\")")
    #expect(text.text(.full, room: 18) == nil)
    #expect(text.text(.least, room: 18) == "write(13 bytes)")
    #expect(text.text(.name, room: 12) == "write(13)")
  }

  @Test func payloadThatWasNotKeptWholeIsCut() {
    let text = CallText(
      record(.write) {
        $0.payload = Array("Hello".utf8)
        $0.count = 5000
      })
    #expect(text.text(.full, room: 40) == "write(fd 3, \"Hello…\")")
  }

  @Test func payloadIsHarmless() {
    let bytes: [UInt8] = [0x1B, 0x5B, 0x32, 0x4A, 0x0A, 0xFF, 0x22]
    let text = CallText(
      record(.write) {
        $0.payload = bytes
        $0.count = bytes.count
      })
    #expect(text.text(.full, room: 60) == "write(fd 3, \"\\x1b[2J\\n\\xff\\\"\")")
  }

  @Test func asciiWritesTheRestOut() {
    let text = CallText(
      record(.write) {
        $0.payload = Array("안녕하세요 여러분".utf8)
        $0.count = $0.payload.count
      }, isASCII: true)
    for room in 12..<80 {
      let shown = text.text(.full, room: room)
      #expect(shown?.utf8.allSatisfy { 0x20...0x7E ~= $0 } ?? true)
      #expect(shown.map { $0.utf8.count <= room } ?? true)
    }
    #expect(CallText.ascii("é") == "\\u{e9}")
  }

  @Test func pathsAreHarmless() {
    let text = CallText(record(.connect) { $0.address = .local("/tmp/a\u{1B}]0;x\u{7}") })
    #expect(text.text(.full, room: 60) == "connect(fd 3, \"/tmp/a\\x1b]0;x\\x07\")")
  }

  @Test func optionsAreCutWhereTheyMust() {
    let text = CallText(record(.setsockopt) { $0.option = SocketOption(level: 1, name: 9) })
    #expect(text.text(.least, room: 24) == "setsockopt(SO_KEEPALIVE)")
    #expect(text.text(.least, room: 23) == nil)
    #expect(text.text(.name, room: 22) == "setsockopt(SO_KEEPAL…)")
    #expect(text.text(.name, room: 14) == "setsockopt()")
    #expect(text.text(.name, room: 11) == nil)
  }

  @Test func leftOutArgumentsOfCAreShownAsSuch() {
    let text = CallText(
      record(.socket) {
        $0.family = 2
        $0.type = 1
        $0.proto = 0
      }, isC: true)
    #expect(text.text(.full, room: 60) == "socket(AF_INET, SOCK_STREAM, 0)")
    #expect(text.text(.terse, room: 60) == "socket(AF_INET, SOCK_STREAM, …)")
    #expect(text.text(.least, room: 60) == "socket(SOCK_STREAM, …)")
  }
}
