import Testing

@testable import CaptureFile

@Suite struct TimeResolutionTests {
  @Test(
    arguments: [
      (UInt8(6), UInt64(1_500_000), Int64(1_500_000_000)), (9, 7, 7), (0, 3, 3_000_000_000),
      (3, 1_500, 1_500_000_000), (12, 1_999, 1), (12, 999, 0), (18, 2_000_000_000, 2),
      (127, .max, 0), (0x80, 3, 3_000_000_000), (0x80 | 10, 512, 500_000_000),
      (0x80 | 32, 1 << 31, 500_000_000), (0x80 | 64, 1 << 63, 500_000_000), (0xFF, .max, 0),
      (0, .max, .max), (0x80, .max, .max), (9, .max, .max),
    ] as [(UInt8, UInt64, Int64)])
  func units(option: UInt8, time: UInt64, nanoseconds: Int64) {
    #expect(TimeResolution(option: option).nanoseconds(time, offset: 0) == nanoseconds)
  }

  @Test(
    arguments: [
      (Int64(1), Int64(1_000_000_005)), (-1, 0), (.max, .max), (.min, 0), (9_223_372_036, .max),
      (9_223_372_035, 9_223_372_035_000_000_005),
    ] as [(Int64, Int64)])
  func offsets(offset: Int64, nanoseconds: Int64) {
    let time: UInt64 = offset == 9_223_372_036 ? 999_999_999 : 5
    #expect(TimeResolution.nanoseconds.nanoseconds(time, offset: offset) == nanoseconds)
  }
}
