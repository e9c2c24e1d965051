import Capture
import Render
import Sandbox
import Symbols
import Tracing

/// What the first lines of a live session say.
struct LiveHeading {
  var request: LiveRequest
  var network: LiveNetwork
  var interface: String
  var refusal: CaptureError?

  var heading: Heading {
    var source = network.isPrivate ? "lo, private network" : interface
    if request.isTextbook { source += ", segments as on Ethernet" }
    return Heading(source: source, hasCalls: true, notes: notes)
  }

  private var notes: [String] {
    var notes: [String] = []
    if network.isPrivate {
      notes.append("private network: other tools do not see it")
    } else if refusal == nil, network.programs?.refusal == nil {
      notes.append("recording calls, and the packets on \(interface)")
    }
    if let error = network.refusal {
      notes.append(
        "no private network (\(SystemMessage.text(error.errno).lowercased()) at "
          + "\(error.step.rawValue)), so using the machine's own; sockline doctor says why")
    }
    if !request.filter.isEmpty {
      notes.append("capturing only packets that match the filter: \(request.filter)")
    }
    if request.style.showsSource, !SourceFinder.isAvailable {
      notes.append("no source lines: this sockline was built without libdw (docs/SOURCE.md)")
    }
    notes += network.programs?.notes ?? []
    if refusal != nil, let first = network.programs?.targets.first {
      notes.append(
        "packets not captured (no permission): use `sudo sockline attach \(first.process)`, or see "
          + "sockline doctor; calls are drawn all the same")
    } else if refusal != nil {
      notes.append(
        "packets not captured (no permission): use --private, or "
          + "see sockline doctor; calls are drawn all the same")
    }
    return notes
  }
}
