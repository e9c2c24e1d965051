import Glibc

// Nothing may start a thread before the command runs: a private network needs to come first.
exit(Front.status(of: Array(CommandLine.arguments.dropFirst())))
