import Glibc

/// A client in Swift.
struct Client {
  let number: Int32

  init(_ address: sockaddr_in) {
    number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)  // here: socket
    var address = address
    let number = number
    withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))  // here: connect
      }
    }
  }

  func say(_ text: String) -> Int {
    Array(text.utf8).withUnsafeBytes {
      let sent = send(number, $0.baseAddress, $0.count, 0)  // here: sendto
      return sent + 1
    }
  }
}

let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)  // here: socket
listen(listening, 5)  // here: listen
var address = sockaddr_in()
var size = socklen_t(MemoryLayout<sockaddr_in>.size)
withUnsafeMutablePointer(to: &address) {
  $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
    _ = getsockname(listening, $0, &size)  // here: getsockname
  }
}
for text in ["hello", "again"] { _ = Client(address).say(text) }
let server = accept(listening, nil, nil)  // here: accept
shutdown(server, Int32(SHUT_WR))  // here: shutdown
