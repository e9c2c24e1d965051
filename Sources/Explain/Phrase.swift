/// What sockline can say, by meaning; a `Language` gives each a text.
///
/// The comment names the arguments, `{0}`, `{1}` and so on in the texts.
public enum Phrase: Hashable, Sendable, CaseIterable {
  // Why a packet was sent, short: for the column beside an arrow.
  /// {0} a packet.
  case answers
  /// {0} a packet.
  case answersBriefly
  /// {0} a packet.
  case answersLate
  /// {0} a packet.
  case answersLateBriefly
  /// {0} a packet.
  case refuses
  /// {0} a packet.
  case refusesBriefly
  /// {0} a packet.
  case refusesTersely
  /// {0} a packet, {1} the port where nobody listens.
  case refusesOnPort
  /// {0} what is said of the packet, {1} the port that was meant perhaps.
  case maybeSwapped
  /// {0} a packet.
  case answersDead
  /// {0} a packet, {1} what the message says.
  case reportsError
  /// {0} what is said of the packet, {1} a call.
  case errorReturnedBy
  /// {0} a packet.
  case answersAgain
  /// {0} a packet.
  case answersProbe
  case answersEcho
  /// {0} what a packet is inside.
  case inTunnel
  /// {0} the innermost of the tunnels, {1} how many are around it.
  case inTunnels
  /// {0} the packet that held the first fragment.
  case fragmentOf
  /// {0} the packet that held the first fragment.
  case fragmentAgain
  /// {0} the packets that held the other fragments.
  case wholeWith
  case roomAgain
  /// {0} a call.
  case roomMadeBy
  /// {0} a packet.
  case sentAgain
  /// {0} a packet.
  case sentAgainFast
  /// {0} a packet.
  case sentAgainTimeout
  /// {0} a packet.
  case sentAgainProbe
  /// {0} a packet.
  case sentAgainNeedlessly
  /// {0} a packet.
  case sentAgainNeedlesslyBriefly
  case somethingAgain
  case lostAgainFast
  case lostAgainTimeout
  /// {0} a packet.
  case capturedAgain
  /// {0} a packet.
  case capturedAgainBriefly
  case uncapturedAgain
  case keepAlive
  /// {0} a call.
  case keepAliveOf
  case zeroWindowProbe
  /// {0} a process.
  case exitOf
  /// {0} a process.
  case exitOfBriefly
  /// {0} a process.
  case execOf
  /// {0} calls, {1} a packet.
  case releasedByAck
  /// {0} a packet.
  case releasedByAckBriefly
  /// {0} calls, {1} the call that released.
  case releasedByCall
  /// {0} the call that released.
  case releasedByCallBriefly
  /// {0} calls.
  case releasedByTimer
  case releasedByTimerBriefly
  /// {0} calls, {1} a call that may have released.
  case releasedByTimerOrCall
  /// {0} a call that may have released.
  case releasedByTimerOrCallBriefly
  /// {0} calls.
  case sentBy
  /// {0} calls.
  case bytesOf
  /// {0} a call, {1} bytes.
  case partOf
  /// {0} calls that wrote, {1} the call that closed.
  case dataAndFIN
  case finOf
  case finAtExit
  case finReleasedByAck
  case finReleasedByTimer
  case withFIN
  case whenReturned
  case fastOpenBare
  case oneOrUntraced
  case oneOfAndExit
  case oneOfAndExits
  case unreadData
  /// {0} bytes.
  case unreadBytes
  /// {0} bytes.
  case unreadBriefly
  /// {0} the exit, {1} bytes.
  case exitUnread
  case lingerZero
  case neverAccepted
  case aborted
  case fastOpen
  /// {0} calls.
  case oneOf
  case untraced
  case untracedProtocol
  case unknownBefore
  case unknownAfter
  case unknownSubflow
  case unknownRewritten
  case unknownProtocol
  case unknownMembership
  case unknownBlind
  case unknownBytes
  case unknownUnseen
  case unknownHolder
  case unknownForgotten
  case unknownLate
  case unknownAnswer
  case unreadable

  // States and the like.
  case newSocket
  case newSocketBriefly
  case timeWaitLength
  /// {0} a port.
  case kernelChose
  /// {0} a port.
  case kernelChoseBriefly
  /// {0} a port.
  case kernelPort
  /// {0} a number.
  case initialNumber
  /// {0} packets.
  case alsoAnswers

  // What let a call return.
  /// {0} milliseconds, {1} a packet.
  case wokenIn
  /// {0} a packet.
  case wokenBy
  /// {0} milliseconds.
  case tookTime
  case wokenByNone
  case begunBefore
  /// {0} is the call that a signal interrupted and that begins again.
  case begunAgain
  case refusedByFilter
  case interrupted
  case timedOut
  case didNotWait
  /// {0} a packet.
  case becauseOf
  /// {0} a packet, {1} milliseconds.
  case didNotWaitFor
  /// {0} a packet.
  case wasThere
  /// {0} a packet.
  case wasThereBriefly
  /// {0} milliseconds, {1} a packet.
  case answeredWithin
  /// {0} a packet.
  case answeredWithinBriefly
  case endOfStream
  /// {0} connections, {1} places.
  case moreWait
  /// {0} connections.
  case moreWaitBriefly
  /// {0} connections that waited, {1} places.
  case queueWasFull
  case queueWasFullBriefly
  /// {0} connections that wait, {1} places.
  case queueFull
  case queueFullBriefly
  case ackDropped
  /// {0} a call.
  case madeRoom
  case peerElsewhere
  /// {0} an address.
  case from
  /// {0} an end.
  case gives
  case onListener

  // What is worth saying of a call beside its result.
  /// {0} a port, {1} the port that was meant.
  case portIsSwapped
  /// {0} a process, {1} its port, {2} the port that was wanted.
  case listensSwapped
  /// {0} an address, {1} the address that was meant.
  case addressIsSwapped
  /// {0} a process, {1} an address.
  case listenerHas
  /// {0} an address.
  case someListenerHas
  /// {0} a process, {1} an address.
  case socketHas
  /// {0} an address.
  case someSocketHas
  /// {0} a connection, {1} its state, and the process that holds it.
  case connectionHas
  /// {0} processes and their descriptors.
  case stillOpen
  /// {0} connections.
  case oneNeverAccepted
  /// {0} connections.
  case someNeverAccepted
  /// {0} the exit.
  case exitNeverAccepted
  case exitNeverAcceptedBriefly

  // Processes.
  /// {0} a status.
  case exited
  /// {0} a signal.
  case killed
  /// {0} a signal.
  case signalled
  /// {0} a signal that sockline sent.
  case signalledByUs
  /// {0} the signal that sockline sent.
  case endedByUs
  /// {0} a quoted text.
  case prints
  /// {0} a quoted text.
  case comment
  /// {0} words.
  case blind
  /// {0} milliseconds.
  case silence
  /// {0} calls.
  case insideCalls
  case standsSo
  /// {0} rows.
  case rowsUnread
  /// {0} rows.
  case rowsTooFast
}

extension Language {
  /// The text of a phrase with its arguments.
  public func say(_ phrase: Phrase, _ arguments: String...) -> String {
    Template.fill(template(of: phrase), arguments)
  }

  /// Adds a phrase to a line; `argument` adds what stands in a place, by its number.
  func add(
    _ phrase: Phrase, to line: inout [UInt8], _ argument: (Int, inout [UInt8]) -> Void
  ) {
    Template.fill(template(of: phrase), to: &line, argument)
  }

  private func template(of phrase: Phrase) -> String {
    switch self {
    case .english: English.template(of: phrase)
    }
  }
}
