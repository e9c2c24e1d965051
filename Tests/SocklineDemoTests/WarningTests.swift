import Foundation
import Testing

@Suite struct WarningTests {
  /// The lecture's pair compiles without a word, as portable C.
  @Test func cWithoutWarnings() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/CDemo").path
    let outcome = try DemoScript.run(
      """
      compiler=$(command -v clang || command -v cc)
      "$compiler" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion \
        -fsyntax-only '\(sources)'/*.c
      """)
    #expect(outcome.status == 0)
    #expect(outcome.output == "")
  }
}
