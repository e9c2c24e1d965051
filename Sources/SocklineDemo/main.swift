// The paired demo programs: `SocklineDemo server tcp` in one terminal, `SocklineDemo client tcp` in
// another; `udp` for the same conversation over UDP. The server comes first.

switch Array(CommandLine.arguments.dropFirst()) {
case ["server", "tcp"]: TCPServer.run()
case ["client", "tcp"]: TCPClient.run()
case ["server", "udp"]: UDPServer.run()
case ["client", "udp"]: UDPClient.run()
default: endWithUsage()
}
