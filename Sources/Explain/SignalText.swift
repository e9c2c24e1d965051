import Calls

/// The names of signals (signal(7)).
public enum SignalText {
  /// The name of a signal: `SIGPIPE`; one without a name is `signal 40`.
  public static func name(of signal: Int32) -> String {
    HeaderNames.signals.name(of: signal) ?? "signal \(signal)"
  }
}
