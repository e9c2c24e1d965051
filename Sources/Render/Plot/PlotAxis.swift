import Text

/// An axis: from which value to which, and where its numbers stand.
struct PlotAxis {
  let least: Double
  let most: Double
  let ticks: [Double]
  /// What one number counts, and how many there are of it in a value.
  let unit: String
  let factor: Double

  /// An axis over values from 0, or from `least`, to `most`, with about `count` numbers.
  init(from least: Double, to most: Double, count: Int, units: [(String, Double)]) {
    // Values that hardly differ would need more digits than there is room for: from 0 on then.
    let isFlat = most - least <= abs(most) * 1e-6
    let (least, most) = isFlat ? (min(0, least), max(0, most)) : (least, most)
    let (unit, factor) = units.last { $0.1 <= most } ?? units.first ?? ("", 1)
    let span = max(most - least, factor / 1000)
    let step = PlotAxis.round(span / factor / Double(max(count, 1))) * factor
    let first = (least / step).rounded(.down) * step
    self.unit = unit
    self.factor = factor
    self.least = first
    let last = (most / step).rounded(.up) * step
    self.most = max(last, first + step)
    let steps = Int(((self.most - first) / step).rounded())
    ticks = (0...max(1, min(steps, 50))).map { first + Double($0) * step }
  }

  /// The next of 1, 2 and 5 times a power of ten.
  static func round(_ step: Double) -> Double {
    var power = 1.0
    while power * 10 <= step { power *= 10 }
    while power > step { power /= 10 }
    let factor = step / power
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10)
  }

  /// Where a value lies, from 0 to 1.
  func place(_ value: Double) -> Double { (value - least) / (most - least) }

  /// A number of the axis.
  func text(_ tick: Double) -> String {
    let value = tick / factor
    let step = (ticks.count > 1 ? ticks[1] - ticks[0] : 1) / factor
    var decimals = 0
    var power = 1.0
    while step * power < 0.999, decimals < 6 {
      power *= 10
      decimals += 1
    }
    return PlotAxis.number(value, decimals: decimals)
  }

  /// A number with so many decimals.
  static func number(_ value: Double, decimals: Int) -> String {
    var power = 1
    for _ in 0..<decimals { power *= 10 }
    let scaled = Int((min(max(value, -1e12), 1e12) * Double(power)).rounded())
    let whole = NumberText.count(abs(scaled) / power)
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + whole }
    let rest = "\(abs(scaled) % power)"
    return sign + whole + "." + String(repeating: "0", count: decimals - rest.utf8.count) + rest
  }

  /// Units of time, from nanoseconds.
  static let time = [("µs", 1e3), ("ms", 1e6), ("s", 1e9)]
  static let bytes = [("bytes", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)]
  static let rate = [("bytes/s", 1.0), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9)]
  static let milliseconds = [("µs", 1e-3), ("ms", 1.0), ("s", 1e3)]
  static let sequence = [("", 1.0)]
}
