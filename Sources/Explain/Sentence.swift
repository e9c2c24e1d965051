/// Whole sentences and counts that stand before and after a ladder; the comment names the arguments.
public enum Sentence: Hashable, Sendable, CaseIterable {
  // How a connection ended.
  /// {0} connection, {1} first end, {2} second FIN, {3} second end, {4} first FIN.
  case closedInThree
  /// {0} connection, {1} first end, {2} second FIN, {3} second end, {4} first FIN.
  case closedInFour
  /// {0} connection, {1} and {2} FINs.
  case firstAckMissing
  case closedByItself
  case closedAtOnce
  /// {0} connection, {1} first end, {2} its FIN, {3} the other end.
  case halfClosed
  /// {0} connection, {1} end, {2} RST.
  case reset
  /// {0} connection, {1} RST.
  case neverAccepted
  /// {0} connection, {1} RST, {2} endpoint.
  case refused
  /// {0} connection.
  case unanswered
  /// {0} connection.
  case open
  /// {0} connection.
  case withoutPackets
  /// {0} flow.
  case datagrams
  case client
  case server
  /// {0} first, {1} last byte.
  case bytesOfStream

  // Before the rows.
  case legendCall
  case legendKernel
  /// {0} the sign for one, {1} for several.
  case legendInside
  case legendSilent
  case legendAgain
  case legendBar
  case lonelyCalls

  // Plots.
  case plotSequence
  case plotWindow
  case plotRoundTrips
  case plotThroughput
  /// {0} segments, {1} bytes, {2} segments retransmitted.
  case plotCounts
  case plotFormula
  case plotRate
  /// {0} and {1} seconds from and to which, {2} all there are.
  case plotPart
  /// {0} the least sequence number.
  case plotEdgeBeyond
  /// {0} the packet.
  case plotFirstAgain
  /// {0} the packet.
  case plotClosed

  // Notes that pictures have by themselves.
  /// {0} the call.
  case noteSYN
  /// {0} the port.
  case noteChosenPort
  case noteSynAck
  /// {0} the packet that is answered.
  case noteHandshakeAck
  /// {0} the call, {1} bytes.
  case noteWrite
  /// {0} bytes of the packet, {1} bytes that were written, {2} the call.
  case notePartOfWrite
  /// {0} the end, {1} the call.
  case noteFIN
  /// {0} the process.
  case noteExitFIN
  /// {0} the end.
  case noteFINAlone
  /// {0} the first FIN.
  case noteThreeSegments
  /// {0} the first FIN.
  case noteFourSegments
  /// {0} the end.
  case noteTimeWait
  /// {0} the end, {1} the call, {2} its number, {3} what it gave back.
  case noteReturns
  /// {0} the end, {1} the call, {2} its number.
  case noteReturnsEnd
  case timesFromCall
  case timesFromPacket
  case timesFromRow
  case timesOfDay
  case levelArrows
  case noFilter
  /// {0} the expression.
  case filter
  case withoutCalls
  case relativeNumbers
  case rawNumbers
  case bothNumbers
  /// {0} number.
  case clientNumber
  /// {0} number.
  case serverNumber
  /// {0} the numbers.
  case initialNumbers
  case datagramsOnly
  case beganBefore

  // After the rows.
  case lastAckMissing
  case streamOfBytes
  /// {0} what is chosen.
  case leftOut
  case marksLeftOut
  /// {0} numbers.
  case chosenConnections
  /// {0} numbers.
  case chosenProcesses
  /// {0} names.
  case chosenCalls
  /// {0}: calls that are left out.
  case hiddenCalls
  case chosenControl
  /// {0} seconds.
  case chosenFrom
  /// {0} seconds.
  case chosenTo
  /// {0} packets.
  case chosenCount
  /// {0} number, {1} connections.
  case noSuchConnection
  case loneDatagrams
  /// {0} milliseconds.
  case handshake
  case noData
  /// {0} bytes.
  case eachWay
  /// {0} bytes to the server, {1} to the client.
  case bothWays
  /// {0} packets.
  case sentAgain
  /// {0} packets.
  case capturedAgain
  /// {0} packets.
  case packets
  /// {0} packets, {1} calls.
  case packetsAndCalls
  /// {0} packets.
  case unexplained
  case outsideTrace
  case nothingLost
  /// {0} writes at which the kernel's offset agreed, {1} writes at which it was asked.
  case offsetsAgreed
  /// {0} bytes.
  case unseenBytes
  /// {0} SYNs, {1} places, {2} the backlog.
  case turnedAway
  /// {0} packets.
  case others
  /// {0} packets.
  case lostByKernel
  /// {0} by the kernel, {1} by the interface.
  case lostByBoth
  /// {0} connections, {1} of them reset.
  case manyConnections
  /// {0} microseconds, with their unit.
  case tracingAdded
  /// {0} factor.
  case tracingStretched
  /// {0} microseconds, with their unit, {1} factor.
  case tracingCost
}

extension Language {
  /// The text of a sentence with its arguments.
  public func tell(_ sentence: Sentence, _ arguments: String...) -> String {
    Template.fill(template(of: sentence), arguments)
  }

  /// Adds a sentence to a line; `argument` adds what stands in a place, by its number.
  public func add(
    _ sentence: Sentence, to line: inout [UInt8], _ argument: (Int, inout [UInt8]) -> Void
  ) {
    Template.fill(template(of: sentence), to: &line, argument)
  }

  private func template(of sentence: Sentence) -> String {
    switch self {
    case .english: English.template(of: sentence)
    }
  }
}
