import Glibc
import Testing

/// What the machine that runs the tests has and allows.
public enum Machine {
  /// Whether the tests run as root.
  public static var isRoot: Bool { geteuid() == 0 }

  /// Whether nothing may be left out, as in continuous integration: `CI` is in the environment.
  public static var isStrict: Bool { getenv("CI") != nil }

  /// Whether these programs are installed.
  public static func has(_ programs: String...) -> Bool {
    programs.allSatisfy { program in
      ["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/usr/local/bin/"].contains {
        access($0 + program, X_OK) == 0
      } || (try? runText(["sh", "-c", "command -v \(program)"]))?.status == 0
    }
  }

  /// Ends a test in its middle where the machine lacks what it needs, and says so; not where nothing
  /// may be left out.
  public static func require(_ condition: Bool, _ why: Comment) throws {
    guard condition || isStrict else { try Test.cancel(why) }
  }
}

extension Trait where Self == ConditionTrait {
  /// What a test needs of the machine. Where that is missing the test is left out and says why; where
  /// nothing may be left out it runs and fails.
  public static func needs(
    _ condition: @autoclosure @escaping @Sendable () throws -> Bool, _ why: Comment
  ) -> ConditionTrait {
    .enabled(if: try Machine.isStrict || condition(), why)
  }

  /// Installed programs that a test needs.
  public static func needs(programs: String...) -> ConditionTrait {
    let missing: @Sendable () -> [String] = { programs.filter { !Machine.has($0) } }
    return .needs(missing().isEmpty, "not installed: one of \(programs.joined(separator: ", "))")
  }
}
