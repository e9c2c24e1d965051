import Calls
import Testing
import Timeline

@testable import Session

@Suite struct ReplayVerificationTests {
  private let one = Cause(.timer, .keepAlive)
  private let other = Cause(.timer, .zeroWindowProbe)

  @Test func agreementsAreCounted() {
    var verification = Verification()
    for number in 1...1_200 { verification.note(number, stored: one, fresh: one) }
    #expect(verification.isGood)
    #expect(verification.takeNews().isEmpty)
    #expect(
      verification.summary(passedOver: 0) == [
        "1,200 of 1,200 stored causes agree with those worked out from the file."
      ])
  }

  @Test func differencesAreToldOnce() {
    var verification = Verification()
    verification.note(1, stored: one, fresh: one)
    verification.note(2, stored: one, fresh: other)
    verification.note(3, stored: nil, fresh: other)
    #expect(!verification.isGood)
    #expect(
      verification.takeNews() == [
        "packet 2: the file says `timer: keep-alive`, worked out `timer: zero-window probe`"
      ])
    #expect(verification.takeNews().isEmpty)
    #expect(
      verification.summary(passedOver: 2) == [
        "1 of 2 stored causes agree with those worked out from the file.",
        "1 packet has no stored cause.", "2 packets of other programs skipped.",
      ])
  }

  @Test func withoutCausesThereIsNothingToVerify() {
    var verification = Verification()
    #expect(verification.isGood)
    #expect(verification.summary(passedOver: 0) == ["There are no packets to verify."])
    verification.note(1, stored: nil, fresh: one)
    #expect(!verification.isGood)
    #expect(
      verification.summary(passedOver: 0) == [
        "No packet has a stored cause: there is nothing to verify."
      ])
  }
}
