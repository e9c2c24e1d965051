import Glibc
import Process
import Testing

/// `sockline doctor` on this machine, whatever it allows, and with rights taken away.
@Suite struct CommandDoctorTests {
  @Test func answersEveryQuestion() throws {
    let outcome = try Command.run(["doctor"])
    #expect(outcome.errorText == "")
    for question in [
      "trace programs", "tell sockets apart", "private network", "capture there",
      "capture on the host",
    ] {
      #expect(
        outcome.text.contains("yes  \(question)") || outcome.text.contains("no   \(question)"))
    }
    #expect((outcome.status == 0) == outcome.text.contains("yes  trace programs"))
  }

  @Test func agreesWithWhatTheSystemSays() throws {
    let outcome = try Command.run(["doctor"])
    let kernel = try runText(["uname", "-rm"]).text.split(whereSeparator: \.isWhitespace)
    #expect(outcome.text.contains("kernel   Linux \(kernel[0]), \(kernel[1])\n"))
    #expect(outcome.text.contains("user     " + (geteuid() == 0 ? "root" : "\(geteuid())")))
  }

  /// A copy that everybody may run, since the folder of the build may be its owner's alone.
  private func runAsNobody(_ script: String) throws -> Outcome {
    let folder = try TemporaryFolder()
    let copy = try runText(["cp", Command.path, folder.path + "/sockline"])
    #expect(copy.status == 0)
    return try runText([
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c",
      "cd \(folder.path) && \(script)",
    ])
  }

  @Test(.needs(Machine.isRoot, "only root becomes another user"))
  func anOrdinaryUserMayNotCaptureOnTheHost() throws {
    let outcome = try runAsNobody("./sockline doctor")
    #expect(outcome.text.contains("user     65534\n"))
    #expect(outcome.text.contains("no   capture on the host  CAP_NET_RAW is missing\n"))
    #expect(outcome.text.contains("sudo setcap cap_net_raw+ep /tmp/sockline-test-"))
  }

  /// A user namespace has limits of its own, which its root may set.
  @Test(
    .needs(Machine.isRoot, "only root becomes another user"),
    arguments: [("net", "NET"), ("user", "USER")])
  func namesTheLimitThatForbidsAPrivateNetwork(_ kind: String, _ flag: String) throws {
    let drop = kind == "user" ? "setpriv --bounding-set=-all --inh-caps=-all" : ""
    let script =
      "unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_\(kind)_namespaces && "
      + "exec \(drop) ./sockline doctor'"
    let outcome = try runAsNobody(script)
    try Machine.require(!outcome.errorText.contains("unshare:"), "\(outcome.errorText)")
    #expect(
      outcome.text.contains(
        """
        no   private network      user.max_\(kind)_namespaces = 0 forbids it
                                  (unshare(CLONE_NEW\(flag)): ENOSPC)
             fix: sysctl user.max_\(kind)_namespaces=10000
        """))
    #expect(outcome.text.contains("no   capture there"))
  }

  @Test func listsInterfaces() throws {
    let short = try Command.run(["interfaces"])
    #expect(short.status == 0)
    let line = short.text.split(separator: "\n").first { $0.hasPrefix("lo ") }
    #expect(line?.contains("up, loopback") == true)
    #expect(line?.contains("127.0.0.1") == true)
    let long = try Command.run(["interfaces", "-v"])
    #expect(long.text.contains("lo\n  state     up, loopback\n  address   127.0.0.1\n"))
  }

  @Test(.needs(Machine.isRoot, "only root becomes another user"))
  func listsInterfacesWithoutRights() throws {
    let outcome = try runAsNobody("./sockline interfaces")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("127.0.0.1"))
  }
}
