import Testing

@testable import Text

@Suite struct TimeTextTests {
  @Test(arguments: [
    (Int64(0), "0.000"), (21_000, "0.021"), (499, "0.000"), (500, "0.001"), (999_499, "0.999"),
    (999_500, "1.000"), (-1_500_000, "-1.500"), (-499, "0.000"), (-500, "-0.001"),
    (86_400_000_000_000, "86400000.000"), (.max, "9223372036854.776"), (.min, "-9223372036854.776"),
  ])
  func milliseconds(nanoseconds: Int64, text: String) {
    #expect(TimeText.milliseconds(nanoseconds) == text)
  }

  @Test(arguments: [
    (Int64(1_204_518_000), 6, "1.204518"), (1_204_518_499, 6, "1.204518"),
    (1_204_518_500, 6, "1.204519"), (1_500_000_000, 0, "2"), (1_499_999_999, 0, "1"),
    (1, 9, "0.000000001"), (1, 20, "0.000000001"), (-1, 9, "-0.000000001"), (-1, 3, "0.000"),
    (1_500_000_000, -1, "2"), (.min, 9, "-9223372036.854775808"),
  ])
  func seconds(nanoseconds: Int64, decimals: Int, text: String) {
    #expect(TimeText.seconds(nanoseconds, decimals: decimals) == text)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01 00:00:00.000000"),
    (1_700_000_000_123_456_789, "2023-11-14 22:13:20.123456"),
    (1_795_443_607_000_000_000, "2026-11-23 14:20:07.000000"),
    // Leap days, and the years that have none.
    (951_782_400_000_000_000, "2000-02-29 00:00:00.000000"),
    (1_709_251_199_999_999_999, "2024-02-29 23:59:59.999999"),
    (4_107_542_399_000_000_000, "2100-02-28 23:59:59.000000"),
    (4_107_542_400_000_000_000, "2100-03-01 00:00:00.000000"),
    // Before the epoch.
    (-1, "1969-12-31 23:59:59.999999"), (-86_400_000_000_000, "1969-12-31 00:00:00.000000"),
    (.min, "1677-09-21 00:12:43.145224"), (.max, "2262-04-11 23:47:16.854775"),
  ])
  func dates(nanoseconds: Int64, text: String) {
    #expect(TimeText.utc(nanoseconds) == text)
    #expect(TimeText.utcTime(nanoseconds) == String(text.dropFirst(11)))
  }

  @Test func decimalsAreCutOff() {
    let time: Int64 = 1_700_000_000_999_999_999
    #expect(TimeText.utcTime(time, decimals: 0) == "22:13:20")
    #expect(TimeText.utcTime(time, decimals: 1) == "22:13:20.9")
    #expect(TimeText.utcTime(time, decimals: 9) == "22:13:20.999999999")
    #expect(TimeText.utcTime(time, decimals: 12) == "22:13:20.999999999")
  }

  /// Every day of 1,200 years follows the day before it.
  @Test func everyDayFollowsTheDayBefore() {
    let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, day): (Int64, Int64, Int64) = TimeText.civil(days: -219_145)
    #expect((year, month, day) == (1370, 1, 1))
    for number in Int64(-219_144)...219_146 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let last = lengths[Int(month) - 1] + (isLeap && month == 2 ? 1 : 0)
      (year, month, day) =
        day < last
        ? (year, month, day + 1)
        : month < 12 ? (year, month + 1, 1) : (year + 1, 1, 1)
      let made = TimeText.civil(days: number)
      if made != (year, month, day) {
        Issue.record("day \(number) is \(made), not \((year, month, day))")
        return
      }
    }
  }
}
