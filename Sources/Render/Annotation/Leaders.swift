/// Where the letters of marks stand beside a screenshot, so that no two leader lines cross.
struct Leaders {
  /// A letter's place and what it points at.
  struct Leader: Hashable {
    var mark: Int
    var from: Point
    var to: Point
  }

  private(set) var leaders: [Leader] = []

  /// - Parameters:
  ///   - targets: what is pointed at.
  ///   - left: where the letters of marks in the left half stand; `right` those of the others.
  ///   - range: the heights at which letters may stand.
  ///   - step: from one letter to the next.
  init(_ targets: [Point], left: Double, right: Double, range: ClosedRange<Double>, step: Double) {
    let middle = (left + right) / 2
    let sides = [
      (left, targets.indices.filter { targets[$0].x < middle }),
      (right, targets.indices.filter { targets[$0].x >= middle }),
    ]
    for (x, marks) in sides {
      var places = Leaders.spread(marks.map { targets[$0].y }.sorted(), range, step)
      let order = marks.sorted { (targets[$0].y, targets[$0].x) < (targets[$1].y, targets[$1].x) }
      Leaders.untangle(&places, order.map { targets[$0] }, x)
      leaders += zip(order, places).map { mark, y in
        Leader(mark: mark, from: Point(x, y), to: targets[mark])
      }
    }
  }

  /// Heights as near as possible to those wanted, in their order, at least a step apart.
  static func spread(
    _ wanted: [Double], _ range: ClosedRange<Double>, _ step: Double
  ) -> [Double] {
    var places = wanted
    for index in places.indices {
      let least = index == 0 ? range.lowerBound : places[index - 1] + step
      places[index] = max(places[index], least)
    }
    var most = range.upperBound
    for index in places.indices.reversed() {
      guard places[index] > most else { break }
      places[index] = most
      most -= step
    }
    return places
  }

  /// Swaps places until no two lines cross; each swap makes the lines shorter, so it ends.
  private static func untangle(_ places: inout [Double], _ targets: [Point], _ x: Double) {
    var isTangled = true
    var rounds = 0
    while isTangled, rounds < 1_000 {
      isTangled = false
      rounds += 1
      for one in places.indices {
        for other in places.indices.dropFirst(one + 1)
        where crosses(Point(x, places[one]), targets[one], Point(x, places[other]), targets[other])
        {
          places.swapAt(one, other)
          isTangled = true
        }
      }
    }
  }

  /// Whether two lines cross between their ends.
  static func crosses(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
    func turn(_ p: Point, _ q: Point, _ r: Point) -> Double {
      (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
    }
    let one = turn(a, b, c) * turn(a, b, d)
    let other = turn(c, d, a) * turn(c, d, b)
    return one < 0 && other < 0
  }
}
