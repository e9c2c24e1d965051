// A client and a server in Rust: the calls are made by its library, wanted by these lines.
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

fn client(port: u16) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap(); // here: connect
    stream.write_all(b"hello").unwrap(); // here: sendto
    stream.shutdown(Shutdown::Write).unwrap(); // here: shutdown
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap(); // here: bind listen
    let port = listener.local_addr().unwrap().port(); // here: getsockname
    let thread = std::thread::spawn(move || client(port));
    let (mut stream, _) = listener.accept().unwrap(); // here: accept4
    let mut room = [0u8; 5];
    stream.read_exact(&mut room).unwrap(); // here: recvfrom
    thread.join().unwrap();
}
