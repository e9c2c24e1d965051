import Capture
import Text

/// The interfaces that can be captured on, as a table.
public enum InterfaceTable {
  /// The lines of the table; for the interfaces of this network namespace.
  ///
  /// - Parameter isVerbose: what the kernel says of the hardware too, and libpcap of the device.
  public static func lines(isVerbose: Bool = false) throws(SessionError) -> [String] {
    do throws(CaptureError) {
      let rows = try Device.all().map { InterfaceRow($0) }
      return isVerbose ? rows.flatMap { $0.paragraph } : table(rows)
    } catch {
      throw .packets(error)
    }
  }

  /// The names alone, for the completion of a shell; none where they cannot be had.
  public static func names() -> [String] { ((try? Device.all()) ?? []).map(\.name) }

  private static func table(_ rows: [InterfaceRow]) -> [String] {
    let names = ["name"] + rows.map(\.name)
    let states = ["state"] + rows.map(\.state)
    let addresses = [["addresses"]] + rows.map(\.summary)
    return zip(zip(pad(names), pad(states)), addresses).flatMap { start, addresses in
      lines(start.0 + "  " + start.1 + "  ", addresses)
    }
  }

  /// Columns of the page, which only one long address may exceed.
  private static let width = 80

  /// The words after `start`, on as many lines as they need.
  private static func lines(_ start: String, _ words: [String]) -> [String] {
    let margin = String(repeating: " ", count: DisplayWidth.columns(of: start))
    var lines: [String] = []
    for word in words {
      if let last = lines.last, DisplayWidth.columns(of: last + " " + word) <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append((lines.isEmpty ? start : margin) + word)
      }
    }
    return lines
  }

  /// The texts, all as wide as the widest.
  private static func pad(_ texts: [String]) -> [String] {
    let width = texts.map { DisplayWidth.columns(of: $0) }.max() ?? 0
    return texts.map { DisplayWidth.pad($0, to: width) }
  }
}

/// What is said of an interface; the kernel's and libpcap's words made harmless.
struct InterfaceRow {
  private let device: Device
  let name: String

  init(_ device: Device) {
    self.device = device
    name = Escape.terminal(device.name)
  }

  /// Such as `up, loopback`.
  var state: String {
    var words = [device.isUp ? (device.isRunning ? "up" : "up, no carrier") : "down"]
    if device.isLoopback { words.append("loopback") }
    if device.isWireless { words.append("wireless") }
    return words.joined(separator: ", ")
  }

  /// The addresses, or what else is known.
  var summary: [String] {
    if !device.addresses.isEmpty { return device.addresses }
    return [device.description.map { "(\(Escape.terminal($0)))" } ?? "none"]
  }

  /// All that is known, one line each.
  var paragraph: [String] {
    var facts = [("state", state)]
    facts += device.addresses.map { ("address", $0) }
    if let hardware = kernel("address"), hardware.contains(where: { !"0:".contains($0) }) {
      facts.append(("hardware", hardware))
    }
    if let mtu = kernel("mtu") { facts.append(("MTU", "\(mtu) bytes")) }
    if let description = device.description {
      facts.append(("libpcap", Escape.terminal(description)))
    }
    return [name] + facts.map { "  " + DisplayWidth.pad($0.0, to: 10) + $0.1 }
  }

  /// What the kernel says of the interface (sysfs(5)).
  private func kernel(_ attribute: String) -> String? {
    // The kernel allows no slash in a name; libpcap's own devices are not in there.
    guard !device.name.contains("/") else { return nil }
    return SystemFile.text("/sys/class/net/\(device.name)/\(attribute)")
      .map { Escape.terminal($0.prefix { $0 != "\n" }.description) }
  }
}
