import Testing

@testable import Render

@Suite struct LeadersTests {
  /// Marks at random places: no two leader lines cross, and no two letters are on each other.
  @Test(arguments: 0..<300)
  func linesNeverCross(seed: Int) {
    var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    let count = 2 + Int(random.next() % 14)
    let targets = (0..<count).map { _ in
      Point(Double(random.next() % 800), Double(random.next() % 600))
    }
    let step = 24.0
    let leaders = Leaders(targets, left: -20, right: 820, range: 10...590, step: step).leaders
    #expect(leaders.count == count)
    #expect(Set(leaders.map(\.mark)).count == count)
    for (index, one) in leaders.enumerated() {
      #expect(one.to == targets[one.mark])
      #expect(10...590 ~= one.from.y)
      for other in leaders[(index + 1)...] {
        #expect(!Leaders.crosses(one.from, one.to, other.from, other.to), "seed \(seed)")
        if one.from.x == other.from.x {
          #expect(abs(one.from.y - other.from.y) >= step - 0.001, "seed \(seed)")
        }
      }
    }
  }

  @Test func placesAreKeptWhereThereIsRoom() {
    #expect(Leaders.spread([10, 50, 90], 0...100, 20) == [10, 50, 90])
    #expect(Leaders.spread([10, 12, 14], 0...100, 20) == [10, 30, 50])
    #expect(Leaders.spread([95, 96, 97], 0...100, 20) == [60, 80, 100])
    #expect(Leaders.spread([-5], 0...100, 20) == [0])
    #expect(Leaders.spread([], 0...100, 20) == [])
  }

  @Test func crossingIsSeen() {
    let (a, b) = (Point(0, 0), Point(10, 10))
    #expect(Leaders.crosses(a, b, Point(0, 10), Point(10, 0)))
    #expect(!Leaders.crosses(a, b, Point(0, 1), Point(10, 11)))
    #expect(!Leaders.crosses(a, b, a, Point(10, 0)))
  }
}

/// Numbers that are the same on every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
