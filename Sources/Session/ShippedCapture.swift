/// The captures and recordings that are installed with sockline.
public enum ShippedCapture {
  /// Where a file is: in `../share/sockline/captures` from the folder of sockline, or in `captures`
  /// of the source tree that sockline was built in.
  ///
  /// - Parameter name: such as `tcp.pcap`.
  public static func path(of name: String) -> String? {
    guard let own = Environment.executable else { return nil }
    return path(of: name, besides: own)
  }

  /// The same for a program at `executable`, a path without symbolic links.
  static func path(of name: String, besides executable: String) -> String? {
    guard let slash = executable.lastIndex(of: "/") else { return nil }
    let folder = executable[..<slash]
    // A build is in `.build/TRIPLE/CONFIGURATION`.
    return ["../share/sockline/captures", "../../../captures"]
      .map { "\(folder)/\($0)/\(name)" }.first(where: Environment.canRead)
  }
}
