package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// An HTTP server and eight clients at once, in one static program.
func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d", len(body))
		io.WriteString(w, strings.Repeat("x", len(body)*3))
	})
	go http.Serve(listener, nil)
	var clients sync.WaitGroup
	for n := 0; n < 8; n++ {
		clients.Add(1)
		go func(n int) {
			defer clients.Done()
			for turn := 0; turn < 5; turn++ {
				size := n * turn * 500
				answer, err := http.Post("http://"+listener.Addr().String()+"/", "text/plain",
					strings.NewReader(strings.Repeat("y", size)))
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				body, _ := io.ReadAll(answer.Body)
				answer.Body.Close()
				if want := size*3 + len(fmt.Sprint(size)); len(body) != want {
					fmt.Fprintln(os.Stderr, len(body), "bytes for", want)
					os.Exit(1)
				}
			}
		}(n)
	}
	clients.Wait()
	// Closes that are under way shall not be cut off by the exit.
	time.Sleep(100 * time.Millisecond)
}
