import Timeline

/// Where the columns of a panel stand.
struct FigurePlaces {
  /// The left and the right edge of everything.
  let left: Double
  let right: Double
  /// Where times and numbers end.
  let timeRight: Double
  let numberRight: Double
  /// The lanes' words, from edge to edge.
  let clientWords: (left: Double, right: Double)
  let serverWords: (left: Double, right: Double)
  /// The bands of the ends.
  let clientBand: (left: Double, right: Double)
  let serverBand: (left: Double, right: Double)
  /// What the listening sockets of a side take beside the band, and each of them.
  let listeners: [Side: (all: Double, step: Double)]
  /// From one bar of a side to the next.
  let barSteps: [Side: Double]
  let metrics: Metrics

  /// Columns that a lane has beside its words, for a callout.
  static let spare = 4
  /// Columns that an arrow has beside its label.
  static let arrowSpare = 4

  /// Places in which all of the panels, which have one room, fit.
  init(_ panels: [FigurePanel], _ room: Room, _ metrics: Metrics) {
    self.metrics = metrics
    let column = metrics.column
    var listeners: [Side: (all: Double, step: Double)] = [:]
    var barSteps: [Side: Double] = [:]
    var slots: [Side: Int] = [:]
    for side in [Side.client, .server] {
      let most = panels.map { $0.listeners(side) }.max() ?? 0
      let all = min(Double(most) * FigurePlaces.listener, metrics.mostListeners)
      listeners[side] = (all, all / Double(max(1, most)))
      slots[side] = panels.map { $0.slots(side) }.max() ?? 1
    }
    for (side, count) in slots {
      barSteps[side] = min(metrics.barStep, metrics.mostBars / Double(count))
    }
    self.listeners = listeners
    self.barSteps = barSteps
    left = metrics.margin
    timeRight = left + Double(room.time) * column
    numberRight = timeRight + Double(room.number + 1) * column
    var x = numberRight + column
    clientWords = (x, x + Double(room.client + FigurePlaces.spare) * column)
    x = clientWords.right + 6 + Double(slots[.client] ?? 1) * (barSteps[.client] ?? 0)
    x += listeners[.client]?.all ?? 0
    clientBand = (x, x + metrics.band)
    x = clientBand.right + Double(room.arrow + FigurePlaces.arrowSpare) * column
    serverBand = (x, x + metrics.band)
    x = serverBand.right + 6 + Double(slots[.server] ?? 1) * (barSteps[.server] ?? 0)
    x += listeners[.server]?.all ?? 0
    serverWords = (x, x + Double(room.server + FigurePlaces.spare) * column)
    right = serverWords.right
  }

  /// What a listening socket takes.
  private static let listener = 14.0

  func band(_ side: Side) -> (left: Double, right: Double) {
    side == .client ? clientBand : serverBand
  }

  /// The edge of the band that looks at the other end.
  func inner(_ side: Side) -> Double { side == .client ? clientBand.right : serverBand.left }

  /// The edge of the band that looks at the program.
  func outer(_ side: Side) -> Double { side == .client ? clientBand.left : serverBand.right }

  /// The left and the right edge of a bar.
  func bar(_ side: Side, slot: Int) -> (left: Double, right: Double) {
    let step = barSteps[side] ?? metrics.barStep
    let width = metrics.bar * step / metrics.barStep
    let away = 4 + (listeners[side]?.all ?? 0) + Double(slot) * step
    return side == .client
      ? (clientBand.left - away - width, clientBand.left - away)
      : (serverBand.right + away, serverBand.right + away + width)
  }

  /// The left and the right edge of a listening socket.
  func listener(_ side: Side, slot: Int) -> (left: Double, right: Double) {
    let step = listeners[side]?.step ?? FigurePlaces.listener
    let width = 8 * step / FigurePlaces.listener
    let away = 3 + Double(slot) * step
    return side == .client
      ? (clientBand.left - away - width - 3, clientBand.left - away - 3)
      : (serverBand.right + away, serverBand.right + away + width)
  }
}

/// How high the lines of a panel are, and where their middles lie.
struct FigureHeights {
  /// The middle of each entry, where arrows run.
  private(set) var centers: [Double] = []
  /// The upper edge of each entry, and the lower one of the last.
  private(set) var tops: [Double] = []

  /// Places the entries of `range` one below the other, from `top` on.
  init(_ entries: ArraySlice<FigureEntry>, from top: Double, _ metrics: Metrics) {
    var y = top
    for entry in entries {
      tops.append(y)
      let (above, below) = FigureHeights.extent(entry, metrics)
      centers.append(y + above)
      y += above + below
    }
    tops.append(y)
  }

  /// What an entry takes above and below its middle.
  static func extent(_ entry: FigureEntry, _ metrics: Metrics) -> (above: Double, below: Double) {
    if entry.isSilence { return (13, 13) }
    var above = 8.5
    var below = 8.0
    if case .arrow = entry.line.middle { (above, below) = (17, 8) }
    if entry.line.time == nil { (above, below) = (7.5, 7.5) }
    if !entry.letters.isEmpty {
      above = max(above, metrics.callout + 2)
      below = max(below, metrics.callout + 2)
    }
    if case .arrow = entry.line.middle {
      if entry.isLifted { above = metrics.callout + 17 }
    } else {
      // Beside the words of a call there is room for one letter; the others stand below it.
      below += Double(max(0, entry.letters.count - 1)) * metrics.calloutStep
    }
    if entry.source != nil { below = max(below, 7 + metrics.small + 2) }
    return (above, below)
  }

  /// The lower edge.
  var bottom: Double { tops.last ?? 0 }
}
