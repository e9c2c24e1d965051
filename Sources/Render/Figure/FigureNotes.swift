import Text
import Timeline

/// A note that has its letter.
struct FigureNote {
  var letter: String
  /// Harmless.
  var text: String
  /// What it is tied to.
  var target: NoteSearch.Target
  /// The name of its group of shapes.
  var related: [String] { [target.thing] }
}

extension Figure {
  /// The notes in the order in which their anchors stand, with letters.
  ///
  /// The user's notes take the place of those that the same packet would get by itself.
  func lettered() throws(FigureError) -> (NoteLetters, [FigureNote]) {
    let shown = held.lazy.filter { $0.isShown && !$0.row.isOpening }.map(\.row)
    var search = NoteSearch(notes)
    var said = notes.map(\.text)
    var fields: [Int: [NoteAnchor.Field]] = [:]
    for row in shown {
      let found = search.take(row)
      guard case .packet(let packet) = row.content else { continue }
      for index in found {
        said[index] = notes[index].text(packet)
        guard case .field(let number, let field) = notes[index].anchor else { continue }
        fields[number, default: []].append(field)
      }
    }
    if let missing = search.missing { throw .noAnchor(missing.words) }
    var texts: [NoteSearch.Target: [String]] = [:]
    for (text, target) in zip(said, search.targets) {
      guard let target else { continue }
      texts[target, default: []].append(Escape.terminal(text))
    }
    if style.hasCallouts {
      for found in AutomaticNotes.find(Array(shown), header.language) {
        let target = NoteSearch.Target.packet(found.packet)
        if texts[target] == nil { texts[target] = [found.text] }
      }
    }
    var (letters, notes) = letters(texts, in: shown.map { $0 })
    letters.fields = fields
    return (letters, notes)
  }

  private func letters(
    _ texts: [NoteSearch.Target: [String]], in rows: [Row]
  ) -> (NoteLetters, [FigureNote]) {
    var left = texts
    var letters = NoteLetters()
    var notes: [FigureNote] = []
    for row in ordered(rows) {
      guard let target = NoteSearch.Target(row), let texts = left.removeValue(forKey: target) else {
        continue
      }
      for text in texts {
        let letter = NoteLetters.letter(notes.count)
        switch target {
        case .packet(let number): letters.add(letter, packet: number)
        case .call(let id): letters.add(letter, call: id)
        }
        notes.append(FigureNote(letter: letter, text: text, target: target))
      }
    }
    return (letters, notes)
  }

  /// The rows as the panels show them: connection after connection where there are several.
  private func ordered(_ rows: [Row]) -> [Row] {
    guard Set(rows.compactMap(\.connection)).count > 1 else { return rows }
    return rows.enumerated().sorted { one, other in
      let first = one.element.connection?.rawValue ?? 0
      let second = other.element.connection?.rawValue ?? 0
      return (first, one.offset) < (second, other.offset)
    }.map(\.element)
  }
}

extension NoteSearch.Target {
  /// What a row is.
  init?(_ row: Row) {
    switch row.content {
    case .packet(let packet): self = .packet(packet.packet.number)
    case .call(let call) where call.part != .exit: self = .call(call.record.id)
    default: return nil
    }
  }

  /// What a plain line tells of: a packet, or a call when it returns.
  init?(line row: Row) {
    switch row.content {
    case .packet(let packet): self = .packet(packet.packet.number)
    case .call(let call) where call.part != .enter: self = .call(call.record.id)
    default: return nil
    }
  }

  /// The name of its group of shapes.
  var thing: String {
    switch self {
    case .packet(let number): "packet-\(number)"
    case .call(let id): "call-\(id.rawValue)"
    }
  }

  /// What it is, in words.
  var words: String {
    switch self {
    case .packet(let number): "packet \(number)"
    case .call(let id): "call c\(id.rawValue)"
    }
  }
}
