import Capture
import Process
import Testing
import Wire

@Suite struct DeviceTests {
  @Test func loopbackIsThere() throws {
    let loopback = try #require(try Device.all().first { $0.name == "lo" })
    #expect(loopback.isLoopback && loopback.isUp && loopback.isRunning && !loopback.isWireless)
    #expect(loopback.internetAddresses.contains(.loopback4))
    #expect(loopback.addresses.contains("127.0.0.1"))
  }

  /// The interfaces that the kernel lists are the ones found, with the same addresses.
  @Test func theKernelListsTheSame() throws {
    let devices = try Device.all()
    let listing = try runText(["ls", "/sys/class/net"])
    let names = listing.text.split(separator: "\n").map(String.init)
    try #require(!names.isEmpty)
    for name in names where name != "bonding_masters" {
      // An interface that is down may be left out for ordinary users.
      let device = devices.first { $0.name == name }
      #expect(device != nil || !isAllowedToCapture, "\(name)")
    }
    for device in devices where device.isLoopback { #expect(device.name.hasPrefix("lo")) }
  }
}
