import Glibc
import Process
import Testing

/// What sockline does where a right is missing.
@Suite(.ownNetwork) struct LiveRightsTests {
  /// Runs a script as a user in whose namespace there can be no other one, with the capabilities
  /// that are named.
  private func withoutNamespaces(_ capabilities: String, _ script: String) throws -> Outcome {
    let user = geteuid() == 0 ? Invoker.ordinary.prefix.joined(separator: " ") : ""
    return try Live.script(
      """
      exec \(user) unshare -Urn sh -c 'ip link set lo up
        echo 0 > /proc/sys/user/max_user_namespaces
        exec setpriv --bounding-set=-all\(capabilities) --inh-caps=-all sh -c "\(script)"'
      """)
  }

  @Test func withoutAPrivateNetworkItIsTheMachines() throws {
    let outcome = try withoutNamespaces(",+net_raw", "exec $s demo tcp --lines")
    let recorded = Recorded(outcome.text)
    #expect(DemoClaims(recorded: recorded).deviations(lesson: "tcp") == [])
    #expect(
      outcome.text.split(separator: "\n").prefix(3).joined(separator: " ").hasPrefix(
        "recording calls, and the packets on lo no private network (no space left on device at userNamespace), so using the machine's own; "
          + "sockline doctor says why"))
    #expect(outcome.status == 0)
  }

  @Test func withoutAnyRightTheCallsAreDrawn() throws {
    let outcome = try withoutNamespaces("", "exec $s demo tcp --lines")
    let recorded = Recorded(outcome.text)
    #expect(outcome.status == 0)
    #expect(recorded.calls.count == 14)
    #expect(recorded.packets.isEmpty)
    #expect(
      recorded.says("packets not captured (no permission): use --private, or see sockline doctor"))
    #expect(recorded.says("TCP 1: no packets were captured."))
    #expect(!recorded.says("lost by the capture"))
  }

  /// A program that nobody without the right to may look into: its calls are drawn, and a row says what
  /// is not seen.
  @Test func aHiddenProgramIsSaidToBe() throws {
    let outcome = try withoutNamespaces(
      ",+net_raw", "exec $s run --host --lines -- $p leader hidden 2>&1")
    #expect(outcome.status == 0)
    let recorded = Recorded(outcome.text)
    #expect(recorded.says("not seen: its memory and descriptors cannot be read"))
    #expect(
      ["socket", "connect", "accept", "write", "read", "close"].allSatisfy { name in
        recorded.calls.values.contains { $0.name == name }
      })
    #expect(recorded.packets.filter { $0.cause.contains("untraced") }.map(\.label) == [])
    #expect(!recorded.says("of other programs"))
  }

  @Test func whatAsksForARightIsAnErrorWithoutIt() throws {
    let network = try withoutNamespaces("", "exec $s run --private -- true")
    #expect(network.status == 125)
    #expect(
      network.errorText.hasPrefix(
        "sockline: A private network cannot be made: no space left on device at userNamespace; "))
    let folder = try TemporaryFolder()
    let packets = try withoutNamespaces("", "exec $s run -w \(folder.path)/a.pcap -- true")
    #expect(packets.status == 125)
    #expect(packets.errorText.hasPrefix("sockline: No permission to capture on lo: use "))
    let textbook = try withoutNamespaces(",+net_raw", "exec $s demo tcp --textbook")
    #expect(textbook.status == 125)
    #expect(textbook.text == "")
  }
}
