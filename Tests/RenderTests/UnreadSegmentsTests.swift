import Testing

@testable import Render

@Suite struct UnreadSegmentsTests {
  private func places(_ segments: UnreadSegments, _ bytes: Range<Int>) -> [Int] {
    segments.carriers(of: bytes).filter { $0.bytes.overlaps(bytes) }.map(\.place)
  }

  @Test func aReadFindsTheSegmentsOfItsBytesAlone() {
    var segments = UnreadSegments()
    for index in 0..<10 { segments.add(index * 100..<(index * 100 + 100), at: index) }
    #expect(places(segments, 0..<100) == [0])
    #expect(places(segments, 150..<301) == [1, 2, 3])
    #expect(places(segments, 999..<2000) == [9])
    #expect(places(segments, 1000..<1001) == [])
  }

  /// One that was sent again stands where its bytes do, also behind later ones, and one longer than
  /// all others is found by its last byte.
  @Test func whatCameOutOfOrderIsFound() {
    var segments = UnreadSegments()
    segments.add(100..<200, at: 0)
    segments.add(200..<300, at: 1)
    segments.add(100..<200, at: 2)
    segments.add(0..<1000, at: 3)
    segments.add(1000..<1001, at: 4)
    #expect(places(segments, 100..<200) == [3, 0, 2])
    #expect(places(segments, 900..<901) == [3])
    #expect(places(segments, 999..<1001) == [3, 4])
  }

  @Test func theFirstAreDroppedAndTheRestFound() {
    var segments = UnreadSegments()
    for index in 0..<1000 { segments.add(index..<(index + 1), at: index) }
    segments.drop { $0.place < 500 }
    #expect(places(segments, 0..<501) == [500])
    segments.drop { _ in true }
    #expect(segments.isEmpty)
    segments.add(2000..<2001, at: 7)
    #expect(places(segments, 2000..<2001) == [7])
  }
}
