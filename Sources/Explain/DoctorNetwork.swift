extension DoctorFacts {
  /// Why there is no private network.
  var networkRefusal: DoctorRefusal? {
    guard case .fails(let step, let error) = network, step != .packetSocket else { return nil }
    let place = "\(step.words): \(ErrorName.text(error))"
    if error == ErrorName.noSpace { return limitRefusal(step, place) }
    if ErrorName.isRefusal(error) { return permissionRefusal(place) }
    let isMissing = error == ErrorName.noSuchCall || error == ErrorName.invalid
    if isMissing, step == .userNamespace || step == .networkNamespace {
      return DoctorRefusal("this kernel has no namespaces of this kind (\(place))", rootWaysOut)
    }
    return DoctorRefusal("it fails (\(place))", rootWaysOut)
  }

  /// Why packets of a private network cannot be captured.
  var privateCaptureRefusal: DoctorRefusal? {
    switch network {
    case .works: return nil
    case .fails(.packetSocket, let error):
      let name = ErrorName.text(error)
      return DoctorRefusal("a packet socket on its lo fails (\(name))", rootWaysOut)
    case .fails: return DoctorRefusal("there is no private network")
    }
  }

  /// A limit on the number of namespaces is used up, or is zero.
  private func limitRefusal(_ step: Step, _ place: String) -> DoctorRefusal {
    let isUser = step == .userNamespace
    let setting = isUser ? "user.max_user_namespaces" : "user.max_net_namespaces"
    let limit = isUser ? settings.mostUserNamespaces : settings.mostNetworkNamespaces
    let wayOut = (isRoot ? "" : "sudo ") + "sysctl \(setting)=10000"
    if limit == 0 {
      return DoctorRefusal("\(setting) = 0 forbids it (\(place))", [wayOut])
    }
    let value = limit.map { " = \($0)" } ?? ""
    return DoctorRefusal("\(setting)\(value) is used up (\(place))", [wayOut])
  }

  /// Somebody forbids it: who?
  private func permissionRefusal(_ place: String) -> DoctorRefusal {
    func forbidden(by setting: String, _ value: Int, allow: Int) -> DoctorRefusal {
      DoctorRefusal(
        "\(setting) = \(value) forbids it (\(place))",
        [(isRoot ? "" : "sudo ") + "sysctl \(setting)=\(allow)"] + rootWaysOut)
    }
    if let value = settings.userNamespaceClone, value == 0, !isRoot {
      return forbidden(by: "kernel.unprivileged_userns_clone", value, allow: 1)
    }
    if let value = settings.appArmorRestriction, value != 0, !isRoot {
      return forbidden(by: "kernel.apparmor_restrict_unprivileged_userns", value, allow: 0)
    }
    if settings.isConfined {
      return DoctorRefusal(
        "a seccomp filter around this process, as in a container, forbids it (\(place))",
        ["docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN ..."])
    }
    return DoctorRefusal("it is forbidden (\(place))", rootWaysOut)
  }

  private var rootWaysOut: [String] { isRoot ? [] : ["sudo \(path) ..."] }
}

extension DoctorFacts.Step {
  /// The step as the system calls it.
  var words: String {
    switch self {
    case .userNamespace: "unshare(CLONE_NEWUSER)"
    case .groupsDenied: "/proc/self/setgroups"
    case .userMap: "/proc/self/uid_map"
    case .groupMap: "/proc/self/gid_map"
    case .networkNamespace: "unshare(CLONE_NEWNET)"
    case .loopbackUp: "setting lo up"
    case .maximumTransmissionUnit: "setting the MTU of lo"
    case .offload: "switching offload off"
    case .packetSocket: "a packet socket on lo"
    case .child: "a child process"
    }
  }
}
