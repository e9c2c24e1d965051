import Timeline

/// The bands of both ends, from the lines on which they are drawn.
enum FigureSpans {
  static func of(_ entries: [FigureEntry], states: [Int: [Side: TCPState]]) -> [FigureSpan] {
    [Side.client, .server].flatMap { side in
      var spans: [FigureSpan] = []
      var state: TCPState?
      var isOpen = false
      for (index, entry) in entries.enumerated() {
        let new = states[index]?[side]
        let isThere = ![.none, .startsNowhere, .crossedNowhere].contains(entry.line[side].end)
        if isOpen, isThere || new != nil, let last = spans.indices.last { spans[last].last = index }
        if let new, new != state || !isOpen, isOpen || new != .closed {
          spans.append(FigureSpan(side: side, state: new, first: index, last: index))
          isOpen = true
        } else if isThere, !isOpen, state != .closed {
          spans.append(FigureSpan(side: side, state: new ?? state, first: index, last: index))
          isOpen = true
        } else if !isThere, new == nil {
          isOpen = false
        }
        if let new { state = new }
      }
      return spans
    }
  }
}
