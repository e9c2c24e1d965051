import Calls
import Testing
import Timeline

@testable import Render

@Suite struct SceneTests {
  private func call(_ row: Row) -> CallRow? {
    if case .call(let call) = row.content { call } else { nil }
  }

  private func begin(_ scene: inout Scene, _ row: Row) {
    guard let call = call(row) else { return }
    scene.show(scene.view(for: row.connection))
    scene.begin(call, row.connection)
  }

  @Test func aRowShowsTheBarsOfItsConnection() {
    var scene = layout().scene
    scene.connections[ConnectionID(2)] = ConnectionScene(connection(2), at: Instant(0))
    begin(&scene, callRow(1, .read, of: 1))
    begin(&scene, callRow(2, .read, of: 2))
    begin(&scene, callRow(3, .read, of: 2))
    #expect(scene.bars(.client, in: ConnectionID(1)) == 1)
    #expect(scene.bars(.client, in: ConnectionID(2)) == 2)
    #expect(scene.bars(.server, in: ConnectionID(1)) == 0)
    #expect(scene.bars(.client, in: nil) == 0)
  }

  @Test func acceptIsShownUntilTheConnectionIsAccepted() {
    var scene = layout().scene
    begin(&scene, callRow(4, .accept, .enter, .server, of: nil) { $0.onListener = true })
    #expect(scene.bars(.server, in: ConnectionID(1)) == 1)
    scene.connections[ConnectionID(1)]?.isAccepted = true
    #expect(scene.bars(.server, in: ConnectionID(1)) == 0)
    #expect(scene.bars(.server, in: nil) == 1)
  }

  @Test func waitsAreShownOnTheConnectionsOfTheirProcess() {
    var scene = layout().scene
    scene.connections[ConnectionID(2)] = ConnectionScene(connection(2), at: Instant(0))
    scene.connections[ConnectionID(2)]?.client.processes = [99]
    begin(&scene, callRow(7, .poll, of: nil))
    #expect(scene.bars(.client, in: ConnectionID(1)) == 1)
    #expect(scene.bars(.client, in: ConnectionID(2)) == 0)
    #expect(scene.isVisible(CallID(7), in: ConnectionID(1)) == .client)
    #expect(scene.isVisible(CallID(7), in: ConnectionID(2)) == nil)
  }

  @Test func aBarThatWasHiddenIsBroken() {
    var scene = layout().scene
    scene.connections[ConnectionID(2)] = ConnectionScene(connection(2), at: Instant(0))
    begin(&scene, callRow(1, .read, of: 1))
    let open = scene.calls[CallID(1)]
    scene.show(ConnectionID(1))
    #expect(open.map { scene.isUnbroken($0, in: ConnectionID(1)) } == true)
    scene.show(ConnectionID(2))
    scene.show(ConnectionID(1))
    #expect(open.map { scene.isUnbroken($0, in: ConnectionID(1)) } == false)
  }

  @Test func aCallFindsItsConnectionLater() {
    var scene = layout().scene
    begin(&scene, callRow(6, .connect, of: nil))
    #expect(scene.bars(.client, in: ConnectionID(1)) == 1)
    scene.adopt(CallID(6), ConnectionID(1), .client)
    #expect(scene.calls[CallID(6)]?.connection == ConnectionID(1))
    #expect(scene.bars(.client, in: ConnectionID(1)) == 1)
    #expect(scene.end(CallID(6)) != nil)
    #expect(scene.bars(.client, in: ConnectionID(1)) == 0)
    #expect(scene.end(CallID(6)) == nil)
  }

  @Test func oneOpenConnectionIsInView() {
    var scene = layout().scene
    #expect(scene.view(for: nil) == ConnectionID(1))
    scene.connections[ConnectionID(2)] = ConnectionScene(connection(2), at: Instant(0))
    // The second one has no socket yet.
    #expect(scene.view(for: nil) == ConnectionID(1))
    scene.connections[ConnectionID(2)]?.client.isThere = true
    #expect(scene.view(for: nil) == nil)
    scene.connections[ConnectionID(2)]?.client.processes = [99]
    #expect(scene.view(for: nil, process: 99) == ConnectionID(2))
    #expect(scene.view(for: nil, process: 4121) == ConnectionID(1))
    #expect(scene.view(for: nil, process: 4120) == nil)
    #expect(scene.view(for: ConnectionID(2)) == ConnectionID(2))
  }
}
