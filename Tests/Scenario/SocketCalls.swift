import Calls
import Timeline
import Wire

/// The calls of the socket interface, in the words of a test.
extension Program {
  /// socket(): makes `socket`.
  public func socket(_ times: ClosedRange<Int>, _ socket: Socket) {
    let isVersion6 = if case .v6 = socket.local?.address { true } else { false }
    enters(times.lowerBound, .socket, socket) {
      $0.family = isVersion6 ? 10 : 2
      $0.type = socket.kind == .tcp ? 1 : 2
      $0.proto = 0
    }
    .returns(times.upperBound, Int(socket.descriptor), made: socket)
  }

  /// bind() to an address and a port.
  public func bind(_ times: ClosedRange<Int>, _ socket: Socket, _ local: String) {
    let end = Endpoint(parsing: local)
    let call = enters(times.lowerBound, .bind, socket) { $0.address = .internet(end) }
    socket.local = end
    call.returns(times.upperBound)
  }

  /// listen().
  public func listen(_ times: ClosedRange<Int>, _ socket: Socket, backlog: Int32 = 10) {
    enters(times.lowerBound, .listen, socket) { $0.backlog = backlog }.returns(times.upperBound)
  }

  /// socket(), bind() and listen() in 30 microseconds from `time`.
  public func listens(_ time: Int, _ socket: Socket, _ local: String) {
    self.socket(time...(time + 8), socket)
    bind((time + 10)...(time + 18), socket, local)
    listen((time + 20)...(time + 28), socket)
  }

  /// accept(), entered.
  public func accept(_ time: Int, _ listener: Socket) -> OpenCall {
    enters(time, .accept, listener)
  }

  /// connect(), entered; once it returns, the socket has the names of both ends.
  public func connect(
    _ time: Int, _ socket: Socket, _ peer: String, local: String? = nil
  ) -> OpenCall {
    let end = Endpoint(parsing: peer)
    let call = enters(time, .connect, socket) { $0.address = .internet(end) }
    socket.local = local.map { Endpoint(parsing: $0) } ?? socket.local
    socket.peer = local == nil ? nil : end
    return call
  }

  /// write() of a text or of so many bytes, entered.
  @discardableResult
  public func write(_ time: Int, _ socket: Socket, _ text: String) -> OpenCall {
    enters(time, .write, socket) {
      $0.count = text.utf8.count
      $0.payload = Array(text.utf8)
    }
  }

  /// write() of a text, whole.
  public func write(_ times: ClosedRange<Int>, _ socket: Socket, _ text: String) {
    write(times.lowerBound, socket, text).returns(times.upperBound, text.utf8.count)
  }

  /// write() of `count` bytes, entered.
  public func write(_ time: Int, _ socket: Socket, count: Int) -> OpenCall {
    enters(time, .write, socket) { $0.count = count }
  }

  /// write() of `count` bytes, whole.
  public func write(_ times: ClosedRange<Int>, _ socket: Socket, count: Int) {
    write(times.lowerBound, socket, count: count).returns(times.upperBound, count)
  }

  /// read() of at most 1,024 bytes, or as many as are said, entered.
  public func read(_ time: Int, _ socket: Socket, count: Int = 1024) -> OpenCall {
    enters(time, .read, socket) { $0.count = count }
  }

  /// read(), whole.
  public func read(
    _ times: ClosedRange<Int>, _ socket: Socket, count: Int = 1024, gives result: Int
  ) {
    read(times.lowerBound, socket, count: count).returns(times.upperBound, result)
  }

  /// sendto(), whole.
  public func sendto(
    _ times: ClosedRange<Int>, _ socket: Socket, _ peer: String, _ text: String,
    local: String? = nil
  ) {
    let call = enters(times.lowerBound, .sendto, socket) {
      $0.count = text.utf8.count
      $0.payload = Array(text.utf8)
      $0.address = .internet(Endpoint(parsing: peer))
    }
    socket.local = local.map { Endpoint(parsing: $0) } ?? socket.local
    call.returns(times.upperBound, text.utf8.count)
  }

  /// recvfrom(), entered.
  public func recvfrom(_ time: Int, _ socket: Socket, count: Int = 1024) -> OpenCall {
    enters(time, .recvfrom, socket) { $0.count = count }
  }

  /// shutdown(), whole: 0 SHUT_RD, 1 SHUT_WR, 2 SHUT_RDWR.
  public func shutdown(_ times: ClosedRange<Int>, _ socket: Socket, how: Int32 = 1) {
    enters(times.lowerBound, .shutdown, socket) { $0.flags = how }.returns(times.upperBound)
  }

  /// close(), whole.
  public func close(_ times: ClosedRange<Int>, _ socket: Socket) {
    enters(times.lowerBound, .close, socket).returns(times.upperBound)
  }

  /// setsockopt() with an int, whole.
  public func setsockopt(
    _ times: ClosedRange<Int>, _ socket: Socket, level: Int32, name: Int32, value: Int32 = 1,
    linger: Int32? = nil
  ) {
    enters(times.lowerBound, .setsockopt, socket) {
      $0.option = SocketOption(level: level, name: name)
      $0.value = value
      $0.lingerSeconds = linger
    }
    .returns(times.upperBound)
  }
}
