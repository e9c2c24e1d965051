import Calls
import Testing
import Timeline

@testable import Render

@Suite struct FigureSourceTests {
  /// The line of source stands below the call, where the recording holds it.
  @Test func theLineStandsBelowTheCall() throws {
    let style = FigureStyle()
    var figure = Figure(
      Heading(source: "lo", hasCalls: true), style: style, facts: FigureFacts(tool: "tests"))
    figure.append([
      Row(time: Instant(0), connection: ConnectionID(1), content: .opening(connection(1))),
      callRow(6, .connect) { row in
        row.record.arguments.source = CallSource(
          file: "/src/client.c", line: 15, function: "<dial>")
      },
    ])
    let picture = try figure.picture(Totals(), Ending())
    let document = SVGPen(theme: .light).document(picture)
    #expect(document.contains(">client.c:15 in &lt;dial&gt;</text>"))
  }
}
