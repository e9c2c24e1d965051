import Process
import Scenario
import Testing
import Timeline

@testable import Render

/// Text that would be markup, code or a command where it stands is only text, in every format.
@Suite struct HostileTests {
  /// What tries to leave an element, an attribute, a comment, a cell, a note; and what a reader
  /// would not see.
  static let texts = [
    "</svg><script>alert(1)</script>", "\" onload=\"alert(1)", "' onerror='alert(1)",
    "]]><!--", "--><img src=x onerror=alert(1)>", "<![CDATA[x", "&lt;script&gt;&#60;b&#62;&amp;",
    "javascript:alert(1)", "[x](javascript:alert(1)) ![y](http://e.example/p.png)",
    "a | b\n| c |\n# head\n```\n<b>", "x; C->>S: forged\n  Note over C,S: forged",
    "%%{init: {'theme':'x'}}%% #quot; `click C call f()`", "+0.0 > S 0:0(0) win 1 // forged",
    "\u{202E}evil\u{202C} \u{2066}x\u{2069} \u{200B}\u{FEFF}\u{00AD}",
    "\u{0}\u{1}\u{7}\u{8}\u{1B}[31m\u{1B}]0;x\u{7}\u{7F}\u{9B}31m\u{85}\u{2028}\u{2029}",
    "\u{FFFE}\u{FFFF}\u{E000}\u{378}", "{{7*7}} ${7*7} $(id) `id`",
    "e\u{301}\u{20DD}<\u{338}b>",
    "<a href=\"javascript:alert(1)\">x</a>", "<foreignObject><iframe src=\"data:text/html,x\">",
  ]

  /// A connection whose programs, payload and output are hostile.
  static func scenario(_ text: String) -> Scenario {
    let script = Script()
    let server = script.process(4120, text, .server)
    let client = script.process(4121, "client" + text, .client)
    let (listener, accepted, socket) = (
      script.socket(fd: 3), script.socket(fd: 4), script.socket(fd: 3)
    )
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    server.listens(0, listener, "0.0.0.0:3490")
    let accept = server.accept(40, listener)
    client.socket(60...68, socket)
    let connect = client.connect(80, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.handshake(95, 97, 99)
    connect.returns(110)
    accept.returns(120, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    script.prints(130, server, text)
    client.write(200...220, socket, text)
    stream.client(210, [.psh, .ack], length: text.utf8.count)
    client.enters(230, .write, socket) {
      $0.count = 4
      $0.payload = [0xFF, 0xC3, 0x28, 0x3C]
    }
    .returns(240, 4)
    stream.client(235, [.psh, .ack], length: 4)
    server.event(300, .blind(text))
    client.dies(400...410, holding: [socket], signal: 9)
    stream.client(405, [.fin, .ack])
    return script.scenario
  }

  static func figure(_ text: String) throws -> (Figure, Totals, Ending) {
    let scenario = scenario(text)
    var style = FigureStyle()
    style.title = text
    let note = Note(
      anchor: .packet(1), words: "packet 1", text: text.filter { $0 != "\n" } + " " + text)
    var heading = Heading(source: text, hasCalls: true)
    heading.notes = [text]
    var figure = Figure(
      heading, style: style, facts: FigureFacts(tool: text, filter: text, file: text),
      notes: [note])
    let (rows, totals) = scenario.played()
    figure.append(
      rows.map { row in
        guard case .packet(var packet) = row.content else { return row }
        packet.packet.comments = [text]
        var row = row
        row.content = .packet(packet)
        return row
      })
    return (figure, totals, ending(hasCalls: true))
  }

  /// Whether nothing in it acts on a terminal or reorders what is read.
  private func expectVisible(_ text: String, _ what: String) {
    for scalar in text.unicodeScalars where scalar != "\n" {
      let category = scalar.properties.generalCategory
      let isHarmful = [
        .control, .format, .lineSeparator, .paragraphSeparator, .privateUse,
        .unassigned,
      ].contains(category)
      #expect(!isHarmful, "\(what): U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test(arguments: texts.indices)
  func picturesAreInert(index: Int) throws {
    let (figure, totals, ending) = try HostileTests.figure(HostileTests.texts[index])
    let picture = try figure.picture(totals, ending)
    var pen = SVGPen()
    pen.font = HostileTests.texts[index]
    let svg = pen.document(picture)
    expectVisible(svg, "SVG")
    let lint = try runText(["xmllint", "--noout", "--nonet", "-"], input: Array(svg.utf8))
    #expect(lint.status == 0, "\(lint.errorText)")
    let html = HTMLPen().document(picture)
    expectVisible(html, "HTML")
    for (text, scripts) in [(svg, 0), (html, 1)] {
      let found = try runText(["python3", "-c", HostileTests.parser], input: Array(text.utf8))
      #expect(found.status == 0, "\(found.errorText)")
      #expect(found.text == "script \(scripts)\n", "\(found.text)")
    }
  }

  /// Prints what elements and attributes could act: only the page's own script may be there.
  private static let parser = """
    import sys, html.parser
    allowed = set('svg title desc rect line polygon polyline circle text tspan g html head meta '
      'style body header label input button output main script'.split())
    class Parser(html.parser.HTMLParser):
      scripts = 0
      def handle_starttag(self, tag, attributes):
        if tag not in allowed: print('tag', tag)
        if tag == 'script': self.scripts += 1
        for name, value in attributes:
          if name.startswith('on') or name in ('href', 'xlink:href', 'src', 'style', 'srcdoc'):
            print('attribute', name, value)
      def handle_comment(self, data): print('comment', data)
      def unknown_decl(self, data): print('declaration', data)
    parser = Parser(convert_charrefs=True)
    parser.feed(sys.stdin.buffer.read().decode('utf-8'))
    parser.close()
    print('script', parser.scripts)
    """

  @Test(arguments: texts.indices)
  func textsAreInert(index: Int) throws {
    let text = HostileTests.texts[index]
    let (figure, totals, ending) = try HostileTests.figure(text)
    let ladder = try figure.ladder(totals, ending).joined(separator: "\n")
    expectVisible(ladder, "text")
    let mermaid = try figure.mermaid(totals)
    expectVisible(mermaid, "Mermaid")
    for line in mermaid.split(separator: "\n") {
      #expect(MermaidPenTests.isStatement(line), "\(line)")
    }
    #expect(mermaid.components(of: "->>S: ") <= 6)
    let script = try figure.packetdrill(side: .client)
    expectVisible(script, "packetdrill")
    for line in script.split(separator: "\n") {
      #expect(PacketdrillPenTests.isStatement(line), "\(line)")
    }
    let report = try figure.markdown(picture: text, totals, ending)
    expectVisible(report, "Markdown")
    #expect(report.split(separator: "\n").count { $0.hasPrefix("|") } == 3)
    #expect(report.split(separator: "\n").count { $0.hasPrefix("#") } == 1)
    // Outside of the picture's address nothing begins HTML, a link or code.
    let words = report.split(separator: "\n").filter { !$0.hasPrefix("![") }.joined(separator: "\n")
    let bare = words.replacing(#/\\./#, with: "")
    for mark in ["<", "`", "](", "!["] { #expect(!bare.contains(mark), "\(mark) in \(bare)") }
  }

  @Test(arguments: texts.indices)
  func plotsAndScreenshotsAreInert(index: Int) throws {
    let text = HostileTests.texts[index]
    var style = FigureStyle()
    style.title = text
    var plot = Plot(
      Heading(source: text, hasCalls: true), kind: .sequence, side: nil, style: style,
      facts: FigureFacts(tool: text, filter: text, file: text),
      notes: [Note(anchor: .packet(4), words: "packet 4", text: text)])
    plot.append(HostileTests.scenario(text).rows)
    var annotation = Annotation(image: [1, 2, 3], width: 300, height: 200)
    annotation.marks = [(.pixel(10, 10), Annotation.harmless(text))]
    annotation.title = text
    annotation.caption = [text]
    for picture in [try plot.picture(), try annotation.picture()] {
      let svg = SVGPen().document(picture)
      expectVisible(svg, "SVG")
      let lint = try runText(["xmllint", "--noout", "--nonet", "-"], input: Array(svg.utf8))
      #expect(lint.status == 0, "\(lint.errorText)")
      #expect(svg.components(of: "<script") == 1)
      #expect(svg.components(of: "</svg>") == 2)
    }
  }
}
