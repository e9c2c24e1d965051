import Testing

@testable import Explain

@Suite struct TemplateTests {
  @Test func argumentsStandWhereTheirNumbersAre() {
    #expect(Template.fill("{1} before {0}", ["a", "b"]) == "b before a")
    #expect(Template.fill("{0}{0}", ["x"]) == "xx")
  }

  @Test func textWithoutArgumentsStays() {
    #expect(Template.fill("kernel {0}", []) == "kernel {0}")
    #expect(Template.fill("", ["a"]) == "")
  }

  @Test func argumentsAreNotTemplates() {
    #expect(Template.fill("{0} {1}", ["{1}", "{0}"]) == "{1} {0}")
  }

  @Test func otherBracesStay() {
    #expect(Template.fill("{ {9} {x} {", ["a"]) == "{ {9} {x} {")
    #expect(Template.fill("end {0}", ["a"]) == "end a")
  }
}
