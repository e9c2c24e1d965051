import Raster
import Testing

@Suite struct FontsTests {
  /// No font has a letter that Unicode keeps for nobody.
  @Test func nobodyHasANonCharacter() throws {
    guard Fonts.has(["a"]) == true, let letter = Unicode.Scalar(0xFFFFE) else { return }
    #expect(Fonts.has([letter]) == false)
  }
}
