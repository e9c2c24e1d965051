import Process
import Testing

/// A session of many connections keeps only those of the last seconds.
@Suite(.ownNetwork) struct LiveMemoryTests {
  /// The most that sockline held while a program made so many connections, in KiB.
  private func most(_ count: Int) throws -> Int {
    let script = """
      import os, resource, subprocess, sys
      quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
      status = subprocess.run(sys.argv[1:], **quiet).returncode
      print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let outcome = try runText(
      ["/usr/bin/python3", "-c", script]
        + Live.command([
          "pair", "--private", "-s", "128", "--timeout", "60", "-o", "/dev/null",
          "--server", Live.program("many-server 4000 2 \(count)"),
          "--client", Live.program("many-client 4000 2 \(count)"),
        ]), timeout: .seconds(120))
    let fields = outcome.text.split { " \n".contains($0) }.compactMap { Int($0) }
    try #require(fields.count == 2, "\(outcome.text)")
    #expect(fields[0] == 0)
    return fields[1]
  }

  @Test func memoryHasABound() throws {
    #expect(try most(4_000) < 500 << 10)
  }
}
