import Explain
import Glibc
import Text
import Tracing

/// The running programs that a session is attached to, as they are before it begins.
struct AttachedPrograms {
  /// The programs, in the order they were named.
  let targets: [AttachTarget]
  /// The program into whose network this process has gone.
  private(set) var entered: AttachTarget?
  /// The program whose network could not be entered: errno(3).
  private(set) var refusal: (target: AttachTarget, error: Int32)?
  /// The programs in other networks than the one whose packets are captured.
  private(set) var elsewhere: [AttachTarget] = []

  /// Finds the programs of these numbers, and goes into the network of the first. Call it while this
  /// process has one thread.
  static func find(_ numbers: [Int32]) throws(SessionError) -> AttachedPrograms {
    do throws(AttachError) {
      var targets: [AttachTarget] = []
      for number in numbers {
        let target = try AttachTarget.find(number)
        if !targets.contains(where: { $0.process == target.process }) { targets.append(target) }
      }
      var programs = AttachedPrograms(targets: targets)
      programs.enterNetwork()
      for target in targets { try target.check() }
      return programs
    } catch {
      throw .attach(error)
    }
  }

  private init(targets: [AttachTarget]) { self.targets = targets }

  private mutating func enterNetwork() {
    guard let first = targets.first, let network = first.network else { return }
    elsewhere = targets.filter { $0.network != network }
    guard network != AttachTarget.ownNetwork else { return }
    let error = first.enterNetwork()
    if error == 0 { entered = first } else { refusal = (first, error) }
  }

  // MARK: sentences

  /// What the heading says of the network.
  var notes: [String] {
    var notes: [String] = []
    if let entered {
      notes.append("in the network of \(Self.name(entered)), not in sockline's own")
    }
    if let (target, error) = refusal {
      notes.append(
        "packets not captured: \(Self.name(target)) has a network of its own, which may not be "
          + "entered (\(SystemMessage.text(error).lowercased())): use `sudo sockline attach "
          + "\(target.process)`; calls are drawn all the same")
    }
    if !elsewhere.isEmpty {
      let names = elsewhere.map(Self.name).joined(separator: ", ")
      notes.append("in another network, so without packets: \(names); attach to each separately")
    }
    return notes
  }

  /// What is said before anything is traced: what it costs, and how it ends.
  ///
  /// - Parameter cost: nanoseconds by which two stops make a call longer, where measured.
  func announcement(cost: Int64?) -> [String] {
    var lines: [String] = []
    for target in targets {
      if let thread = target.thread {
        lines.append("\(thread) is a thread of \(Self.name(target)), which is traced as a whole.")
      }
      let children = target.children.filter { child in
        !targets.contains { $0.process == child }
      }
      if !children.isEmpty {
        let numbers = children.map { "\($0)" }.joined(separator: " ")
        lines.append(
          "\(Self.name(target)) has children that are not traced; to include them: "
            + "`sockline attach \(target.process) \(numbers)`.")
      }
    }
    let names = targets.map(Self.name).joined(separator: ", ")
    let costs = cost.map { ", adding some \(Self.microseconds($0)) us" } ?? ""
    lines.append(
      "From now on every system call of \(names) stops twice\(costs)\(load(cost: cost)). "
        + "Ctrl-C detaches, and \(targets.count == 1 ? "it runs" : "they run") on unharmed.")
    return lines
  }

  /// How much of its time that takes, by the reads and writes of a moment.
  private func load(cost: Int64?) -> String {
    let before = targets.map(\.readsAndWrites)
    let start = Clock.monotonic
    usleep(AttachedPrograms.moment)
    let after = targets.map(\.readsAndWrites)
    let passed = Double(max(1, Clock.monotonic - start)) / 1_000_000_000
    var count = 0
    for (one, other) in zip(before, after) {
      guard let one, let other else { return "" }
      count += max(0, other - one)
    }
    guard count > 0 else { return "; it currently makes hardly any" }
    let rate = Int(Double(count) / passed)
    let words = "; it currently reads and writes \(NumberText.count(rate)) times a second"
    guard let cost else { return words }
    let share = Double(rate) * Double(cost) / 10_000_000
    return words + ", which costs at least \(max(1, Int(share))) % of a processor's time"
  }

  /// Microseconds for which reads and writes are counted.
  private static let moment: UInt32 = 200_000

  private static func microseconds(_ nanoseconds: Int64) -> Int64 { (nanoseconds + 999) / 1_000 }

  /// What the footer says of those that run on.
  func farewell() -> String? {
    let left = targets.filter { kill($0.process, 0) == 0 || errno == EPERM }
    guard !left.isEmpty else { return nil }
    let names = left.map(Self.name).joined(separator: ", ")
    return "\(names) \(left.count == 1 ? "runs" : "run") on, no longer traced"
  }

  private static func name(_ target: AttachTarget) -> String {
    "\(Escape.terminal(target.name))[\(target.process)]"
  }
}
