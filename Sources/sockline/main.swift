import Glibc

// Nothing may start a thread before the command runs: a private network must be created first.
exit(Front.status(of: Array(CommandLine.arguments.dropFirst())))
