// A client and a server in Go: the calls are made by its library, wanted by these lines.
package main

import (
	"fmt"
	"net"
)

func client(address string, done chan bool) {
	connection, err := net.Dial("tcp", address) // here: connect
	if err != nil {
		panic(err)
	}
	fmt.Fprint(connection, "hello") // here: write
	<-done
}

func main() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0") // here: bind listen
	if err != nil {
		panic(err)
	}
	done := make(chan bool)
	go client(listener.Addr().String(), done)
	connection, err := listener.Accept() // here: accept4
	if err != nil {
		panic(err)
	}
	room := make([]byte, 100)
	connection.Read(room) // here: read
	done <- true
}
