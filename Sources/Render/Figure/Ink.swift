public import Timeline

/// What a colour means in a picture; a theme says how it looks.
public enum Ink: Hashable, Sendable {
  /// The page, and what is written on it.
  case paper, text, faint, rule
  /// What the client's calls do: arrows and bars, words, the head of the lane.
  case client, clientWord, clientHead
  /// The same of the server's.
  case server, serverWord, serverHead
  /// What the kernel does by itself.
  case kernel
  /// What is unusual, and what failed.
  case warning, failure
  /// The band of a state, and its name in it.
  case state(TCPState), stateWord
  /// The band of an end without states (UDP).
  case socket
  /// A line of a plot, counted from 0.
  case series(Int)
}

/// How inks look.
public enum Theme: String, Hashable, Sendable, CaseIterable {
  /// For a screen, on white.
  case light
  /// For a screen, on black.
  case dark
  /// For a printer without colours: things are told apart by weight, dash and letter.
  case print

  /// The colour of an ink, as SVG and CSS write it: `#rrggbb`.
  ///
  /// Hues are those of Okabe and Ito, which people with colour blindness tell apart.
  public func colour(_ ink: Ink) -> String {
    switch self {
    case .light: light(ink)
    case .dark: dark(ink)
    case .print: print(ink)
    }
  }

  /// Whether the difference between inks may carry a meaning.
  public var hasColour: Bool { self != .print }

  private static let okabe = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d00", "#1b1f24",
  ]

  private func light(_ ink: Ink) -> String {
    switch ink {
    case .paper: "#ffffff"
    case .text: "#1b1f24"
    case .faint: "#57606a"
    case .rule: "#c4cad1"
    case .client: "#0072b2"
    case .clientWord: "#0b3d66"
    case .clientHead: "#eaf3fb"
    case .server: "#d55e00"
    case .serverWord: "#7a3300"
    case .serverHead: "#fdf0e6"
    case .kernel: "#57606a"
    case .warning: "#8a5a00"
    case .failure: "#b3261e"
    case .stateWord: "#1b1f24"
    case .socket: "#d0d7de"
    case .state(let state): Theme.band(state)
    case .series(let index): Theme.okabe[index % Theme.okabe.count]
    }
  }

  private static func band(_ state: TCPState) -> String {
    switch state {
    case .synSent, .synReceived: "#f0c808"
    case .established: "#56b4e9"
    case .finWait1, .finWait2: "#e69f00"
    case .closeWait: "#f5c26b"
    case .lastAck, .closing: "#dba038"
    case .timeWait: "#cc79a7"
    case .closed: "#e6e9ec"
    case .listen: "#ffffff"
    }
  }

  private func dark(_ ink: Ink) -> String {
    switch ink {
    case .paper: "#0d1117"
    case .text: "#e6edf3"
    case .faint: "#9aa4af"
    case .rule: "#3d444d"
    case .client: "#56b4e9"
    case .clientWord: "#a5d6f7"
    case .clientHead: "#10273a"
    case .server: "#f0883e"
    case .serverWord: "#ffc9a0"
    case .serverHead: "#3a2110"
    case .kernel: "#9aa4af"
    case .warning: "#e3b341"
    case .failure: "#ff7b72"
    case .stateWord: "#0d1117"
    case .socket: "#6e7681"
    case .state(.closed): "#8b949e"
    case .state(.listen): "#0d1117"
    case .state(let state): Theme.band(state)
    case .series(let index):
      ["#56b4e9", "#f0883e", "#3fb98f", "#e29bc4", "#e3b341", "#0099e6", "#b5a642", "#e6edf3"][
        index % 8]
    }
  }

  private func print(_ ink: Ink) -> String {
    switch ink {
    case .paper, .clientHead, .serverHead: "#ffffff"
    case .state(.established), .state(.listen): "#ffffff"
    case .state(.synSent), .state(.synReceived): "#e8e8e8"
    case .state(.closed): "#ffffff"
    case .state: "#d4d4d4"
    case .socket: "#e8e8e8"
    case .rule: "#9a9a9a"
    case .faint, .kernel: "#3c3c3c"
    default: "#000000"
    }
  }
}
