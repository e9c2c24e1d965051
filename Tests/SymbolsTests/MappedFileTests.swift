import Testing

@testable import Symbols

@Suite struct MappedFileTests {
  @Test func programAndLibraries() {
    let maps = """
      555500000000-555500001000 r--p 00000000 08:01 11 /tmp/a b
      555500001000-555500002000 r-xp 00001000 08:01 11 /tmp/a b
      7f0000000000-7f0000001000 r--p 00000000 08:01 12 /lib/x.so
      7f0000001000-7f0000002000 r-xp 00001000 08:01 12 /lib/x.so
      7f0000003000-7f0000004000 r--p 00000000 08:01 13 /data
      7ffc00000000-7ffc00001000 r-xp 00000000 00:00 0 [vdso]

      """
    #expect(
      MappedFile.all(in: Array(maps.utf8)) == [
        MappedFile(path: "/tmp/a b", inode: 11, base: 0x5555_0000_0000),
        MappedFile(path: "/lib/x.so", inode: 12, base: 0x7F00_0000_0000),
      ])
  }

  /// A file that is also read as data counts where its code begins.
  @Test func twiceMapped() {
    let maps = """
      100000-101000 r--p 00000000 08:01 11 /lib/x.so
      200000-201000 r--p 00000000 08:01 11 /lib/x.so
      201000-202000 r-xp 00001000 08:01 11 /lib/x.so
      """
    #expect(
      MappedFile.all(in: Array(maps.utf8)) == [
        MappedFile(path: "/lib/x.so", inode: 11, base: 0x200000)
      ])
  }

  @Test func garbage() {
    for text in ["", "\n\n", "x", "1-2 r-xp", "1-2 r-xp 0 0 a /x", "zz-2 r-xp 0 0:0 5 /x"] {
      #expect(MappedFile.all(in: Array(text.utf8)) == [])
    }
  }
}
