import Glibc
import Process
import Sandbox
import Testing

/// The exit statuses and streams of `sockline run` and `sockline pair`; what they draw is tested
/// elsewhere.
@Suite(.ownNetwork) struct CommandRunTests {
  @Test(
    arguments: [
      (["true"], 0), (["sh", "-c", "exit 3"], 3), (["sh", "-c", "exit 125"], 125),
      (["sh", "-c", "kill -9 $$"], 137), (["sh", "-c", "kill -15 $$"], 143),
      (["no-such-program-anywhere"], 127), (["/"], 126),
    ] as [([String], Int32)])
  func theStatusIsTheProgramsOwn(_ command: [String], _ status: Int32) throws {
    #expect(try Command.run(["run", "-q", "--"] + command).status == status)
    #expect(try Command.run(["run", "-q"] + command).status == status)
  }

  @Test func aProgramThatIsNotThereIsToldSo() throws {
    let missing = try Command.run(["run", "--", "no-such-program-anywhere"])
    #expect(
      missing.errorText.hasSuffix(
        "sockline: no-such-program-anywhere: no such program; "
          + "give its path, or a program in $PATH.\n"))
    let folder = try Command.run(["run", "--", "/"])
    #expect(
      folder.errorText.hasSuffix(
        "sockline: / is not executable: see `ls -l`; `chmod +x` makes it so.\n"))
  }

  @Test func theProgramKeepsItsStreams() throws {
    let outcome = try Command.run(
      ["run", "-q", "--", "sh", "-c", "cat; echo to the error stream >&2"], input: Array("in".utf8))
    #expect(outcome.text == "in")
    #expect(outcome.errorText == "to the error stream\n")
    #expect(outcome.status == 0)
  }

  @Test func theLadderGoesIntoAFile() throws {
    let folder = try TemporaryFolder()
    let target = folder.path + "/ladder.txt"
    let outcome = try Command.run(["run", "-o", target, "--", "echo", "hello"])
    #expect(outcome.text == "hello\n")
    #expect(outcome.errorText == "")
    #expect(access(target, R_OK) == 0)
  }

  @Test func aPrivateNetworkHasOnlyItsOwnLoopback() throws {
    let outcome = try Command.run(["run", "-q", "--private", "--", "cat", "/proc/net/dev"])
    let names = outcome.text.split(separator: "\n").dropFirst(2).map {
      $0.prefix { $0 != ":" }.drop { $0 == " " }
    }
    #expect(outcome.status == 0)
    #expect(names.contains("lo"))
    #expect(!names.contains { $0.hasPrefix("eth") || $0.hasPrefix("en") })
  }

  @Test func aTextbookHasTheSegmentsOfEthernet() throws {
    let command = ["run", "-q", "--private", "--textbook", "--", "ip", "-o", "link", "show", "lo"]
    let outcome = try Command.run(command)
    #expect(outcome.text.contains("mtu 1500"))
    #expect(outcome.text.contains("UP"))
    let usual = try Command.run(["run", "-q", "--private", "--", "ip", "-o", "link", "show", "lo"])
    #expect(usual.text.contains("mtu 65536"))
  }

  @Test func aPairEndsWithTheClientsStatus() throws {
    let missing = try Command.run([
      "pair", "-q", "--server", "\(Command.folder)/SocklineDemo server tcp", "--client",
      "no-such-client", "--timeout", "2",
    ])
    #expect(missing.status == 127)
    let failing = try Command.run([
      "pair", "-q", "--server", "\(Command.folder)/SocklineDemo server tcp", "--client",
      "sh -c 'exit 7'", "--timeout", "2",
    ])
    #expect(failing.status == 7)
  }

  @Test func aServerThatEndsOrSaysNothingIsTold() throws {
    let ended = try Command.run(["pair", "--server", "true", "--client", "true"])
    #expect(ended.status == 125)
    #expect(ended.errorText.contains("sockline: The server exited before it listened"))
    let silent = try Command.run([
      "pair", "--server", "sleep 60", "--client", "true", "--timeout", "1",
    ])
    #expect(silent.status == 125)
    #expect(silent.errorText.contains("sockline: The server did not listen within 1 second: "))
  }

  /// Without the right to capture nothing is asked of the interface.
  @Test(.needs(isAllowedToCapture, "capturing needs root"))
  func aWrongInterfaceIsSocklinesOwnFailure() throws {
    let device = try Command.run(["run", "-i", "no-such-if", "--", "true"])
    #expect(device.status == 125)
    #expect(
      device.errorText.hasSuffix(
        "sockline: There is no interface no-such-if: `sockline interfaces` lists them.\n"))
  }

  @Test func aWrongFilterIsSocklinesOwnFailure() throws {
    let filter = try Command.run(["run", "--private", "--filter", "tcp prot 80", "--", "true"])
    #expect(filter.status == 125)
    #expect(filter.errorText.hasSuffix("  tcp prot 80\n      ^^^^\nDid you mean `port`?\n"))
  }
}
