/// The demo programs, which are installed with sockline.
public enum DemoProgram {
  /// Where a program is: beside sockline, or in `../libexec/sockline` from there.
  public static func path(of name: String) -> String? {
    guard let own = Environment.executable, let slash = own.lastIndex(of: "/") else { return nil }
    let folder = own[..<slash]
    return ["\(folder)/\(name)", "\(folder)/../libexec/sockline/\(name)"]
      .first(where: Environment.canExecute)
  }
}
