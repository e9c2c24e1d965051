/// Counts and sizes in words and figures.
public enum NumberText {
  /// The number with commas between thousands: `1,234,567`.
  public static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// The number with a noun: `1 byte`, `1,448 bytes`.
  ///
  /// - Parameter plural: the noun's plural where it is not made by an `s`.
  public static func count(_ value: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? noun : plural ?? noun + "s")"
  }

  /// A number of bytes in the greatest unit that it fills: `999 bytes`, `1.5 KiB`, `64 MiB`.
  public static func size(_ bytes: Int) -> String {
    guard bytes.magnitude >= 1024 else { return count(bytes, "byte") }
    var unit = 1024
    let names = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var index = 0
    while index + 1 < names.count, bytes.magnitude / UInt(unit) >= 1024 {
      unit *= 1024
      index += 1
    }
    // Tenths, rounded down: a size is never said to be more than it is.
    let tenth = Int(bytes.magnitude % UInt(unit) / UInt(unit / 1024)) * 10 / 1024
    let whole = count(Int(bytes.magnitude / UInt(unit)))
    return (bytes < 0 ? "-" : "") + whole + (tenth == 0 ? "" : ".\(tenth)") + " " + names[index]
  }
}
