import Testing

@testable import Tracing

@Suite struct EpollSetTests {
  @Test func inOrder() {
    var set = EpollSet()
    for descriptor in [9, 3, 7, 1, 8] as [Int32] { set.add(descriptor, UInt64(descriptor) << 8) }
    #expect(set.watched == [1, 3, 7, 8, 9])
    #expect(set.descriptor(0x700) == 7)
    #expect(set.descriptor(7) == nil)
    set.remove(7)
    set.remove(7)
    set.remove(100)
    #expect(set.watched == [1, 3, 8, 9])
    #expect(set.descriptor(0x700) == nil)
  }

  /// EPOLL_CTL_MOD gives a descriptor other data.
  @Test func newData() {
    var set = EpollSet()
    set.add(5, 1)
    set.add(5, 2)
    #expect(set.watched == [5])
    #expect(set.descriptor(1) == nil)
    #expect(set.descriptor(2) == 5)
  }

  /// Two descriptors may have the same data: the later one is named, until it is gone.
  @Test func sameData() {
    var set = EpollSet()
    set.add(5, 1)
    set.add(6, 1)
    #expect(set.descriptor(1) == 6)
    set.remove(5)
    #expect(set.descriptor(1) == 6)
    set.remove(6)
    #expect(set.descriptor(1) == nil)
    #expect(set.watched == [])
  }

  @Test func thousands() {
    var set = EpollSet()
    for descriptor in (0..<5000).reversed() { set.add(Int32(descriptor), UInt64(descriptor)) }
    #expect(Array(set.watched) == Array(0..<64))
  }
}
