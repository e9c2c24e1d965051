import Gzip
import Process
import Testing

@Suite struct InflaterTests {
  /// Bytes that pack neither to nothing nor not at all.
  private static let plain = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 % 61) }

  private func pack(_ bytes: [UInt8], _ options: String...) throws -> [UInt8] {
    let outcome = try run(["gzip", "-c"] + options, input: bytes)
    #expect(outcome.status == 0)
    return outcome.standardOutput
  }

  /// All that can be unpacked, and what ends it.
  private func unpack(
    _ packed: [UInt8], piece: Int = 4096, limit: Int = 10_000
  ) -> (bytes: [UInt8], error: GzipError?) {
    let inflater = Inflater()
    var bytes: [UInt8] = []
    do throws(GzipError) {
      for start in stride(from: 0, to: packed.count, by: piece) {
        inflater.append(Array(packed[start..<min(start + piece, packed.count)]))
        while let more = try inflater.next(atMost: limit) {
          #expect(!more.isEmpty && more.count <= limit)
          bytes += more
        }
      }
      try inflater.finish()
      #expect(inflater.packedOffset == packed.count && inflater.offset == bytes.count)
      return (bytes, nil)
    } catch {
      return (bytes, error)
    }
  }

  @Test(arguments: [1, 2, 17, 4096, 1 << 20], [1 << 20, 100])
  func whateverThePieces(_ piece: Int, _ limit: Int) throws {
    let plain = Array(Self.plain.prefix(20_000))
    let (bytes, error) = unpack(try pack(plain), piece: piece, limit: limit)
    #expect(error == nil)
    #expect(bytes == plain)
  }

  @Test(arguments: ["-1", "-9"]) func whateverTheLevel(_ level: String) throws {
    let (bytes, error) = unpack(try pack(Self.plain, level))
    #expect(error == nil)
    #expect(bytes == Self.plain)
  }

  @Test func muchComesOutOfLittle() throws {
    let zeros = [UInt8](repeating: 0, count: 5_000_000)
    let packed = try pack(zeros)
    #expect(packed.count < 10_000)
    // All of the packed bytes are taken long before all are unpacked.
    let (bytes, error) = unpack(packed, piece: packed.count, limit: 4096)
    #expect(error == nil)
    #expect(bytes == zeros)
  }

  @Test(arguments: [1, 4096]) func membersFollowEachOther(_ piece: Int) throws {
    let one = try pack(Array("Hello, ".utf8))
    let packed = try one + pack([]) + pack(Array("server".utf8)) + [0, 0, 0]
    let (bytes, error) = unpack(packed, piece: piece)
    #expect(error == nil)
    #expect(String(decoding: bytes, as: UTF8.self) == "Hello, server")
  }

  @Test func whatPrecedesACutIsGiven() throws {
    let packed = try pack(Self.plain)
    for count in [0, 1, 5, 9, 100, packed.count / 2, packed.count - 1] {
      let (bytes, error) = unpack(Array(packed.prefix(count)))
      #expect(error?.reason == .cut)
      #expect(error?.packedOffset == count)
      #expect(error?.offset == bytes.count)
      #expect(bytes[...] == Self.plain.prefix(bytes.count))
      // The last eight bytes are checks.
      #expect(count < packed.count - 8 || bytes.count == Self.plain.count)
      #expect(count < packed.count / 2 || bytes.count > 50_000)
    }
  }

  @Test func whatPrecedesDamageIsGiven() throws {
    var packed = try pack(Self.plain)
    let sum = packed.count - 6
    packed[sum] ^= 0xFF
    let (bytes, error) = unpack(packed)
    #expect(bytes == Self.plain)
    #expect(error?.reason == .damaged("incorrect data check"))
    #expect(error?.offset == Self.plain.count)

    packed[packed.count / 2] ^= 0xFF
    let inner = unpack(packed)
    #expect(inner.error != nil)
    #expect(inner.error?.offset == inner.bytes.count)
    #expect(inner.bytes.count > 10_000)
  }

  @Test func theErrorStays() throws {
    let inflater = Inflater()
    inflater.append(Inflater.magic + [0xFF, 0, 0, 0, 0, 0, 0, 0])
    for _ in 0..<2 {
      #expect(throws: GzipError.self) { _ = try inflater.next(atMost: 10) }
      #expect(throws: GzipError.self) { try inflater.finish() }
    }
  }

  @Test func whatFollowsIsSaid() throws {
    let packed = try pack(Array("Hello".utf8))
    let (bytes, error) = unpack(packed + Array("oops".utf8))
    #expect(String(decoding: bytes, as: UTF8.self) == "Hello")
    #expect(error == GzipError(.trailing, packedOffset: packed.count, offset: 5))
  }
}
