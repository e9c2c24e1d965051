/// What became of a process, in words: a signal it got, its end.
public struct LifeText {
  private let language: Language

  /// Makes the words of a language.
  public init(_ language: Language = .english) { self.language = language }

  /// A signal that was delivered: `gets SIGPIPE`.
  ///
  /// - Parameter isOurs: whether sockline sent it, to end the program.
  public func signal(_ signal: Int32, isOurs: Bool) -> String {
    let name = SignalText.name(of: signal)
    return language.say(isOurs ? .signalledByUs : .signalled, name)
  }

  /// An end: `exit 0`, `killed by SIGKILL`, `ended by sockline with SIGTERM`.
  public func exit(_ status: Int32?, _ signal: Int32?, isOurs: Bool) -> String {
    guard let signal else { return language.say(.exited, "\(status ?? 0)") }
    return language.say(isOurs ? .endedByUs : .killed, SignalText.name(of: signal))
  }
}
