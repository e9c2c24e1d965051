import Glibc
import Process
import Sandbox
import Testing

/// Where the kernel allows private networks these are made; where it does not, the error must say
/// at which step.
@Suite struct PrivateNetworkTests {
  /// The network namespace of this process, such as `net:[4026531840]`.
  private func ownNamespace() -> String {
    var room = [CChar](repeating: 0, count: 256)
    let count = readlink("/proc/self/ns/net", &room, room.count)
    return String(decoding: room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test func probingLeavesThisProcessWhereItIs() {
    let before = ownNamespace()
    _ = try? PrivateNetwork.probe()
    _ = try? PrivateNetwork.probe(textbook: true)
    #expect(ownNamespace() == before)
    #expect(before.hasPrefix("net:["))
  }

  @Test func aLoopbackTakesPacketsAsTheKernelMakesIt() {
    do throws(PrivateNetworkError) {
      let network = try PrivateNetwork.probe()
      #expect(network.maximumTransmissionUnit == 65_536)
      #expect(!network.isTextbook)
    } catch {
      #expect(error.errno != 0)
    }
  }

  @Test func aTextbookHasTheSegmentsOfEthernet() {
    do throws(PrivateNetworkError) {
      let network = try PrivateNetwork.probe(textbook: true)
      #expect(network.maximumTransmissionUnit == 1_500)
      #expect(network.isTextbook)
    } catch {
      #expect(error.errno != 0)
    }
  }

  @Test(.needs(Machine.isRoot, "it is about root"), .ownNetwork)
  func rootNeedsNoUserNamespace() throws {
    #expect(try !PrivateNetwork.probe().hasUserNamespace)
  }

  @Test(arguments: PrivateNetworkError.Step.allCases)
  func stepsHaveNames(_ step: PrivateNetworkError.Step) {
    #expect(PrivateNetworkError.Step(rawValue: step.rawValue) == step)
  }
}
