/// A language that sentences are made in.
public enum Language: String, Hashable, Sendable, CaseIterable {
  /// English.
  case english = "en"
}
