/// The fragments of one packet, as they come in.
struct Assembly: Sendable {
  /// The bytes that are there; zeros stand in holes, and for what the capture cut.
  private(set) var bytes: [UInt8] = []
  /// The places that are filled, in order, none touching another.
  private var filled: [Range<Int>] = []
  /// Bytes of the whole, once the last fragment is there.
  private(set) var total: Int?
  /// The numbers of the packets that held a fragment, in the order in which they came.
  private(set) var numbers: [Int] = []
  /// When the first of them came, in nanoseconds.
  let began: Int64
  /// Bytes from the start that were handed out as parts of a segment.
  var delivered = 0
  /// Whether the transport's header was found in one of them.
  var hasTransport = false
  /// Whether the capture cut one of them.
  private(set) var isCut = false
  /// Bytes of the first fragment that the capture kept, where it cut that.
  private(set) var keptOfFirst = Int.max
  /// Whether they contradict each other, so that there is no whole.
  private(set) var isContradictory = false

  /// The longest packet there is, its own header not counted.
  static let longest = 65_535

  init(at time: Int64) { began = time }

  /// Bytes that are there from the start on.
  var contiguous: Int { filled.first.map { $0.lowerBound == 0 ? $0.upperBound : 0 } ?? 0 }

  /// Whether all bytes are there.
  var isWhole: Bool { total != nil && contiguous == total && !isContradictory }

  /// What came of a fragment.
  enum Outcome {
    /// It filled a hole.
    case new
    /// All of it was there.
    case repeated
    /// It cannot be part of this packet, or of any.
    case refused
  }

  /// Takes a fragment.
  mutating func take(_ piece: Piece, _ frame: Span<UInt8>, number: Int) -> Outcome {
    let range = piece.range
    // All but the last hold a multiple of eight bytes; a ping of death is longer than a packet can be.
    guard !isContradictory, range.upperBound <= Assembly.longest, !range.isEmpty,
      !piece.delivery.hasMore || range.count.isMultiple(of: 8)
    else { return .refused }
    if !piece.delivery.hasMore {
      if let total, total != range.upperBound { return refuse() }
      if let last = filled.last, last.upperBound > range.upperBound { return refuse() }
      total = range.upperBound
    } else if let total, range.upperBound > total {
      return refuse()
    }
    guard agrees(piece, frame) else { return refuse() }
    if piece.captured.count < piece.length {
      isCut = true
      if range.lowerBound == 0 { keptOfFirst = piece.captured.count }
    }
    let near = firstTouching(range.lowerBound)
    if near < filled.count, filled[near].lowerBound <= range.lowerBound,
      range.upperBound <= filled[near].upperBound
    {
      return .repeated
    }
    put(piece, frame)
    fill(range)
    numbers.append(number)
    return .new
  }

  private mutating func refuse() -> Outcome {
    isContradictory = true
    bytes = []
    filled = []
    return .refused
  }

  /// Whether what a fragment says of bytes that are there is what they are. Systems differ in which they
  /// would believe, so there is no whole where they are not.
  private func agrees(_ piece: Piece, _ frame: Span<UInt8>) -> Bool {
    if isCut || piece.captured.count < piece.length { return true }
    let range = piece.range
    for known in filled[firstTouching(range.lowerBound)...] {
      if known.lowerBound >= range.upperBound { break }
      for place in known.clamped(to: range)
      where bytes[place] != frame[piece.captured.lowerBound + place - range.lowerBound] {
        return false
      }
    }
    return true
  }

  private mutating func put(_ piece: Piece, _ frame: Span<UInt8>) {
    let range = piece.range
    if bytes.count < range.upperBound {
      bytes.append(contentsOf: repeatElement(0, count: range.upperBound - bytes.count))
    }
    for (index, place) in piece.captured.enumerated() {
      bytes[range.lowerBound + index] = frame[place]
    }
  }

  /// The first of the filled places that ends at `place` or behind it.
  private func firstTouching(_ place: Int) -> Int {
    var range = 0..<filled.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        filled[middle].upperBound >= place
        ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }

  /// Joins a range with those that it touches.
  private mutating func fill(_ range: Range<Int>) {
    let first = firstTouching(range.lowerBound)
    var end = first
    var joined = range
    while end < filled.count, filled[end].lowerBound <= range.upperBound {
      joined =
        min(
          joined.lowerBound, filled[end].lowerBound)..<max(
          joined.upperBound, filled[end].upperBound)
      end += 1
    }
    filled.replaceSubrange(first..<end, with: [joined])
  }
}
