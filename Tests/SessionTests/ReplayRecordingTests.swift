import Calls
import CaptureFile
import Golden
import Process
import Recorded
import Render
import Scenario
import Testing
import Timeline
import Wire

@testable import Session

/// A recording is drawn as it was live, from the file alone.
@Suite struct ReplayRecordingTests {
  private func recorded(_ scenario: Scenario, run: String = "5f3a") -> RecordedScenario {
    RecordedScenario(scenario, run: run) { $0.notes = ["a note"] }
  }

  @Test(arguments: recordedScenarios.indices, [80, 104, 152])
  func theTextIsThatOfTheLiveRun(index: Int, width: Int) throws {
    let scenario = recordedScenarios[index].scenario
    let file = try ReplayedFile(recorded(scenario).bytes)
    var style = LadderStyle()
    style.width = width
    let (text, outcome) = try file.replay { $0.style = style }
    let difference = firstDifference(text, liveLadder(scenario, style))
    #expect(difference == nil, "\(difference ?? "")")
    #expect(outcome.damage == nil)
  }

  @Test(arguments: recordedScenarios.indices)
  func everyStyleAndSelectionIsThatOfTheLiveRun(index: Int) throws {
    let scenario = recordedScenarios[index].scenario
    let file = try ReplayedFile(recorded(scenario).bytes)
    var style = LadderStyle()
    style.isASCII = true
    style.isByConnection = true
    #expect(try file.replay { $0.style = style }.text == liveLadder(scenario, style))
    style.isLines = true
    var selection = Selection()
    selection.calls = [.connect, .close, .accept]
    selection.processes = [4121, 200]
    selection.connections = [1]
    let text = try file.replay {
      $0.style = style
      $0.selection = selection
    }.text
    #expect(text == liveLadder(scenario, style, selection))
  }

  @Test(arguments: recordedScenarios.indices)
  func verificationAgrees(index: Int) throws {
    let scenario = recordedScenarios[index].scenario
    let count = scenario.frames.count
    let file = try ReplayedFile(recorded(scenario).bytes)
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(outcome.isVerified)
    #expect(text.hasPrefix("\(count) of \(count) stored cause"))
  }

  @Test func verificationTellsEachDifference() throws {
    // A call that is told to have sent packet 4, and did not.
    let file = try ReplayedFile(
      changed(recorded(.tcpDemo).bytes, "calls=8 bytes=0:13", "calls=9 bytes=0:13"))
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(!outcome.isVerified)
    #expect(
      text == """
        packet 4: the file says `call 9: bytes 0:13; data`, worked out `call 8: bytes 0:13; data`
        9 of 10 stored causes agree with those worked out from the file.

        """)
    // What the file says is what is drawn.
    #expect(try file.replay().text.contains("by c9"))
  }

  /// What people read of a cause, programs do not.
  @Test func theWordsOfACauseAreNotRead() throws {
    let file = try ReplayedFile(
      changed(
        recorded(.tcpDemo).bytes, "call 8: write(3) bytes 0:13", "call 9: READ!(7) bytes x:y!"))
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(outcome.isVerified)
    #expect(text.hasPrefix("10 of 10 stored causes agree"))
    #expect(try file.replay().text == liveLadder(.tcpDemo, LadderStyle()))
  }

  /// A file in which a text that stands in it once is another one of the same length.
  private func changed(_ file: [UInt8], _ text: String, _ other: String) -> [UInt8] {
    let places = file.indices.filter { file[$0...].starts(with: text.utf8) }
    #expect(places.count == 1 && text.utf8.count == other.utf8.count)
    var file = file
    for place in places {
      file.replaceSubrange(place..<(place + text.utf8.count), with: other.utf8)
    }
    return file
  }

  /// The recording as one of format 3.
  private func later(_ file: [UInt8]) -> [UInt8] {
    let version = Array("\nSOCK_V=2\n".utf8)
    var file = file
    for place in file.indices where file[place...].starts(with: version) {
      file[place + version.count - 2] = UInt8(ascii: "3")
    }
    return file
  }

  /// A recording of a format that is not known yet is none that can be drawn.
  @Test(arguments: [
    ["replay"], ["replay", "--verify"], ["summary"], ["draw"],
    ["export", "--format", "csv"],
  ])
  func aLaterFormatIsTold(command: [String]) throws {
    let file = try ReplayedFile(later(recorded(.tcpDemo).bytes))
    let output = command == ["draw"] ? ["-o", file.folder.path + "/x.svg"] : []
    let outcome = try Command.run(command + [file.path] + output)
    #expect(outcome.status == 1)
    #expect(outcome.text == "")
    #expect(
      outcome.errorText.contains(
        " is a recording of format 3, and this sockline reads none later than 2: use a newer one."),
      "\(outcome.errorText)")
    #expect(outcome.errorText.split(separator: "\n").count == 1)
  }

  /// What was recorded before the calls of a later format is shown.
  @Test func aLaterFormatBehindAKnownOneIsTold() throws {
    let both = recorded(.tcpDemo).bytes + later(recorded(.udpDemo, run: "6a6a").bytes)
    let (text, outcome) = try ReplayedFile(both).replay()
    #expect(outcome.damage == CaptureFileError(.laterRecording(format: 3, known: 2)))
    #expect(text.contains("10 packets"))
  }

  @Test func aStrippedFileIsWorkedOutAgain() throws {
    let file = try ReplayedFile(withoutComments(recorded(.tcpDemo).bytes))
    #expect(try file.replay().text == liveLadder(.tcpDemo, LadderStyle()))
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(!outcome.isVerified)
    #expect(text == "No packet has a stored cause: there is nothing to verify.\n")
  }

  /// The option code of each comment of a packet changed to one that nobody knows.
  private func withoutComments(_ file: [UInt8]) -> [UInt8] {
    var file = file
    for place in file.indices.dropLast(20) where file[place] == 1 && file[place + 1] == 0 {
      let text = file[(place + 4)..<(place + 10)]
      if ["call 6", "call 8", "call 1", "reply "].contains(where: { text.elementsEqual($0.utf8) }) {
        file[place + 1] = 0x0F
      }
    }
    return file
  }

  @Test func cutAtEveryBlockWhatPrecedesIsShown() throws {
    let recorded = recorded(.tcpDemo)
    let whole = liveLadder(.tcpDemo, LadderStyle()).split(separator: "\n").map(String.init)
    var size = recorded.blocks[0].count
    for block in recorded.blocks.dropFirst().dropLast(2) {
      for extra in [0, block.count - 3] {
        let part = recorded.bytes.prefix(size + extra)
        let (text, outcome) = try ReplayedFile(Array(part)).replay()
        let damage = try #require(outcome.damage)
        #expect(damage.offset == size)
        if extra == 0 { #expect(damage.reason == .unfinished) }
        #expect(text.contains("The recording was cut off."))
        let shown = text.split(separator: "\n").map(String.init).filter { $0.contains("socket(") }
        #expect(shown.allSatisfy { whole.contains($0) })
      }
      size += block.count
    }
  }

  @Test func damageIsASentenceWithItsPlace() throws {
    let recorded = recorded(.tcpDemo)
    let cut = recorded.bytes.dropLast(recorded.blocks.suffix(2).joined().count)
    let damage = try ReplayedFile(Array(cut)).replay().outcome.damage
    #expect(
      damage?.sentence(file: "x.pcapng")
        == "x.pcapng was cut off: the end of the recording is missing, at byte \(cut.count), "
        + "after packet 10.")
  }

  @Test func mergedRecordingsKeepTheirCauses() throws {
    // One after the other in one file: two sections.
    let both = recorded(.tcpDemo).bytes + recorded(.udpDemo, run: "6a6a").bytes
    let file = try ReplayedFile(both)
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(outcome.isVerified, "\(text)")
    #expect(text.hasPrefix("12 of 12 stored causes agree"))
    let ladder = try file.replay().text
    #expect(ladder.contains("2 recordings are merged in this file."))
    #expect(ladder.contains("12 packets"))
  }

  /// Two recordings of one conversation at one time, merged packet by packet.
  @Test func twinsThatMergecapMixedAreVerified() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write(recorded(.tcpDemo).bytes, to: "one.pcapng")
    let two = try folder.write(recorded(.tcpDemo, run: "6a6a").bytes, to: "two.pcapng")
    let out = folder.path + "/both.pcapng"
    #expect(try runText(["mergecap", "-w", out, one, two]).status == 0)
    let file = try ReplayedFile(try contents(of: out))
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(outcome.isVerified, "\(text)")
    #expect(text.hasPrefix("20 of 20 stored causes agree"))
    let ladder = try file.replay().text
    #expect(ladder.contains("20 packets, 28 calls"))
    #expect(ladder.contains("TCP 2 closed, client first"))
    // A process number that both have is another one in the second.
    #expect(ladder.contains("client[4121]") && ladder.contains("client[10004121]"))
  }

  @Test func severalRecordingsAreMergedAsMergecapDoes() throws {
    let file = try ReplayedFile(recorded(.tcpDemo).bytes)
    let other = try file.folder.write(recorded(.tcpDemo, run: "6a6a").bytes, to: "two.pcapng")
    let out = file.folder.path + "/both.pcapng"
    #expect(try runText(["mergecap", "-w", out, file.path, other]).status == 0)
    let two = try file.replay { $0.paths = [file.path, other] }
    #expect(two.outcome.damages.isEmpty)
    #expect(two.text == (try file.replay { $0.paths = [out] }.text))
    let verified = try file.replay {
      $0.paths = [file.path, other]
      $0.isVerification = true
    }
    #expect(verified.outcome.isVerified)
  }

  @Test func aPackedRecordingIsDrawnAlike() throws {
    let file = try ReplayedFile(recorded(.tcpDemo).bytes)
    let packed = try runText(["gzip", "-c", file.path])
    let other = try file.folder.write(packed.standardOutput, to: "x.pcapng.gz")
    #expect(try file.replay().text == (try file.replay { $0.paths = [other] }.text))
  }

  @Test func commentsOfOthersAreShownAndDoNotDisturb() throws {
    let file = try ReplayedFile(recorded(.tcpDemo).bytes)
    let rows = try runText(["tshark", "-r", file.path, "-T", "fields", "-e", "frame.packet_id"])
    let frame =
      (rows.text.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex(of: "4") ?? 0) + 1
    let out = file.folder.path + "/noted.pcapng"
    let editcap = try runText(["editcap", "-a", "\(frame):look here: call 9", file.path, out])
    #expect(editcap.status == 0)
    let text = try file.replay { $0.paths = [out] }.text
    #expect(text.contains("look here: call 9"))
    let plain = try file.replay().text
    #expect(!plain.contains("look here") && !plain.contains("comment"))
    let verified = try file.replay {
      $0.paths = [out]
      $0.isVerification = true
    }
    #expect(verified.text.hasPrefix("10 of 10 stored causes agree"))
  }

  @Test func packetsOfOthersArePassedOverAsTheyWereLive() throws {
    let script = Script()
    let client = script.process(200, "client", .client)
    let socket = script.socket(fd: 3)
    client.socket(0...5, socket)
    let foreign = script.stream("127.0.0.1:50000", "127.0.0.1:9")
    foreign.handshake(100, 110, 120)
    var scenario = script.scenario
    scenario.hidesOthers = true
    let recorded = RecordedScenario(scenario) { $0.hidesOthers = true }
    let file = try ReplayedFile(recorded.bytes)
    let hidden = try file.replay().text
    #expect(hidden.contains("0 packets, 1 call "))
    #expect(hidden.contains("3 packets of other programs not shown"))
    #expect(try file.replay { $0.showsOthers = true }.text.contains("3 packets, 1 call "))
    let (text, outcome) = try file.replay { $0.isVerification = true }
    #expect(outcome.isVerified)
    #expect(
      text == "There are no packets to verify.\n3 packets of other programs skipped.\n")
  }

  /// Bytes changed at random: any answer but a trap.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func damagedAnywhereItIsStillRead(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let index = Int.random(in: recordedScenarios.indices, using: &random)
    var bytes = recorded(recordedScenarios[index].scenario).bytes
    for _ in 0..<40 {
      let place = Int.random(in: 200..<bytes.count, using: &random)
      // Digits become others, so that fields stay fields.
      if 0x30...0x39 ~= bytes[place] {
        bytes[place] = UInt8.random(in: 0x2D...0x39, using: &random)
      } else if Int.random(in: 0..<20, using: &random) == 0 {
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    _ = try ReplayedFile(bytes).replay()
  }

  @Test(arguments: ["SOCK_TNS=", "SOCK_ID=", "RESULT=", "SOCK_COUNT=", "_PID=", "SOCK_COOKIE="])
  func absurdNumbersAreRead(field: String) throws {
    let name = Array(("\n" + field).utf8)
    let bytes = recorded(.tcpDemo).bytes
    for extreme in ["9223372036854775807", "-9223372036854775808", "-1", "0"] {
      var changed = bytes
      for place in bytes.indices where bytes[place...].starts(with: name) {
        let start = place + name.count
        let room = bytes[start...].prefix { $0 != 0x0A }.count
        // As much of it as the field has room for.
        let digits = Array(extreme.utf8.prefix(room))
        let zeros = [UInt8](repeating: 0x30, count: room - digits.count)
        let sign = digits.prefix { $0 == 0x2D }
        changed.replaceSubrange(
          start..<(start + room), with: sign + zeros + digits.dropFirst(sign.count))
      }
      let (text, _) = try ReplayedFile(changed).replay()
      #expect(text.contains("packets"))
    }
  }

  /// The first line in which two texts differ.
  private func firstDifference(_ one: String, _ other: String) -> String? {
    guard one != other else { return nil }
    let lines = (one.split(separator: "\n"), other.split(separator: "\n"))
    let index = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    guard let index else { return "\(lines.0.count) lines, \(lines.1.count) lines" }
    return "line \(index + 1):\n\(lines.0[index])\n\(lines.1[index])"
  }
}

/// Numbers that a seed decides (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
