public import Capture
public import CaptureFile
public import Gzip
public import Raster
public import Render
public import Sandbox
public import Strace
public import Tracing
public import Wire

/// Why a session could not be held.
public enum SessionError: Error {
  /// A file could not be opened, read or written: its path and errno(3).
  case file(String, Int32)
  /// A file would be written over while it is read.
  case sameFile(String)
  /// The picture of a report would be written over a file that is not the report's.
  case pictureBeside(String, of: String)
  /// What was asked for is not in the file, which was shown without it.
  case missing([SelectionMiss])
  /// A capture file is damaged, or is none.
  case capture(String, CaptureFileError)
  /// The same of a capture file that was packed; the offset is one of the unpacked bytes.
  case unpacked(String, CaptureFileError)
  /// A packed file is damaged: the number of the last good packet, nil where there is none.
  case packed(String, GzipError, packet: Int?)
  /// Captures and logs of strace cannot be joined.
  case join(StraceError)
  /// A capture that is to be joined with logs is standard input, which can be read once.
  case joinedStandardInput
  /// A capture that is to be joined with logs has calls of its own.
  case joinedRecording(String)
  /// The packets of a file begin with something that cannot be decoded.
  case link(String, LinkType)
  /// A file holds packets of two link types, which the format to write cannot hold together.
  case mixedLinks(String, LinkType, LinkType)
  /// Packets could not be captured.
  case packets(CaptureError)
  /// Packets of this interface may not be captured, and no other network would do.
  case mayNotCapture(String)
  /// No private network could be made.
  case network(PrivateNetworkError)
  /// A program could not be started: its name and errno(3).
  case start(String, Int32)
  /// Tracing is not possible, in words.
  case tracing(String)
  /// A running program cannot be attached to.
  case attach(AttachError)
  /// The server ended before it listened: how, in words.
  case serverEnded(String)
  /// The server did not listen within so many seconds.
  case serverSilent(Int)
  /// A picture could not be turned into pixels or pages: the file, and why.
  case raster(String, RasterError)
  /// A screenshot cannot be read: the file, and why.
  case screenshot(String, RasterError)
  /// A mark on a screenshot is none.
  case mark(MarkError)
  /// A file of notes cannot be taken.
  case notes(NotesFileError)
  /// A file that comments were to be written into is not pcapng.
  case noComments(String)
  /// Several files, or recordings in one, whose packets are renumbered together.
  case severalForComments
  /// A packet, by its number, has no block that can have a comment.
  case noPlace(String, Int)
  /// No picture was drawn.
  case picture(FigureError)
}
