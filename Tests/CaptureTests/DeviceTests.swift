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
    let listing = String(decoding: try contents(of: "/proc/thread-self/net/dev"), as: UTF8.self)
    let names = listing.split(separator: "\n").dropFirst(2).map {
      $0.prefix { $0 != ":" }.drop { $0 == " " }
    }
    try #require(!names.isEmpty)
    for name in names {
      // An interface that is down may be left out for ordinary users.
      let device = devices.first { $0.name == name }
      #expect(device != nil || !isAllowedToCapture, "\(name)")
    }
    for device in devices where device.isLoopback { #expect(device.name.hasPrefix("lo")) }
  }
}
