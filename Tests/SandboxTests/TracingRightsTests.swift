import Sandbox
import Testing

@Suite struct TracingRightsTests {
  @Test func everythingIsAllowedWhereNothingFails() {
    let rights = TracingRights()
    #expect(rights.canTrace)
    #expect(rights.canFilter)
    #expect(rights.canIdentifySockets)
  }

  @Test func eachRefusalIsItsOwn() {
    #expect(!TracingRights(seizeError: 1).canTrace)
    #expect(TracingRights(seizeError: 1).canFilter)
    #expect(!TracingRights(filterError: 22).canFilter)
    #expect(TracingRights(filterError: 22).canTrace)
    #expect(!TracingRights(descriptorError: 38).canIdentifySockets)
    #expect(!TracingRights(cookieError: 92).canIdentifySockets)
    #expect(!TracingRights(cookieAgrees: false).canIdentifySockets)
  }

  @Test func theSameIsFoundTwice() {
    #expect(TracingRights.probe() == TracingRights.probe())
  }

  @Test func aCookieThatIsToldIsTheOwners() {
    let rights = TracingRights.probe()
    if rights.descriptorError == nil, rights.cookieError == nil { #expect(rights.cookieAgrees) }
    // Without the descriptor there was nobody to ask.
    if rights.descriptorError != nil { #expect(!rights.canIdentifySockets) }
  }
}
