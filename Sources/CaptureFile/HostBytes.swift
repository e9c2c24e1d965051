extension [UInt8] {
  /// Adds a number in this machine's byte order, as in a file that is written here.
  mutating func append<Number: FixedWidthInteger & UnsignedInteger>(hostOrder number: Number) {
    let highestFirst = number.bigEndian == number
    let count = Number.bitWidth / 8
    for index in 0..<count {
      let shift = 8 * (highestFirst ? count - 1 - index : index)
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Adds zeros up to a multiple of four bytes since a place.
  mutating func padToWord(from start: Int = 0) {
    while !(count - start).isMultiple(of: 4) { append(0) }
  }
}
