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
  /// What is wrong, where, and the way out: a sentence, and lines that belong to it.
  var sentences: [String] {
    switch self {
    case .file(let path, let error): [SessionError.file(path, error)]
    case .sameFile(let path):
      ["\(SessionError.fileName(path)) is the capture that is read: `-o` names another file."]
    case .pictureBeside(let picture, let report):
      [
        "\(SessionError.fileName(picture)) is there already, and the report "
          + "\(SessionError.fileName(report)) would write its picture over it: give the report another "
          + "name, or move that file away."
      ]
    case .missing(let misses): misses.map(\.sentence)
    case .capture(let path, let error): [SessionError.capture(path, error)]
    case .unpacked(let path, let error):
      [error.sentence(file: SessionError.fileName(path) + ", unpacked,")]
    case .packed(let path, let error, let packet):
      [SessionError.packed(path, error, packet)]
    case .join(let error): [error.sentence]
    case .joinedStandardInput:
      ["--calls reads the capture twice: save it into a file, and name that in place of `-`."]
    case .joinedRecording(let path):
      [
        "\(SessionError.fileName(path)) is a recording that has calls: `sockline replay` draws them "
          + "without --calls."
      ]
    case .link(let path, let link):
      [
        "\(SessionError.fileName(path)) holds packets of link type \(link.rawValue), which "
          + "sockline does not decode: it knows Ethernet, Linux cooked, loopback and raw IP."
      ]
    case .mixedLinks(let path, let one, let other):
      [
        "\(SessionError.fileName(path)) holds packets of link types \(one.name) and \(other.name): "
          + "a pcap file holds one, so select packets of one with a filter."
      ]
    case .packets(let error): error.sentences
    case .mayNotCapture(let device):
      [
        "Packets of \(Foreign.name(device)) may not be captured: `sudo`, or "
          + "`setcap cap_net_raw+ep` on sockline; `sockline doctor` says more."
      ]
    case .network(let error): [error.sentence]
    case .start(let program, let error): [SessionError.start(program, error)]
    case .tracing(let message):
      ["Programs cannot be traced: \(Foreign.name(message)); `sockline doctor` says more."]
    case .attach(let error): [error.sentence]
    case .serverEnded(let how):
      ["The server ended before it listened: \(Foreign.name(how)); no client was started."]
    case .serverSilent(let seconds):
      [
        "The server did not listen within \(NumberText.count(seconds, "second")): "
          + "`--timeout` waits longer, `--ready PORT` says what to wait for."
      ]
    case .raster(let path, .absent):
      ["\(SessionError.fileName(path)) was not drawn: \(RasterError.absent.message)."]
    case .raster(let path, let error):
      ["\(SessionError.fileName(path)) was not drawn: \(Foreign.name(error.message)); try .svg."]
    case .screenshot(let path, let error):
      [
        "\(SessionError.fileName(path)) is no PNG file that can be read "
          + "(\(Foreign.name(error.message))): a screenshot has to be one."
      ]
    case .mark(let error): [error.sentence]
    case .notes(let error): [error.sentence]
    case .noComments(let path):
      [
        "\(SessionError.fileName(path)) cannot hold comments, which only pcapng has: "
          + "`editcap \(SessionError.fileName(path)) NEW.pcapng` makes such a file of it."
      ]
    case .severalForComments:
      [
        "Notes are written into the copy of one recording: several that were merged are numbered "
          + "anew together, so -w has no packet to put them beside."
      ]
    case .noPlace(let path, let number):
      [
        "Packet \(number) of \(SessionError.fileName(path)) cannot have a comment: its block is a "
          + "simple one, or it has lost its number; the rest was written."
      ]
    case .picture(let error): [SessionError.picture(error)]
    }
  }

  /// The exit status where other statuses are those of the program.
  var runnerStatus: Int32 {
    guard case .start(_, let error) = self else { return Front.Status.ownFailure }
    switch error {
    case ENOENT, ENOTDIR: return Front.Status.notFound
    case EACCES, ENOEXEC, EISDIR: return Front.Status.notExecutable
    default: return Front.Status.ownFailure
    }
  }

  /// A file as a sentence names it.
  static func fileName(_ path: String) -> String {
    path == "-" ? "Standard input" : Foreign.name(path)
  }

  private static func file(_ path: String, _ error: Int32) -> String {
    let name = fileName(path)
    switch error {
    case ENOENT:
      return path.contains("/") || path.contains(".")
        ? "\(name): there is no such file or folder."
        : "\(name): there is no such file or command; `sockline --help` lists the commands."
    case EISDIR: return "\(name) is a directory: name a capture file in it."
    case EACCES:
      return "\(name): permission denied; `ls -l` says who may, and `sudo` may too."
    default: return "\(name): \(SystemMessage.text(error).lowercased())."
    }
  }

  private static func capture(_ path: String, _ error: CaptureFileError) -> String {
    let name = fileName(path)
    guard case .compressed(let compression) = error.reason else {
      return error.sentence(file: name)
    }
    let source = path == "-" ? "FILE" : name
    return "\(name) is compressed by \(compression.rawValue): "
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
      return "\(name): there is no such program; name its path, or a program found by $PATH."
    case EACCES: return "\(name) may not be executed: see `ls -l`, `chmod +x` allows it."
    case ENOEXEC: return "\(name) is no program: a script needs `#!` and its interpreter first."
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
        "Packets of \(Foreign.name(device)) may not be captured: `--private`, `sudo`, or "
          + "`setcap cap_net_raw+ep` on sockline; `sockline doctor` says more."
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
  /// Words of pcap-filter(7) that are misspelt often.
  private static let language = [
    "host", "net", "port", "portrange", "src", "dst", "tcp", "udp", "icmp", "icmp6", "ip", "ip6",
    "arp", "ether", "proto", "and", "or", "not", "vlan", "less", "greater", "broadcast",
    "multicast", "sctp", "igmp", "mask", "gateway",
  ]

  /// The same in the words of pcap-filter(7), where it is a display filter of Wireshark; else libpcap's
  /// message, the expression, and marks under the wrong word.
  var sentences: [String] {
    switch DisplayFilter(expression) {
    case .said(let words):
      return [
        "The filter is a display filter of Wireshark, and sockline takes those of pcap-filter(7), as "
          + "tcpdump does. There it is:", "  " + Foreign.name(words),
      ]
    case .unsaid(let part, let instead):
      return [
        "The filter is a display filter of Wireshark, and sockline takes those of pcap-filter(7), as "
          + "tcpdump does, which have no word for `\(Foreign.name(part))`"
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
      "The filter is wrong: \(Foreign.name(message)); man pcap-filter has the language.",
      "  " + Foreign.name(expression),
      "  " + indent + marks,
    ] + (meant.map { [$0] } ?? [])
  }
}

extension PrivateNetworkError {
  /// The step that fails, and the way out.
  var sentence: String {
    "There can be no private network: \(SystemMessage.text(errno).lowercased()) at "
      + "\(step.rawValue); `--host` does without, `sockline doctor` says what forbids it."
  }
}

extension SessionError {
  /// Nothing that is shown is what a note is tied to.
  static func notThere(_ anchor: String) -> String {
    "A note is tied to `\(Foreign.name(anchor))`, which is not there or not shown: `sockline replay "
      + "FILE` numbers packets and calls."
  }

  private static func picture(_ error: FigureError) -> String {
    switch error {
    case .tooLong(let rows):
      "A picture of \(NumberText.count(rows)) rows is none: cut it with --connection, --from and --to, "
        + "--control, --count or a filter; \(NumberText.count(Figure.mostRows)) make a picture, --long draws all."
    case .tooMany(let connections):
      "A picture of \(NumberText.count(connections)) connections is none: choose some with "
        + "--connection; \(Figure.mostConnections) make a picture, --long draws all."
    case .noAnchor(let words): notThere(words)
    case .manyConnections:
      "packetdrill's notation holds one connection: --connection chooses it."
    case .nothingToPlot:
      "There is nothing to plot: no TCP connection that is shown has data in that direction."
    case .nothing: "There is nothing to draw: no packet and no call is left."
    }
  }
}

extension MarkError {
  /// What is wrong, and the way out.
  var sentence: String {
    switch self {
    case .noPlace(let words):
      "--mark \(Foreign.name(words)): a place, `=` and what is there are needed, as in "
        + "`120,84=packet 1`."
    case .noRows(let row):
      "--mark \(Foreign.name(row)) names a row: `--rows TOP,HEIGHT` says where rows are, in pixels."
    case .noAnchor(let words):
      "--mark \(Foreign.name(words)): it names no packet or call; `:` before it makes it a text, and "
        + "`sockline draw --help` lists anchors."
    case .noText(let words):
      "--mark \(Foreign.name(words)): a text is needed, or `--from RECORDING` and what it is there."
    case .outside(let place, let width, let height):
      "--mark \(place) lies outside: the screenshot is \(width) pixels wide and \(height) high."
    }
  }
}
