/// Times as text. Everything inside is nanoseconds; this is the one file that formats them.
public enum TimeText {
  /// Nanoseconds as milliseconds with three decimals, rounded: `0.021`, `-1.500`, `86400000.000`.
  public static func milliseconds(_ nanoseconds: Int64) -> String {
    decimal(nanoseconds, unit: 1_000_000, decimals: 3)
  }

  /// Nanoseconds as seconds with the given number of decimals, at most nine, rounded: `1.204518`.
  public static func seconds(_ nanoseconds: Int64, decimals: Int = 6) -> String {
    decimal(nanoseconds, unit: 1_000_000_000, decimals: min(max(decimals, 0), 9))
  }

  /// Nanoseconds since the epoch as date and time in UTC: `2026-11-23 14:20:07.123456`.
  ///
  /// - Parameter decimals: decimals of the second, 0 to 9; the rest is cut off, not rounded.
  public static func utc(_ nanoseconds: Int64, decimals: Int = 6) -> String {
    let (days, _) = floored(nanoseconds, by: 86_400_000_000_000)
    let (year, month, day) = civil(days: days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2)) "
      + utcTime(nanoseconds, decimals: decimals)
  }

  /// Nanoseconds since the epoch as the time of the day in UTC: `14:20:07.123456`.
  public static func utcTime(_ nanoseconds: Int64, decimals: Int = 6) -> String {
    let (_, time) = floored(nanoseconds, by: 86_400_000_000_000)
    let (second, fraction) = floored(time, by: 1_000_000_000)
    var text = padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
    text += padded(second % 60, 2)
    if decimals > 0 { text += "." + padded(fraction, 9).prefix(decimals) }
    return text
  }

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
    var step = unit
    for _ in 0..<decimals { step /= 10 }
    let steps = (value.magnitude + step / 2) / max(step, 1)
    let perUnit = unit / step
    let sign = value < 0 && steps > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(steps) }
    return sign + String(steps / perUnit) + "." + padded(Int64(steps % perUnit), decimals)
  }

  /// The number with zeros before it.
  private static func padded(_ value: Int64, _ digits: Int) -> String {
    let text = String(value.magnitude)
    let missing = max(0, digits - text.utf8.count)
    return (value < 0 ? "-" : "") + "000000000".prefix(missing) + text
  }
}
