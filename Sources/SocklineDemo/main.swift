// The paired demo programs: `SocklineDemo server tcp` in one terminal, `SocklineDemo client tcp` in
// another; `udp` for the same conversation over UDP. The server comes first.

// Both are the same program; this makes `ps` and other tools show which of the two a process is.
if let role = CommandLine.arguments.dropFirst().first { nameProcess(role) }

switch Array(CommandLine.arguments.dropFirst()) {
case ["server", "tcp"]: TCPServer.run()
case ["client", "tcp"]: TCPClient.run()
case ["server", "udp"]: UDPServer.run()
case ["client", "udp"]: UDPClient.run()
default: endWithUsage()
}
