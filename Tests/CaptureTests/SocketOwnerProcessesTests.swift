import Glibc
import Process
import Testing

@testable import Capture

@Suite struct SocketOwnerProcessesTests {
  @Test(
    arguments: [
      ("socket:[662418]", 662_418), ("socket:[]", nil), ("pipe:[662418]", nil), ("/dev/null", nil),
      ("socket:[662418", nil), ("socket:[99999999999]", nil),
    ] as [(String, UInt32?)])
  func linksOfSockets(_ link: String, _ inode: UInt32?) {
    #expect(SocketOwnerProcesses.inode(of: Array(link.utf8)) == inode)
  }

  @Test func findsWhoHoldsASocket() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var status = stat()
    #expect(fstat(descriptor, &status) == 0)
    let inode = UInt32(status.st_ino)
    let all = SocketOwnerProcesses.all
    #expect(all.contains(getpid()))
    #expect(all == all.sorted(by: >))
    var processes = SocketOwnerProcesses(looking: [inode])
    processes.look(at: SocketOwnerProcesses.all)
    #expect(processes.isDone)
    #expect(processes.found[inode]?.process == getpid())
    #expect(processes.found[inode]?.name == SocketOwnerProcesses.name(getpid()))
    #expect(processes.found[inode]?.name.isEmpty == false)
  }

  @Test func whatNobodyHoldsIsNotFound() {
    var processes = SocketOwnerProcesses(looking: [UInt32.max])
    processes.look(at: [getpid(), Int32.max])
    #expect(!processes.isDone && processes.found.isEmpty && !processes.isRefused)
    #expect(SocketOwnerProcesses.name(Int32.max) == nil)
  }
}
