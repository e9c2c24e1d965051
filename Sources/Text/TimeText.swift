/// Times as text. Everything inside is nanoseconds; this is the one file that formats them.
public enum TimeText {
  /// Nanoseconds as milliseconds with three decimals, rounded: `0.021`, `-1.500`, `86400000.000`.
  public static func milliseconds(_ nanoseconds: Int64) -> String {
    decimal(nanoseconds, unit: 1_000_000, decimals: 3)
  }

  /// Characters of nanoseconds as milliseconds.
  public static func count(milliseconds nanoseconds: Int64) -> Int {
    let microseconds = (nanoseconds.magnitude + 500) / 1_000
    let sign = nanoseconds < 0 && microseconds > 0 ? 1 : 0
    return sign + DecimalText.count(Int(clamping: microseconds / 1_000)) + 4
  }

  /// Nanoseconds as microseconds with three decimals, so exactly: `1219.000`.
  public static func microseconds(_ nanoseconds: Int64) -> String {
    decimal(nanoseconds, unit: 1_000, decimals: 3)
  }

  /// Adds nanoseconds as milliseconds with three decimals, for rows by the hundred thousand.
  public static func add(milliseconds nanoseconds: Int64, to bytes: inout [UInt8]) {
    add(nanoseconds, unit: 1_000_000, decimals: 3, to: &bytes)
  }

  /// Adds nanoseconds as seconds with six decimals.
  public static func add(seconds nanoseconds: Int64, to bytes: inout [UInt8]) {
    add(nanoseconds, unit: 1_000_000_000, decimals: 6, to: &bytes)
  }

  /// Nanoseconds as seconds with the given number of decimals, at most nine, rounded: `1.204518`.
  public static func seconds(_ nanoseconds: Int64, decimals: Int = 6) -> String {
    decimal(nanoseconds, unit: 1_000_000_000, decimals: min(max(decimals, 0), 9))
  }

  /// Nanoseconds since the epoch as date and time in UTC: `2026-11-23 14:20:07.123456`.
  ///
  /// - Parameter decimals: decimals of the second, 0 to 9; the rest is cut off, not rounded.
  public static func utc(_ nanoseconds: Int64, decimals: Int = 6) -> String {
    let (days, time) = floored(nanoseconds, by: dayLength)
    let (year, month, day) = civil(days: days)
    var digits = Digits()
    // Nanoseconds in 64 bits reach from 1677 to 2262.
    digits.add(UInt64(year), atLeast: 4)
    digits.add("-")
    digits.add(UInt64(month), atLeast: 2)
    digits.add("-")
    digits.add(UInt64(day), atLeast: 2)
    digits.add(" ")
    digits.addTime(UInt64(time), decimals: decimals)
    return digits.text
  }

  /// Nanoseconds since the epoch as the time of the day in UTC: `14:20:07.123456`.
  public static func utcTime(_ nanoseconds: Int64, decimals: Int = 6) -> String {
    var digits = Digits()
    digits.addTime(UInt64(floored(nanoseconds, by: dayLength).1), decimals: decimals)
    return digits.text
  }

  /// Nanoseconds of a day.
  private static let dayLength: Int64 = 86_400_000_000_000

  /// The date of a day, counted from 1970-01-01, in the Gregorian calendar.
  ///
  /// Years begin in March here, so that the leap day is the last of its year; 400 years are 146,097
  /// days.
  static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let marchDays = days + 719_468  // from 0000-03-01
    let (era, dayOfEra) = floored(marchDays, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153  // 0 is March
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Quotient and remainder, the remainder never negative.
  private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// `value / unit` with the given number of decimals, rounded half away from zero.
  private static func decimal(_ value: Int64, unit: UInt64, decimals: Int) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    add(value, unit: unit, decimals: decimals, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func add(_ value: Int64, unit: UInt64, decimals: Int, to bytes: inout [UInt8]) {
    var step = unit
    for _ in 0..<decimals { step /= 10 }
    let steps = (value.magnitude + step / 2) / max(step, 1)
    let perUnit = unit / step
    var digits = Digits(bytes)
    bytes = []
    if value < 0, steps > 0 { digits.add("-") }
    digits.add(steps / perUnit)
    if decimals > 0 {
      digits.add(".")
      digits.add(steps % perUnit, atLeast: decimals)
    }
    bytes = digits.bytes
  }
}

/// Numbers with zeros before them, put together byte by byte: each row shown has a time, and a
/// string put together of strings costs several times as much.
private struct Digits {
  private(set) var bytes: [UInt8] = []

  /// Goes on behind `bytes`.
  init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

  init() { bytes.reserveCapacity(32) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ sign: Unicode.Scalar) { bytes.append(UInt8(ascii: sign)) }

  /// Adds a number with at least as many digits as are asked for.
  mutating func add(_ value: UInt64, atLeast count: Int = 1) {
    if value >= 10 || count > 1 { add(value / 10, atLeast: count - 1) }
    bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
  }

  /// Adds the time of a day, in nanoseconds, with decimals that are cut off, not rounded.
  mutating func addTime(_ nanoseconds: UInt64, decimals: Int) {
    let (second, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    add(second / 3600, atLeast: 2)
    add(":")
    add(second / 60 % 60, atLeast: 2)
    add(":")
    add(second % 60, atLeast: 2)
    let kept = min(max(decimals, 0), 9)
    guard kept > 0 else { return }
    add(".")
    add((kept..<9).reduce(fraction) { rest, _ in rest / 10 }, atLeast: kept)
  }
}
