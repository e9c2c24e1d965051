import Sandbox

/// The network that a session runs in.
struct LiveNetwork {
  /// Whether it is one of its own.
  var isPrivate: Bool
  /// Why it is not, where that was tried first.
  var refusal: PrivateNetworkError?

  /// The running programs whose network it is.
  var programs: AttachedPrograms?

  /// Goes into the network that the request asks for.
  static func enter(_ request: LiveRequest) throws(SessionError) -> LiveNetwork {
    if case .attach(let numbers) = request.programs {
      return LiveNetwork(isPrivate: false, programs: try AttachedPrograms.find(numbers))
    }
    guard request.network != .host else { return LiveNetwork(isPrivate: false) }
    do throws(PrivateNetworkError) {
      // In a child first: there is no way back from the half of it.
      _ = try PrivateNetwork.probe(textbook: request.isTextbook)
      _ = try PrivateNetwork.enter(textbook: request.isTextbook)
      return LiveNetwork(isPrivate: true)
    } catch {
      guard request.network == .privateElseHost, !request.isTextbook else { throw .network(error) }
      return LiveNetwork(isPrivate: false, refusal: error)
    }
  }
}
