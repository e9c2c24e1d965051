import Calls
import Explain
import Text
import Timeline
import Wire

/// The lines before the first row, and those that announce a connection.
struct LadderHeader {
  let heading: Heading
  let style: LadderStyle
  let language: Language

  private var glyphs: Glyphs { Glyphs(isASCII: style.isASCII) }
  private var width: Int { min(style.width, Room.widest) }

  /// Sentences before everything else: those of the heading, and what is left out.
  func notes(_ selection: Selection) -> [String] {
    let left = selection.words(language).map { language.tell(.leftOut, $0) }
    let mark = selection.isEverything ? nil : language.tell(.marksLeftOut)
    let words = [left, mark].compactMap { $0 }.joined(separator: "; ")
    return (heading.notes.map(harmless) + (words.isEmpty ? [] : [words])).flatMap(wrap)
  }

  /// Connections that are known, how to read the ladder; ends with an empty line.
  func lines(_ connections: [Connection]) -> [String] {
    let source = harmless(heading.source)
    var lines: [String] = []
    if connections.count == 1, let only = connections.first {
      let name = title(only)
      let isShort = DisplayWidth.columns(of: name) + 3 + DisplayWidth.columns(of: source) <= width
      lines += isShort ? [name + "   " + source] : wrap(name) + wrap(source)
      lines += wrap(numbers(only))
    } else {
      lines += wrap(source + "   " + numbering)
      for connection in connections { lines += announcement(connection) }
    }
    return style.isLines ? lines : lines + legend + [""]
  }

  /// Adds the line that announces a connection, where it is one line and nothing in it is foreign:
  /// most of a capture of many connections are so.
  ///
  /// - Returns: whether it did.
  func add(announcement connection: Connection, to lines: inout Lines) -> Bool {
    guard connection.clientProcess == nil, connection.serverProcess == nil,
      !connection.beganBefore, connection.tunnels.isEmpty
    else { return false }
    var line: [UInt8] = []
    line.reserveCapacity(128)
    line.add(ClosingText.kind(connection))
    line.append(UInt8(ascii: " "))
    DecimalText.add(connection.id.rawValue, to: &line)
    line.add("  ")
    connection.client.append(to: &line)
    line.append(UInt8(ascii: " "))
    let ends = line.count
    line.add(String(glyphs.arrow))
    let extra = line.count - ends - DisplayWidth.columns(of: String(glyphs.arrow))
    line.append(UInt8(ascii: " "))
    connection.server.append(to: &line)
    if connection.clientISN != nil || connection.serverISN != nil {
      line.add("   ")
      language.add(.initialNumbers, to: &line) { _, line in
        add(.clientNumber, connection.clientISN, to: &line)
        if connection.clientISN != nil, connection.serverISN != nil { line.add(", ") }
        add(.serverNumber, connection.serverISN, to: &line)
      }
    }
    guard line.count - extra <= width - 6 else { return false }
    lines.line { $0.append(contentsOf: line) }
    return true
  }

  private func add(_ sentence: Sentence, _ number: SequenceNumber?, to line: inout [UInt8]) {
    guard let number else { return }
    language.add(sentence, to: &line) { _, line in DecimalText.add(Int(number.rawValue), to: &line)
    }
  }

  /// A connection in one or two lines.
  func announcement(_ connection: Connection) -> [String] {
    let name = title(connection)
    let numbers = initialNumbers(connection)
    let whole = numbers.isEmpty ? name : name + "   " + numbers
    if DisplayWidth.columns(of: whole) <= width - 6 { return [whole] }
    let fitting = Fitting(room: width - 8, isASCII: style.isASCII)
    let names =
      DisplayWidth.columns(of: name) <= width - 6 ? [name] : fitting.wrap(name, lines: 6)
    let lines = names.dropFirst() + (numbers.isEmpty ? [] : fitting.wrap(numbers, lines: 2))
    return names.prefix(1) + lines.map { "  " + $0 }
  }

  /// `TCP 1  client[4121] 127.0.0.1:51514 → server[4120] 127.0.0.1:3490`
  private func title(_ connection: Connection) -> String {
    let client = end(connection.clientProcess, "\(connection.client)")
    let server = end(connection.serverProcess, "\(connection.server)")
    let began = connection.beganBefore ? "   " + language.tell(.beganBefore) : ""
    return ClosingText.name(connection) + "  " + client + " " + glyphs.arrow + " " + server + began
  }

  private func end(_ process: ProcessName?, _ endpoint: String) -> String {
    process.map { harmless(name: $0) + " " + endpoint } ?? endpoint
  }

  func harmless(name: ProcessName) -> String {
    style.isASCII ? CallText.ascii(CauseText.name(name)) : CauseText.name(name)
  }

  /// How sequence numbers are shown, with the ISNs; for datagrams that there are none.
  func numbers(_ connection: Connection) -> String {
    if connection.kind == .udp { return language.tell(.datagramsOnly) }
    let numbers = initialNumbers(connection)
    return numbers.isEmpty ? numbering : numbering + "; " + numbers
  }

  /// How sequence numbers are shown.
  private var numbering: String {
    let sentence: Sentence =
      switch style.sequence {
      case .relative: .relativeNumbers
      case .raw: .rawNumbers
      case .both: .bothNumbers
      }
    return language.tell(sentence)
  }

  private func initialNumbers(_ connection: Connection) -> String {
    let client = connection.clientISN.map { language.tell(.clientNumber, "\($0.rawValue)") }
    let server = connection.serverISN.map { language.tell(.serverNumber, "\($0.rawValue)") }
    let known = [client, server].compactMap { $0 }
    return known.isEmpty ? "" : language.tell(.initialNumbers, known.joined(separator: ", "))
  }

  /// How to read the ladder.
  private var legend: [String] {
    guard heading.hasCalls else {
      return wrap(language.tell(.withoutCalls))
    }
    let heavy = String(repeating: glyphs.shaft(true), count: style.isASCII ? 3 : 1)
    let light = String(repeating: glyphs.shaft(false), count: style.isASCII ? 3 : 1)
    let bars = [false, true].map { String(glyphs.bar(.inside(several: $0), true)) }
    let signs = [
      heavy + " " + language.tell(.legendCall), light + " " + language.tell(.legendKernel),
      language.tell(.legendInside, bars[0], bars[1]), language.tell(.legendSilent),
    ]
    return LadderHeader.joined(signs, width)
  }

  /// Texts beside each other, three spaces between, on as many lines as they need.
  static func joined(_ texts: [String], _ width: Int) -> [String] {
    var lines: [String] = []
    for text in texts {
      if let last = lines.last,
        DisplayWidth.columns(of: last) + 3 + DisplayWidth.columns(of: text) <= width
      {
        lines[lines.count - 1] = last + "   " + text
      } else {
        lines.append(text)
      }
    }
    return lines
  }

  /// The text in lines of the page's width.
  func wrap(_ text: String) -> [String] {
    Fitting(room: width, isASCII: style.isASCII).wrap(text, lines: 20)
  }

  func harmless(_ text: String) -> String {
    let shown = Escape.terminal(text)
    return style.isASCII ? CallText.ascii(shown) : shown
  }
}
