import ArgumentParser
import Session

/// `sockline interfaces`
struct InterfacesCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "interfaces",
    abstract: "List the interfaces that packets can be captured on.")

  @Flag(name: .customShort("v"), help: "Show everything known about each.")
  var verbose = false

  func perform() throws -> Int32 {
    try Output.say(try InterfaceTable.lines(isVerbose: verbose))
    return 0
  }
}
