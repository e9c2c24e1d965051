import CProcess
import Glibc
import Testing

/// A test or a suite of which each test, and each case, runs in a network namespace of its own.
///
/// The whole body is run by one thread that has entered it, so everything that the test opens,
/// starts or traces is in there: a port of its own choice is free, nothing that others send is seen,
/// and `lo` is up. Write `@Suite(.ownNetwork)` or `@Test(.ownNetwork)`; nothing else is needed.
///
/// Where this user may not make network namespaces the tests are left out, and say why; not so in
/// continuous integration, where they fail.
public struct OwnNetwork: SuiteTrait, TestTrait, TestScoping {
  /// Whether the running test is in a network of its own, or says that it is one of the machine's.
  @TaskLocal static var isChosen = false
  /// Whether it is in one of its own.
  @TaskLocal static var isOwn = false

  /// The network of the machine, for the few tests whose subject it is.
  let isMachines: Bool

  /// A suite's tests have it each for itself.
  public var isRecursive: Bool { true }

  /// Leaves the test out where there can be no such network.
  public func prepare(for test: Test) async throws {
    guard !isMachines else { return }
    try await ConditionTrait.needs(OwnNetwork.isPossible, OwnNetwork.refusal).prepare(for: test)
  }

  /// Runs the test, or one of its cases, on a thread that is in there.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    if isMachines {
      try await OwnNetwork.$isChosen.withValue(true) {
        try await OwnNetwork.$isOwn.withValue(false) {
          try await withTaskExecutorPreference(nil) { try await function() }
        }
      }
      return
    }
    guard !OwnNetwork.isOwn else { return try await function() }
    await Slots.shared.take()
    defer { Slots.shared.giveBack() }
    let thread = try await NetworkThread.start()
    defer { thread.end() }
    try await OwnNetwork.$isChosen.withValue(true) {
      try await OwnNetwork.$isOwn.withValue(true) {
        try await withTaskExecutorPreference(thread) { try await function() }
      }
    }
  }

  /// Whether this user may make network namespaces.
  public static var isPossible: Bool { namespace_refusal() == 0 }

  /// Why not.
  static var refusal: Comment {
    "this user may not make a network namespace: \(String(cString: strerror(namespace_refusal())))"
  }

  /// Throws where a live test says nothing about its network.
  public static func requireChoice() throws {
    guard isChosen else { throw NoNetworkChosen() }
  }

  /// A live test that would run in whatever network the machine has.
  struct NoNetworkChosen: Error, CustomStringConvertible {
    var description: String {
      "this test runs programs that use the network: write .ownNetwork at its @Suite or @Test"
    }
  }
}

extension Trait where Self == OwnNetwork {
  /// Each test in a network namespace of its own.
  public static var ownNetwork: OwnNetwork { OwnNetwork(isMachines: false) }
  /// In the network of the machine, with all that others do there; for tests of `--host` alone.
  public static var machinesNetwork: OwnNetwork { OwnNetwork(isMachines: true) }
}
