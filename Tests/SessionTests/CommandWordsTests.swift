import Process
import Session
import Testing

@Suite struct CommandWordsTests {
  @Test(arguments: [
    ("server", ["server"]),
    ("  server   -p 3490\t-v ", ["server", "-p", "3490", "-v"]),
    ("echo 'two words' \"and two\"", ["echo", "two words", "and two"]),
    ("echo a'b'\"c\"d", ["echo", "abcd"]),
    ("echo '' \"\"", ["echo", "", ""]),
    (#"echo a\ b \\ \'"#, ["echo", "a b", "\\", "'"]),
    (#"echo "a\"b\\c\d""#, ["echo", #"a"b\c\d"#]),
    ("echo '$HOME | * ;'", ["echo", "$HOME | * ;"]),
    ("curl http://127.0.0.1:8000/#top", ["curl", "http://127.0.0.1:8000/#top"]),
    ("dd if=/dev/zero", ["dd", "if=/dev/zero"]),
    ("echo caf\u{E9} \u{D55C}", ["echo", "caf\u{E9}", "\u{D55C}"]),
  ])
  func splitsAsAShellDoes(_ command: String, _ words: [String]) {
    #expect(CommandWords.split(command) == words)
  }

  @Test(arguments: [
    "a  b\tc", "'a b' \"c d\"", "a'b'\"c\"d", "x '' \"\"", #"a\ b \\ \'"#, #""a\"b\\c\d""#,
    "'$HOME | *'",
    "http://h/#top if=/dev/zero a~ 100% a@b,c:d+e-f_g.h", "'\\'", "\"'\" '\"'", "\"\\$x\"",
  ])
  func agreesWithTheShell(_ arguments: String) throws {
    let words = try #require(CommandWords.split("printf " + arguments))
    #expect(words.first == "printf")
    let shell = try runText(["sh", "-c", "printf '[%s]' " + arguments])
    #expect(shell.text == words.dropFirst().map { "[\($0)]" }.joined())
  }

  @Test(arguments: [
    "a | b", "a && b", "a; b", "a > file", "a < file", "a $HOME", "a \"$HOME\"", "a `b`", "ls *.c",
    "ls ?", "ls [ab]", "(a)", "{ a; }", "! a", "a\nb", "X=1 a", "cd /tmp", "exec a", "~/bin/a",
    "a # note", "a \"`b`\"",
  ])
  func leavesToTheShellWhatIsItsOwn(_ command: String) {
    #expect(CommandWords.split(command) == ["sh", "-c", command])
  }

  @Test(arguments: ["", "  ", "a 'b", "a \"b", "a \\", "a \"b\\"])
  func refusesWhatIsNoCommand(_ command: String) {
    #expect(CommandWords.split(command) == nil)
  }
}
