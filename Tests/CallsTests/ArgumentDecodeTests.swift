import Testing
import Wire

@testable import Calls

@Suite struct ArgumentDecodeTests {
  /// Where the tests put things.
  private enum Place {
    static let payload: UInt64 = 0x1000
    static let vectors: UInt64 = 0x2000
    static let message: UInt64 = 0x3000
    static let address: UInt64 = 0x5000
    static let value: UInt64 = 0x6000
  }

  private static let text = Array("seventeen bytes!!".utf8)
  private static let server = SocketAddress.internet(Endpoint(.loopback4, 3490))

  private static let memory = FakeMemory([
    Place.payload: text, Place.vectors: Bytes.vectors([(Place.payload, 9), (Place.payload, 8)]),
    Place.message: Bytes.message(
      Bytes.message(name: Place.address, nameLength: 16, vectors: Place.vectors, count: 2),
      transferred: 0)
      + Bytes.message(Bytes.message(vectors: Place.vectors, count: 1), transferred: 0),
    Place.address: Bytes.internet4([127, 0, 0, 1], 3490),
    Place.value: Bytes.of(Int32(1)) + Bytes.of(Int32(30)),
  ])

  @Test(arguments: [SystemCall.socket, .socketpair]) func socket(_ call: SystemCall) {
    #expect(
      call.asked(Registers(10, 0x80801, 6))
        == arguments {
          $0.family = 10
          $0.type = 0x80801
          $0.proto = 6
        })
  }

  @Test(arguments: [SystemCall.bind, .connect]) func address(_ call: SystemCall) {
    #expect(
      call.asked(Registers(3, Place.address, 16), Self.memory)
        == arguments {
          $0.descriptor = 3
          $0.address = Self.server
        })
    #expect(call.asked(Registers(3, 0x9999, 16), Self.memory) == arguments { $0.descriptor = 3 })
    #expect(
      call.asked(Registers(3, Place.address, 0xFFFF_FFFF), Self.memory).address == nil)
  }

  /// connect(AF_UNSPEC) dissolves an association.
  @Test func dissolve() {
    let memory = FakeMemory([0x10: [0, 0]])
    #expect(SystemCall.connect.asked(Registers(3, 0x10, 2), memory).address == .unspecified)
  }

  struct Numbers: Sendable, CustomTestStringConvertible {
    var call: SystemCall
    var registers: Registers
    var expected: CallArguments
    var testDescription: String { call.rawValue }
    init(_ call: SystemCall, _ registers: Registers, _ fill: (inout CallArguments) -> Void) {
      self.call = call
      self.registers = registers
      expected = arguments(fill)
      expected.descriptor = 7
    }
  }

  /// Calls whose arguments are numbers; registers that a call has no argument in hold rubbish.
  static let numbers: [Numbers] = [
    Numbers(.listen, Registers(7, 10, 99)) { $0.backlog = 10 },
    Numbers(.listen, Registers(7, 0xFFFF_FFFF)) { $0.backlog = -1 },
    Numbers(.accept, Registers(7, 1, 2, 99)) { _ in },
    Numbers(.accept4, Registers(7, 0, 0, 0x80800)) { $0.flags = 0x80800 },
    Numbers(.close, Registers(7, 99, 99)) { _ in },
    Numbers(.dup, Registers(7, 99)) { _ in },
    Numbers(.dup2, Registers(7, 9, 99)) { $0.other = 9 },
    Numbers(.dup3, Registers(7, 9, 0x80000)) {
      $0.other = 9
      $0.flags = 0x80000
    },
    Numbers(.closeRange, Registers(7, 0xFFFF_FFFF, 4)) {
      $0.other = .max
      $0.flags = 4
    },
    Numbers(.fcntl, Registers(7, 1030, 100)) {
      $0.flags = 1030
      $0.value = 100
    },
    Numbers(.ioctl, Registers(7, 0x541B, 1)) {
      $0.flags = 0x541B
      $0.value = 1
    },
    Numbers(.shutdown, Registers(7, 1, 99)) { $0.flags = 1 },
    Numbers(.getsockname, Registers(7, 1, 2)) { _ in },
    Numbers(.getpeername, Registers(7, 1, 2)) { _ in },
    Numbers(.read, Registers(7, 1, 4096)) { $0.count = 4096 },
    Numbers(.read, Registers(7, 1, .max)) { $0.count = .max },
    Numbers(.recv, Registers(7, 1, 4096, 2)) {
      $0.count = 4096
      $0.flags = 2
    },
    Numbers(.recvfrom, Registers(7, 1, 4096, 2)) {
      $0.count = 4096
      $0.flags = 2
    },
    Numbers(.sendfile, Registers(7, 4, 0, 1 << 20)) {
      $0.other = 4
      $0.count = 1 << 20
    },
    Numbers(.splice, Registers(4, 1, 7, 2, 512, 3)) {
      $0.other = 4
      $0.count = 512
      $0.flags = 3
    },
    Numbers(.tee, Registers(4, 7, 512, 2)) {
      $0.other = 4
      $0.count = 512
      $0.flags = 2
    },
    Numbers(.getsockopt, Registers(7, 1, 4, 1, 2)) {
      $0.option = SocketOption(level: 1, name: 4)
    },
  ]

  @Test(arguments: numbers) func plainNumbers(_ row: Numbers) {
    #expect(row.call.asked(row.registers, Self.memory) == row.expected)
  }

  /// The first descriptor of a range is unsigned: one beyond all that exist closes none.
  @Test func rangeBeyondAll() {
    let asked = SystemCall.closeRange.asked(Registers(0x8000_0000, 0xFFFF_FFFF))
    #expect(asked.descriptor == .max)
  }

  @Test func withoutDescriptor() {
    for call in [
      SystemCall.epollCreate1, .execve, .execveat, .ioUringSetup, .ioUringEnter, .unshare,
      .pidfdGetfd,
    ] {
      #expect(call.asked(Registers(1, 2, 3), Self.memory) == CallArguments())
    }
  }

  @Test func options() {
    let asked = SystemCall.setsockopt.asked(Registers(3, 6, 1, Place.value, 4), Self.memory)
    #expect(
      asked
        == arguments {
          $0.descriptor = 3
          $0.option = SocketOption(level: 6, name: 1)
          $0.value = 1
        })
    // SO_LINGER: struct linger { l_onoff, l_linger }.
    let lingering = SystemCall.setsockopt.asked(Registers(3, 1, 13, Place.value, 8), Self.memory)
    #expect(lingering.value == 1)
    #expect(lingering.lingerSeconds == 30)
    // Too short for an int, longer than the memory, negative, nowhere.
    let lengths: [(UInt64, Int32?)] = [(3, nil), (1 << 20, 1), (0xFFFF_FFFF, nil), (0, nil)]
    for (length, value) in lengths {
      #expect(
        SystemCall.setsockopt.asked(Registers(3, 6, 1, Place.value, length), Self.memory).value
          == value)
    }
    #expect(SystemCall.setsockopt.asked(Registers(3, 6, 1, 0, 4), Self.memory).value == nil)
  }

  @Test func writing() {
    let payload = Array(Self.text.prefix(16))
    let write = SystemCall.write.asked(Registers(3, Place.payload, 17), Self.memory)
    #expect(
      write
        == arguments {
          $0.descriptor = 3
          $0.count = 17
          $0.payload = payload
        })
    let send = SystemCall.send.asked(Registers(3, Place.payload, 4, 0x4000), Self.memory)
    #expect(send.flags == 0x4000)
    #expect(send.payload == Array(Self.text.prefix(4)))
    let sendto = SystemCall.sendto.asked(
      Registers(3, Place.payload, 4, 0x40, Place.address, 16), Self.memory)
    #expect(sendto.flags == 0x40)
    #expect(sendto.address == Self.server)
    #expect(sendto.count == 4)
    // As much as is there, of as much as it says.
    let far = SystemCall.write.asked(Registers(3, Place.payload + 10, .max), Self.memory)
    #expect(far.count == .max)
    #expect(far.payload == Array(Self.text.suffix(7)))
  }

  @Test(arguments: [SystemCall.writev, .pwritev2]) func writingPieces(_ call: SystemCall) {
    let asked = call.asked(Registers(3, Place.vectors, 2, 0, 0, 8), Self.memory)
    #expect(asked.count == 17)
    #expect(asked.payload == Array(Self.text.prefix(9) + Self.text.prefix(7)))
    #expect(asked.flags == (call == .pwritev2 ? 8 : nil))
  }

  @Test func sendingMessages() {
    let one = SystemCall.sendmsg.asked(Registers(3, Place.message, 0x4000), Self.memory)
    #expect(one.count == 17)
    #expect(one.flags == 0x4000)
    #expect(one.address == Self.server)
    #expect(one.payload.count == 16)
    let two = SystemCall.sendmmsg.asked(Registers(3, Place.message, 2, 0x40), Self.memory)
    #expect(two.messageLengths == [17, 9])
    #expect(two.addresses == [Self.server, nil])
    #expect(two.count == 26)
    #expect(two.flags == 0x40)
    #expect(two.payload.count == 16)
    // The count is an unsigned int; the array ends where the memory does.
    let many = SystemCall.sendmmsg.asked(
      Registers(3, Place.message, 0xFFFF_FFFF_FFFF_FFFF), Self.memory)
    #expect(many.messageLengths == [17, 9])
    #expect(SystemCall.sendmsg.asked(Registers(3, 0, 0)).count == 0)
    #expect(SystemCall.sendmmsg.asked(Registers(3, 0, 5)).messageLengths == [])
  }

  @Test func receiving() {
    #expect(SystemCall.readv.asked(Registers(3, Place.vectors, 2), Self.memory).count == 17)
    let preadv2 = SystemCall.preadv2.asked(Registers(3, Place.vectors, 1, 0, 0, 8), Self.memory)
    #expect(preadv2.count == 9)
    #expect(preadv2.flags == 8)
    let recvmsg = SystemCall.recvmsg.asked(Registers(3, Place.message, 2), Self.memory)
    #expect(recvmsg.count == 17)
    #expect(recvmsg.flags == 2)
    #expect(recvmsg.payload == [])
    let recvmmsg = SystemCall.recvmmsg.asked(Registers(3, Place.message, 2, 0x40), Self.memory)
    #expect(recvmmsg.count == 26)
    #expect(recvmmsg.flags == 0x40)
    #expect(SystemCall.recvmsg.asked(Registers(3, 0, 0)).count == nil)
  }

  /// NULL is told from pointers, and the room that an address has is read where there is any.
  @Test func pointers() {
    let memory = FakeMemory([Place.value: Bytes.of(Int32(128))])
    for call in [SystemCall.accept, .accept4, .getsockname, .getpeername] {
      #expect(call.pointed(Registers(3, 0, 0)) == (0b110, nil))
      #expect(call.pointed(Registers(3, Place.address, Place.value), memory) == (0, 128))
      #expect(call.pointed(Registers(3, 0, Place.value), memory) == (0b10, 128))
      // One that leads nowhere has no length.
      #expect(call.pointed(Registers(3, Place.address, 0x9999)) == (0, nil))
    }
    #expect(
      SystemCall.recvfrom.pointed(Registers(3, Place.payload, 9, 0, 0, 0)) == (0b110000, nil))
    #expect(
      SystemCall.recvfrom.pointed(
        Registers(3, Place.payload, 9, 0, Place.address, Place.value), memory) == (0, 128))
    #expect(SystemCall.sendto.pointed(Registers(3, Place.payload, 9, 0, 0, 0)) == (0b10000, nil))
    #expect(SystemCall.recvmsg.pointed(Registers(3, 0, 0)) == (0b10, nil))
    #expect(SystemCall.read.pointed(Registers(3, 0, 9)) == (nil, nil))
  }

  /// Sums of lengths that no machine has do not overflow.
  @Test func hugeMessages() {
    let header = Bytes.message(Bytes.message(vectors: 0x200, count: 1), transferred: 0)
    let memory = FakeMemory([0x100: header + header, 0x200: Bytes.vectors([(1, .max)])])
    #expect(SystemCall.recvmmsg.asked(Registers(3, 0x100, 2), memory).count == .max)
    #expect(SystemCall.sendmmsg.asked(Registers(3, 0x100, 2), memory).count == .max)
  }
}
