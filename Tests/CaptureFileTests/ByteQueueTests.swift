import Testing

@testable import CaptureFile

@Suite struct ByteQueueTests {
  @Test func numbersInBothByteOrders() {
    var queue = ByteQueue()
    queue.append([0, 1, 2, 3, 4, 5, 6, 7, 8])
    queue.drop(1)
    #expect(queue.uint16(at: 0) == 0x0201)
    #expect(queue.uint32(at: 1) == 0x0504_0302)
    #expect(queue.uint64(at: 0) == 0x0807_0605_0403_0201)
    queue.isBigEndian = true
    #expect(queue.uint16(at: 0) == 0x0102)
    #expect(queue.uint32(at: 1) == 0x0203_0405)
    #expect(queue.uint64(at: 0) == 0x0102_0304_0506_0708)
  }

  @Test func whatIsDroppedIsCounted() {
    var queue = ByteQueue()
    for round in 0..<100 {
      queue.append([UInt8(round), 1, 2])
      #expect(queue.array(0..<3) == [UInt8(round), 1, 2])
      queue.drop(3)
      #expect(queue.offset == 3 * (round + 1) && queue.count == 0)
    }
  }

  @Test func theRestStaysInOrder() {
    var queue = ByteQueue()
    var next: UInt8 = 0
    for value in 0..<200 {
      queue.append([UInt8(value)])
      if value % 3 == 2 {
        #expect(queue.uint8(at: 0) == next)
        queue.drop(1)
        next += 1
      }
    }
    #expect(queue.offset == 66 && queue.count == 134)
    #expect(queue.array(0..<134) == (UInt8(66)..<200).map { $0 })
  }
}
