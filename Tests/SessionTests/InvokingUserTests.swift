import Testing
import Tracing

@testable import Session

@Suite struct InvokingUserTests {
  private func user(_ variables: [String: String], isRoot: Bool = true) -> Program.User? {
    InvokingUser.of(isRoot: isRoot) { variables[$0] }
  }

  private let student = ["SUDO_UID": "1000", "SUDO_GID": "1001", "SUDO_USER": "student"]

  @Test func isWhoCalledSudo() {
    #expect(user(student) == Program.User(id: 1000, group: 1001, name: "student"))
  }

  @Test func withoutTheRightsOfRootTheVariablesAreAnybodys() {
    #expect(user(student, isRoot: false) == nil)
  }

  @Test func rootWhoCallsSudoStaysRoot() {
    #expect(user(["SUDO_UID": "0", "SUDO_GID": "0", "SUDO_USER": "root"]) == nil)
  }

  @Test(
    arguments: [
      [:], ["SUDO_UID": "1000"], ["SUDO_GID": "1000"], ["SUDO_UID": "", "SUDO_GID": "1"],
      ["SUDO_UID": "x", "SUDO_GID": "1"], ["SUDO_UID": "-1", "SUDO_GID": "1"],
      ["SUDO_UID": "4294967296", "SUDO_GID": "1"],
    ] as [[String: String]])
  func variablesThatAreNotWholeAreNone(_ variables: [String: String]) {
    #expect(user(variables) == nil)
  }

  @Test func aUserWithoutANameHasNone() {
    #expect(
      user(["SUDO_UID": "5", "SUDO_GID": "6"]) == Program.User(id: 5, group: 6, name: nil))
  }
}
