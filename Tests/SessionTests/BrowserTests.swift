import Foundation
import Process
import Testing

/// The page of HTML in a real browser, its script used as a reader would.
@Suite struct BrowserTests {
  private let demo = ShippedCaptures.folder + "demo-tcp.pcapng"

  /// Opens the page with a script at its end, and returns what that wrote.
  private func results(of page: String, _ script: String) throws -> [String] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/page.html"
    let early = """
      <script>window.problems = [];
      addEventListener('error', event => problems.push('error ' + event.message));
      addEventListener('securitypolicyviolation', event => problems.push('policy ' + event.blockedURI));
      for (const name of ['error', 'warn']) console[name] = (...words) => problems.push(words.join(' '));
      </script>
      """
    let late = """
      <pre id="results"></pre><script>(() => {
      const results = document.getElementById('results');
      const said = words => { results.textContent += words + '\\n'; };
      const details = () => document.getElementById('details').textContent;
      const key = (name, target) => (target || document.activeElement || document.body)
        .dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
      try { \(script) } catch (error) { said('failed: ' + error); }
      said('problems ' + problems.length + ' ' + problems.join(' | '));
      })();</script>
      """
    let whole = page.replacing("<title>", with: early + "<title>", maxReplacements: 1)
      .replacing("</body>", with: late + "</body>")
    try Data(whole.utf8).write(to: URL(fileURLWithPath: path))
    return try Browser.results(at: path, profile: folder.path + "/profile")
  }

  private func page(_ more: [String] = []) throws -> String {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.html"
    #expect(try Command.run(["draw", demo, "-o", path] + more).status == 0)
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func theScriptAnswers() throws {
    let found = try results(
      of: page(),
      """
      const by = id => document.getElementById(id);
      const hits = () => document.querySelectorAll('g.hit').length;
      said('hint ' + details().startsWith('Point at an arrow'));
      by('packet-4').dispatchEvent(new MouseEvent('mouseenter'));
      said('hover ' + details());
      by('packet-4').dispatchEvent(new MouseEvent('click', { bubbles: true }));
      said('related ' + [...document.querySelectorAll('g.hit')].map(g => g.id).join(' '));
      key('Escape');
      said('released ' + hits() + ' ' + details().startsWith('Point'));
      key('/', document.body);
      said('focus ' + (document.activeElement === by('search')));
      by('search').value = 'FIN,ack';
      by('search').dispatchEvent(new Event('input'));
      said('fin ' + hits() + ' ' + details());
      key('ArrowDown', by('search'));
      said('first ' + document.activeElement.id);
      key('ArrowDown');
      said('second ' + document.activeElement.id);
      key('ArrowUp');
      said('back ' + document.activeElement.id);
      key('Escape');
      by('search').value = 'hello zebra';
      by('search').dispatchEvent(new Event('input'));
      said('none ' + hits() + ' ' + details());
      by('search').value = '';
      by('search').dispatchEvent(new Event('input'));
      said('empty ' + hits());
      const before = getComputedStyle(document.documentElement).backgroundColor;
      by('theme').click();
      const after = getComputedStyle(document.documentElement).backgroundColor;
      by('theme').click();
      said('theme ' + (before !== after) + ' '
        + (getComputedStyle(document.documentElement).backgroundColor === before));
      said('labels ' + [...document.querySelectorAll('g.packet, g.call')]
        .every(g => g.getAttribute('aria-label').length > 5));
      said('tooltips ' + document.querySelectorAll('g.packet > title').length);
      """)
    let first = Dictionary(
      uniqueKeysWithValues: found.map { line in
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (words[0], words.count > 1 ? words[1] : "")
      })
    #expect(first["hint"] == "true")
    #expect(first["hover"]?.contains("PSH,ACK seq=1") == true, "\(found)")
    #expect(first["related"] == "call-7 packet-4", "\(found)")
    #expect(first["released"] == "0 true")
    #expect(first["focus"] == "true")
    #expect(first["fin"]?.contains(" of 24: ") == true, "\(found)")
    #expect(first["first"] != first["second"])
    #expect(first["first"] == first["back"])
    #expect(first["none"] == "0 Nothing has all of these words.", "\(found)")
    #expect(first["empty"] == "0")
    #expect(first["theme"] == "true true")
    #expect(first["labels"] == "true")
    #expect(first["tooltips"] == "0")
    #expect(first["problems"] == "0 ", "\(found)")
  }

  /// Nothing of what a user or a network wrote runs.
  @Test func hostileWordsDoNotRun() throws {
    let evil = "</title></script><script>window.pwned=1</script><img src=x onerror=pwned=1>"
    let page = try page(["--title", evil, "--note", "syn: " + evil, "--font", "\"><script>pwned=1"])
    let found = try results(
      of: page,
      """
      document.getElementById('packet-1').dispatchEvent(new MouseEvent('mouseenter'));
      said('pwned ' + typeof window.pwned);
      said('images ' + document.images.length);
      """)
    #expect(found == ["pwned undefined", "images 0", "problems 0 "], "\(found)")
  }
}
