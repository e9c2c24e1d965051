import Capture
import CaptureFile
import Glibc
import Gzip
import Raster
import Render
import Sandbox
import Session
import Text
import Wire

extension SessionError {
  /// What is wrong, where, and how to fix it: a sentence, and lines that belong to it.
  var sentences: [String] {
    switch self {
    case .file(let path, let error): [SessionError.file(path, error)]
    case .sameFile(let path):
      ["\(SessionError.fileName(path)) is the capture being read: give -o a different file."]
    case .pictureBeside(let picture, let report):
      [
        "\(SessionError.fileName(picture)) already exists, and the report "
          + "\(SessionError.fileName(report)) would overwrite it with its picture: give the report another "
          + "name, or move that file."
      ]
    case .missing(let misses): misses.map(\.sentence)
    case .capture(let path, let error): [SessionError.capture(path, error)]
    case .unpacked(let path, let error):
      [error.sentence(file: SessionError.fileName(path) + ", unpacked,")]
    case .packed(let path, let error, let packet):
      [SessionError.packed(path, error, packet)]
    case .join(let error): [error.sentence]
    case .joinedStandardInput:
      ["--calls reads the capture twice: save it to a file, and give that instead of `-`."]
    case .joinedRecording(let path):
      [
        "\(SessionError.fileName(path)) is a recording that already has calls: `sockline replay` draws them "
          + "without --calls."
      ]
    case .link(let path, let link):
      [
        "\(SessionError.fileName(path)) has packets of link type \(link.rawValue), which "
          + "sockline does not decode: it knows Ethernet, Linux cooked, loopback and raw IP."
      ]
    case .mixedLinks(let path, let one, let other):
      [
        "\(SessionError.fileName(path)) has packets of link types \(one.name) and \(other.name): "
          + "a pcap file can have only one, so select one with a filter."
      ]
    case .packets(let error): error.sentences
    case .mayNotCapture(let device):
      [
        "No permission to capture on \(Foreign.name(device)): use `sudo`, or "
          + "`setcap cap_net_raw+ep` on sockline; see `sockline doctor`."
      ]
    case .network(let error): [error.sentence]
    case .start(let program, let error): [SessionError.start(program, error)]
    case .tracing(let message):
      ["Programs cannot be traced: \(Foreign.name(message)); see `sockline doctor`."]
    case .attach(let error): [error.sentence]
    case .serverEnded(let how):
      ["The server exited before it listened, \(Foreign.name(how)): no client was started."]
    case .serverSilent(let seconds):
      [
        "The server did not listen within \(NumberText.count(seconds, "second")): "
          + "use `--timeout` to wait longer, or `--ready PORT` for the port to wait for."
      ]
    case .raster(let path, .absent):
      ["\(SessionError.fileName(path)) was not drawn: \(RasterError.absent.message)."]
    case .raster(let path, let error):
      ["\(SessionError.fileName(path)) was not drawn: \(Foreign.name(error.message)); try .svg."]
    case .screenshot(let path, let error):
      [
        "\(SessionError.fileName(path)) is not a readable PNG file "
          + "(\(Foreign.name(error.message))): a screenshot has to be one."
      ]
    case .mark(let error): [error.sentence]
    case .notes(let error): [error.sentence]
    case .noComments(let path):
      [
        "\(SessionError.fileName(path)) cannot contain comments, only pcapng can: "
          + "`editcap \(SessionError.fileName(path)) NEW.pcapng` converts it."
      ]
    case .severalForComments:
      [
        "-w writes notes into the copy of one recording: merged recordings are renumbered, so there "
          + "is no packet to attach them to."
      ]
    case .noPlace(let path, let number):
      [
        "Packet \(number) of \(SessionError.fileName(path)) cannot have a comment: it is in a "
          + "Simple Packet Block, or has lost its number; the rest was written."
      ]
    case .picture(let error): [SessionError.picture(error)]
    }
  }

  /// The exit status for commands that otherwise return the program's own.
  var runnerStatus: Int32 {
    guard case .start(_, let error) = self else { return Front.Status.ownFailure }
    switch error {
    case ENOENT, ENOTDIR: return Front.Status.notFound
    case EACCES, ENOEXEC, EISDIR: return Front.Status.notExecutable
    default: return Front.Status.ownFailure
    }
  }

  /// A file as it is named in a sentence.
  static func fileName(_ path: String) -> String {
    path == "-" ? "Standard input" : Foreign.name(path)
  }

  private static func file(_ path: String, _ error: Int32) -> String {
    let name = fileName(path)
    switch error {
    case ENOENT:
      return path.contains("/") || path.contains(".")
        ? "\(name): no such file or directory."
        : "\(name): no such file or command; `sockline --help` lists the commands."
    case EISDIR: return "\(name) is a directory: give a capture file in it."
    case EACCES:
      return "\(name): permission denied: see `ls -l`, or use `sudo`."
    default: return "\(name): \(SystemMessage.text(error).lowercased())."
    }
  }

  private static func capture(_ path: String, _ error: CaptureFileError) -> String {
    let name = fileName(path)
    guard case .compressed(let compression) = error.reason else {
      return error.sentence(file: name)
    }
    let source = path == "-" ? "FILE" : name
    return "\(name) is compressed with \(compression.rawValue): "
      + "`\(compression.unpacker) \(source) | sockline -` draws it."
  }

  private static func packed(_ path: String, _ error: GzipError, _ packet: Int?) -> String {
    let last = packet.map { "after packet \($0)" } ?? "before the first packet"
    return "\(fileName(path)) \(error), \(last)."
  }

  private static func start(_ program: String, _ error: Int32) -> String {
    let name = Foreign.name(program)
    switch error {
    case ENOENT:
      return "\(name): no such program; give its path, or a program in $PATH."
    case EACCES: return "\(name) is not executable: see `ls -l`; `chmod +x` makes it so."
    case ENOEXEC: return "\(name) is not a program: a script begins with `#!` and its interpreter."
    default: return "\(name) cannot be started: \(SystemMessage.text(error).lowercased())."
    }
  }
}

extension CaptureError {
  /// The sentence, and for a filter the place where it goes wrong.
  var sentences: [String] {
    switch self {
    case .notPermitted(let device):
      [
        "No permission to capture on \(Foreign.name(device)): use `--private`, `sudo`, or "
          + "`setcap cap_net_raw+ep` on sockline; see `sockline doctor`."
      ]
    case .noSuchDevice(let name):
      ["There is no interface \(Foreign.name(name)): `sockline interfaces` lists them."]
    case .notUp(let name):
      [
        "The interface \(Foreign.name(name)) is down: `ip link set \(Foreign.name(name)) up` "
          + "as root."
      ]
    case .filter(let error): error.sentences
    case .other(let message): ["libpcap: \(Foreign.name(message))."]
    }
  }
}

extension PacketFilterError {
  /// Words of pcap-filter(7) that are often misspelt.
  private static let language = [
    "host", "net", "port", "portrange", "src", "dst", "tcp", "udp", "icmp", "icmp6", "ip", "ip6",
    "arp", "ether", "proto", "and", "or", "not", "vlan", "less", "greater", "broadcast",
    "multicast", "sctp", "igmp", "mask", "gateway",
  ]

  /// The same in the language of pcap-filter(7), if it is a Wireshark display filter; otherwise
  /// libpcap's message, the expression, and marks under the wrong word.
  var sentences: [String] {
    switch DisplayFilter(expression) {
    case .said(let words):
      return [
        "This is a Wireshark display filter, but sockline uses those of pcap-filter(7), as tcpdump "
          + "does. There it would be:", "  " + Foreign.name(words),
      ]
    case .unsaid(let part, let instead):
      return [
        "This is a Wireshark display filter, but sockline uses those of pcap-filter(7), as tcpdump "
          + "does, which cannot express `\(Foreign.name(part))`"
          + (instead.map { ": \($0)." } ?? ".")
      ]
    case nil: break
    }
    let bytes = Array(expression.utf8)
    let start = Foreign.name(String(decoding: bytes[..<place.lowerBound], as: UTF8.self))
    let wrong = Foreign.name(String(decoding: bytes[place], as: UTF8.self))
    let meant = Spelling.nearest(wrong, among: PacketFilterError.language)
      .flatMap { $0 == wrong ? nil : "Did you mean `\($0)`?" }
    let indent = String(repeating: " ", count: DisplayWidth.columns(of: start))
    let marks = String(repeating: "^", count: max(1, DisplayWidth.columns(of: wrong)))
    return [
      "The filter is invalid: \(Foreign.name(message)); see man pcap-filter.",
      "  " + Foreign.name(expression),
      "  " + indent + marks,
    ] + (meant.map { [$0] } ?? [])
  }
}

extension PrivateNetworkError {
  /// The step that failed, and how to fix it.
  var sentence: String {
    "A private network cannot be made: \(SystemMessage.text(errno).lowercased()) at "
      + "\(step.rawValue); `--host` does without one, `sockline doctor` says what forbids it."
  }
}

extension SessionError {
  /// A note is tied to something that is not shown.
  static func notThere(_ anchor: String) -> String {
    "A note is anchored to `\(Foreign.name(anchor))`, which does not exist or is not shown: "
      + "`sockline replay FILE` shows the numbers of packets and calls."
  }

  private static func picture(_ error: FigureError) -> String {
    switch error {
    case .tooLong(let rows):
      "\(NumberText.count(rows)) rows are too many for a picture: select some with --connection, --from "
        + "and --to, --control, --count or a filter; the limit is "
        + "\(NumberText.count(Figure.mostRows)), --long draws all."
    case .tooMany(let connections):
      "\(NumberText.count(connections)) connections are too many for a picture: select some with "
        + "--connection; the limit is \(Figure.mostConnections), --long draws all."
    case .noAnchor(let words): notThere(words)
    case .manyConnections:
      "packetdrill's notation has one connection: select it with --connection."
    case .nothingToPlot:
      "There is nothing to plot: no TCP connection that is shown has data in that direction."
    case .nothing: "There is nothing to draw: no packet and no call is left."
    }
  }
}

extension MarkError {
  /// What is wrong, and how to fix it.
  var sentence: String {
    switch self {
    case .noPlace(let words):
      "--mark \(Foreign.name(words)): expected a place, `=` and what is there, as in "
        + "`120,84=packet 1`."
    case .noRows(let row):
      "--mark \(Foreign.name(row)) is a row: `--rows TOP,HEIGHT` has to say where rows are, in pixels."
    case .noAnchor(let words):
      "--mark \(Foreign.name(words)): not a packet or call; put `:` before a text; "
        + "docs/PICTURES.md lists the anchors."
    case .noText(let words):
      "--mark \(Foreign.name(words)): expected a text, or `--from RECORDING` and what is there."
    case .outside(let place, let width, let height):
      "--mark \(place) is outside: the screenshot is \(width) pixels wide and \(height) high."
    }
  }
}
