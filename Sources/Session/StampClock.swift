/// The order of a file's packets as a clock that never goes back, whatever their stamps say.
///
/// Packets keep the order of the file, by which they are numbered, and their stamps, by which they are
/// shown. What lies between two of them is counted by this clock: it follows the stamps, passes over a
/// lone one that is wrong, and goes on evenly where the clock behind the stamps was set back.
struct StampClock {
  /// The time of the last packet by this clock.
  private(set) var latest: Int64 = 0
  private var isBegun = false
  /// What is added to stamps since they were set back.
  private var shift: Int64 = 0

  /// Nanoseconds by which a stamp may lie ahead without raising doubts.
  static let leap: Int64 = 1_000_000_000
  /// Nanoseconds by which packets of two queues may stand in the wrong order.
  static let disorder: Int64 = 50_000_000
  /// Times are not followed beyond this one, in the year 2116.
  static let limit: Int64 = 1 << 62

  /// Whether the packet after one with this stamp should be looked at first.
  func doubts(_ stamp: Int64) -> Bool {
    guard isBegun else { return true }
    let time = self.time(of: stamp)
    return time - latest > StampClock.leap || latest - time > StampClock.disorder
  }

  /// The time of the next packet.
  ///
  /// - Parameter next: the stamp of the packet after it, where that is at hand.
  mutating func take(_ stamp: Int64, before next: Int64?) -> Int64 {
    let stamp = min(max(0, stamp), StampClock.limit)
    let next = next.map { min(max(0, $0), StampClock.limit) }
    guard isBegun else {
      isBegun = true
      // A first stamp far from the second would be the only one of its kind.
      latest = next.map { stamp - $0 > StampClock.leap ? $0 : stamp } ?? stamp
      return latest
    }
    let time = self.time(of: stamp)
    if let next {
      let after = self.time(of: next)
      // It leaps ahead, and what follows does not: the stamp is wrong.
      if time - latest > StampClock.leap, time - after > (time - latest) / 2 { return latest }
      // It falls behind, and what follows does not.
      if latest - time > StampClock.disorder, after >= latest - StampClock.disorder {
        return latest
      }
    }
    if time >= latest {
      if stamp >= latest { shift = 0 }
      latest = time
    } else if latest - time > StampClock.disorder {
      shift = latest - stamp
    }
    return latest
  }

  /// A stamp by this clock: as it is, or, since the clock behind it was set back, moved.
  private func time(of stamp: Int64) -> Int64 {
    let stamp = min(max(0, stamp), StampClock.limit)
    return stamp >= latest ? stamp : min(stamp + shift, StampClock.limit)
  }
}
