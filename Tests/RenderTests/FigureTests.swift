import Golden
import Scenario
import Testing
import Timeline

@testable import Render

/// Whole pictures of the ready scenarios, to the byte.
@Suite struct FigureTests {
  private static let notes = [
    "syn: 여기에서 시작됩니다", "packet 4 len: 13 bytes, as write() was given",
    "call client connect 1: it waits",
    "fin server: the last word",
  ]

  static let pictures: [(name: String, make: @Sendable () throws -> Picture)] = [
    ("tcp", { try picture(.tcpDemo) }),
    (
      "tcp-print-a4",
      {
        try picture(.tcpDemo) {
          $0.theme = .print
          $0.paper = .a4
        }
      }
    ),
    ("tcp-notes-dark", { try picture(.tcpDemo, notes: FigureTests.notes) { $0.theme = .dark } }),
    ("udp", { try picture(.udpDemo) }),
    ("refused", { try picture(.refused) }),
    ("reset", { try picture(.reset) }),
    ("retransmission", { try picture(.retransmission) }),
    ("ipv6", { try picture(.ipv6) }),
    ("four-connections", { try picture(.fourConnections) }),
    ("fork", { try picture(.fork) }),
    ("busy", { try picture(.busy) }),
    ("threads", { try picture(.threads) { $0.columns = 80 } }),
    ("without-calls", { try picture(.withoutCalls) }),
    ("plot-sequence", { try plot(.retransmission, .sequence, side: .client) }),
    ("plot-window", { try plot(.busy, .window) }),
    ("plot-rtt", { try plot(.manyPackets, .rtt) { $0.theme = .print } }),
    ("plot-throughput", { try plot(.busy, .throughput) { $0.paper = .a4 } }),
  ]

  @Test(arguments: pictures.indices)
  func pictureIsTheGoldenPicture(index: Int) throws {
    let (name, make) = FigureTests.pictures[index]
    let theme: Theme = name.contains("print") || name.contains("rtt") ? .print : .light
    let pen = SVGPen(theme: name.contains("dark") ? .dark : theme)
    let difference = Golden.difference(of: pen.document(try make()), from: name + ".svg")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func textsAreTheGoldenTexts() throws {
    let (figure, totals, ending) = try RenderTests.figure(.tcpDemo, notes: FigureTests.notes)
    let texts = [
      ("figure-tcp.mmd", try figure.mermaid(totals)),
      ("figure-tcp-server.pkt", try figure.packetdrill(side: .server)),
      ("figure-tcp-client.pkt", try figure.packetdrill(side: .client)),
      ("figure-tcp-report.txt", try figure.markdown(picture: "figure.svg", totals, ending)),
      ("figure-tcp.txt", try figure.ladder(totals, ending).map { $0 + "\n" }.joined()),
    ]
    for (name, text) in texts {
      let difference = Golden.difference(of: text, from: name)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func everyPacketAndCallIsAThing() throws {
    for (name, scenario) in FigureOverlapTests.scenarios {
      let things = try picture(scenario).things
      let names = things.map(\.id)
      #expect(Set(names).count == names.count, "\(name): every name once")
      var packets: Set<String> = []
      var calls: Set<String> = []
      for row in scenario.rows {
        switch row.content {
        case .packet(let packet) where packet.sender != nil:
          packets.insert("packet-\(packet.packet.number)")
        case .call(let call): calls.insert("call-\(call.record.id.rawValue)")
        default: break
        }
      }
      #expect(packets.isSubset(of: names), "\(name)")
      #expect(calls.isSubset(of: names), "\(name)")
      for thing in things where ["packet", "call"].contains(thing.kind) {
        #expect(!thing.title.isEmpty, "\(name): \(thing.id) has a title")
        #expect(Set(thing.related).isSubset(of: names), "\(name): \(thing.id)")
      }
    }
  }

  @Test func absurdPicturesAreRefused() throws {
    var (figure, totals, ending) = try RenderTests.figure(.tcpDemo)
    for number in 0..<Figure.mostRows {
      figure.append([packetRow(100 + number, cause(.reply, .ackData, packet: 1), length: 0)])
    }
    #expect(throws: FigureError.tooLong(rows: figure.rows)) { try figure.picture(totals, ending) }
    #expect(throws: FigureError.tooLong(rows: figure.rows)) { try figure.mermaid(totals) }
    #expect(throws: FigureError.tooLong(rows: figure.rows)) { try figure.ladder(totals, ending) }
    var selection = Selection()
    selection.connections = [9]
    let (empty, _, _) = try RenderTests.figure(.tcpDemo, selection: selection)
    #expect(throws: FigureError.nothing) { try empty.picture(totals, ending) }
    #expect(throws: FigureError.nothing) { try empty.mermaid(totals) }
  }

  @Test func aNoteThatIsNowhereIsAnError() throws {
    let (figure, totals, ending) = try RenderTests.figure(
      .tcpDemo, notes: ["syn: here", "packet 99: there"])
    #expect(throws: FigureError.noAnchor("packet 99")) { try figure.picture(totals, ending) }
    #expect(throws: FigureError.noAnchor("packet 99")) { try figure.mermaid(totals) }
    #expect(throws: FigureError.noAnchor("packet 99")) { try figure.ladder(totals, ending) }
  }

  @Test func packetdrillHoldsOneConnection() throws {
    let (figure, _, _) = try RenderTests.figure(.fourConnections)
    #expect(throws: FigureError.manyConnections) { try figure.packetdrill(side: .server) }
  }

  /// What belongs to one style only is not in another: the colours and the size of the letters.
  @Test func themesAndPaperDiffer() throws {
    let light = try picture(.tcpDemo)
    #expect(try light.texts == (picture(.tcpDemo) { $0.theme = .print }).texts)
    let paper = try picture(.tcpDemo) { $0.paper = .a4 }
    let scale = FigureStyle.scale(for: paper.width)
    for case .text(let label) in paper.flat {
      #expect(label.size * scale >= FigureStyle.leastPoints - 0.001, "\(label.runs)")
    }
    let printed = try picture(.tcpDemo) { $0.theme = .print }
    let inks = Set(
      SVGPen(theme: .print).document(printed).split(separator: "\"").filter {
        $0.hasPrefix("#") && $0.count == 7
      })
    for ink in inks {
      let parts = [ink.dropFirst().prefix(2), ink.dropFirst(3).prefix(2), ink.dropFirst(5)]
      #expect(Set(parts).count == 1, "\(ink) is grey")
    }
  }
}
