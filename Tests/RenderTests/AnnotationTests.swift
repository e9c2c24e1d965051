import Testing

@testable import Render

@Suite struct AnnotationTests {
  private func annotation(_ places: [Mark.Place], width: Int = 800, height: Int = 600) -> Annotation
  {
    var annotation = Annotation(image: [1, 2, 3], width: width, height: height)
    annotation.marks = places.enumerated().map { ($1, "The sentence of mark \($0).") }
    return annotation
  }

  @Test func lettersGoDownThePicture() throws {
    let picture = try annotation([.pixel(700, 500), .pixel(20, 30), .pixel(400, 300)]).picture()
    let legend = picture.texts.filter { $0.hasPrefix("The sentence") }
    #expect(legend == [1, 2, 0].map { "The sentence of mark \($0)." })
    #expect(picture.description.hasPrefix("A: The sentence of mark 1."))
    #expect(picture.texts.count { $0 == "A" } == 2)
  }

  @Test func rowsAreCounted() throws {
    var annotation = annotation([.row(1), .row(3)])
    #expect(throws: MarkError.noRows("1")) { try annotation.picture() }
    annotation.rows = PacketListRows(top: 100, height: 20)
    let rings = try annotation.picture().flat.compactMap { shape -> Double? in
      if case .circle(let center, _, nil, .some(let stroke)) = shape, stroke.ink == .failure {
        center.y
      } else {
        nil
      }
    }
    #expect(rings.count == 2)
    #expect(rings[1] - rings[0] == 40)
  }

  @Test(arguments: [Mark.Place.pixel(801, 0), .pixel(0, 601), .pixel(-1, 5), .row(99)])
  func outsideIsAnError(place: Mark.Place) {
    var annotation = annotation([place])
    annotation.rows = PacketListRows(top: 100, height: 20)
    #expect(throws: MarkError.self) { try annotation.picture() }
  }

  /// Small and large screenshots, few and many marks: nothing over another, nothing cut.
  @Test(arguments: [(320, 200, 4), (800, 600, 12), (3840, 2160, 20), (60, 40, 1), (400, 60, 6)])
  func everythingIsReadable(width: Int, height: Int, count: Int) throws {
    var random = Seeded(state: UInt64(width))
    for _ in 0..<20 {
      var annotation = annotation(
        (0..<count).map { _ in
          .pixel(
            Double(random.next() % UInt64(width)), Double(random.next() % UInt64(height)))
        }, width: width, height: height)
      annotation.title = "Wireshark's list of packets, 그리고 한글 제목"
      annotation.caption = ["demo.pcapng · sockline 0.1.0"]
      let picture = try annotation.picture()
      #expect(picture.overlaps == [])
    }
  }
}
