import Testing

@testable import Render

@Suite struct RoomTests {
  @Test func aPageOf104IsThePictureOfTheDesign() {
    let room = Room(width: 104, time: 7, number: 3, connection: 0)
    #expect(room.client == 29)
    #expect(room.arrow == 26)
    #expect(room.server == 31)
  }

  @Test(arguments: 60...260)
  func thePartsFillThePage(width: Int) {
    for connection in [0, 1, 3] {
      let room = Room(width: width, time: 9, number: 5, connection: connection)
      let sum = room.margin + room.client + 6 + room.arrow + room.server
      #expect(sum == min(max(width, 80), Room.widest))
      #expect(room.client >= 10)
      #expect(room.arrow >= 24)
    }
  }

  @Test func longNumbersTakeFromTheClientsWordsOnly() {
    var room = Room(width: 104, time: 7, number: 3, connection: 0)
    let before = room
    room.widen(time: 9, connection: 2)
    #expect(room.margin == before.margin + 5)
    #expect(room.client == before.client - 5)
    #expect(room.arrow == before.arrow)
    #expect(room.server == before.server)
    let wide = room
    room.widen(time: 8)
    #expect(room == wide)
  }

  @Test func wordsStandTwoSpacesApart() {
    #expect([Word(text: "= 0"), Word(text: "in 0.036")].columns == 13)
    #expect([Word]().columns == 0)
    #expect([Word(text: "한글")].columns == 4)
  }
}
