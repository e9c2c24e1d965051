/// An option of a pcapng block: code (2), length (2), value, padded to 4 bytes.
struct PcapngOption {
  static let end: UInt16 = 0
  static let comment: UInt16 = 1
  /// `if_name`
  static let interfaceName: UInt16 = 2
  /// `shb_os`
  static let sectionSystem: UInt16 = 3
  /// `shb_userappl`
  static let sectionApplication: UInt16 = 4
  /// `if_description`
  static let interfaceDescription: UInt16 = 3
  /// `if_filter`
  static let interfaceFilter: UInt16 = 11
  /// `if_os`
  static let interfaceSystem: UInt16 = 12
  /// `epb_packetid`
  static let packetIdentifier: UInt16 = 5
  /// `epb_processid_threadid`
  static let processAndThread: UInt16 = 8
  /// `isb_ifrecv`
  static let received: UInt16 = 4
  /// `isb_ifdrop`
  static let droppedByInterface: UInt16 = 5
  /// `isb_osdrop`
  static let droppedBySystem: UInt16 = 7
  /// `if_tsresol`
  static let timeResolution: UInt16 = 9
  /// `if_tsoffset`
  static let timeOffset: UInt16 = 14

  /// The meaning of the value.
  var code: UInt16
  /// Where the value is among the unread bytes.
  var range: Range<Int>
  /// The value as text; bytes that are not UTF-8 are replaced.
  var text: String

  var isComment: Bool { code == PcapngOption.comment }
}

extension CaptureReader {
  /// The options in `range`; of a damaged list, those before the damage.
  func readOptions(_ range: Range<Int>) -> [PcapngOption] {
    var options: [PcapngOption] = []
    var index = range.lowerBound
    while index + 4 <= range.upperBound {
      let code = queue.uint16(at: index)
      let length = Int(queue.uint16(at: index + 2))
      let value = (index + 4)..<(index + 4 + length)
      if code == PcapngOption.end || value.upperBound > range.upperBound { break }
      let isText = code <= PcapngOption.interfaceDescription
      let text = isText ? String(decoding: queue.array(value), as: UTF8.self) : ""
      options.append(PcapngOption(code: code, range: value, text: text))
      index += 4 + (length + 3) / 4 * 4
    }
    return options
  }
}
