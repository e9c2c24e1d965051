import Render
import Testing

@Suite struct NoteListTests {
  @Test func itemsOfListsAreNotes() {
    let text = """
      # What the picture shows

      Some words - packet 9: no item.
      - packet 3: the handshake ends here,
        without data

      * `fin client`: who closes first
      1. **packet 7 window:** full
      2) data server 1:14: the greeting
      ---
      - - -
      """
    #expect(
      NoteList.notes(text) == [
        NoteLine(4, "packet 3: the handshake ends here, without data"),
        NoteLine(7, "fin client: who closes first"),
        NoteLine(8, "packet 7 window: full"),
        NoteLine(9, "data server 1:14: the greeting"),
      ])
  }

  @Test func codeAndCommentsAreTheAuthors() {
    let text = """
      ```
      - packet 1: an example
      ```
      <!-- - packet 2: not now
      - packet 3: nor this -->
      - packet 4: but this
      """
    #expect(NoteList.notes(text) == [NoteLine(6, "packet 4: but this")])
  }

  @Test func linesMayEndAsOnWindows() {
    #expect(
      NoteList.notes("- syn: one\r\n- fin client: two\r\n") == [
        NoteLine(1, "syn: one"), NoteLine(2, "fin client: two"),
      ])
  }
}
