public import Timeline
import Wire

/// What is worth saying of a call beside its result, in words.
public struct CallRemarkText {
  private let language: Language

  /// Makes the words of a language.
  public init(_ language: Language = .english) { self.language = language }

  /// A remark, the longest way to say it first. Names of processes are escaped.
  public func texts(_ remark: CallRemark) -> [String] {
    switch remark {
    case .inUse(let use): inUse(use)
    case .swappedPort(let port, let meant): [language.say(.portIsSwapped, "\(port)", "\(meant)")]
    case .swappedListener(let process, let port, let wanted):
      [language.say(.listensSwapped, CauseText.name(process), "\(port)", "\(wanted)")]
    case .swappedAddress(let address, let meant):
      [language.say(.addressIsSwapped, "\(address)", "\(meant)")]
    case .heldBy(let holders): [language.say(.stillOpen, list(holders))]
    case .neverAccepted(let count):
      [language.say(count == 1 ? .oneNeverAccepted : .someNeverAccepted, "\(count)")]
    }
  }

  private func inUse(_ use: AddressUse) -> [String] {
    switch use {
    case .listener(let end, let process?):
      return [language.say(.listenerHas, CauseText.name(process), "\(end)")]
    case .listener(let end, nil): return [language.say(.someListenerHas, "\(end)")]
    case .socket(let end, let process?):
      return [language.say(.socketHas, CauseText.name(process), "\(end)")]
    case .socket(let end, nil): return [language.say(.someSocketHas, "\(end)")]
    case .connection(let end, let peer, let state, let number, let process):
      let name = number.map { "TCP \($0.rawValue), " } ?? ""
      let owner = process.map { ", " + CauseText.name($0) } ?? ""
      let ends = language.say(.connectionHas, name + "\(end) ⇄ \(peer)", state.rawValue + owner)
      let brief = language.say(
        .connectionHas, number.map { "TCP \($0.rawValue)" } ?? "\(end) ⇄ \(peer)", state.rawValue)
      return [ends, brief]
    }
  }

  private func list(_ holders: [CallRemark.Holder]) -> String {
    let names = holders.map { "\(CauseText.name($0.process)) fd \($0.descriptor)" }
    return names.joined(separator: ", ")
  }
}
