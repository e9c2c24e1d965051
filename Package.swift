// swift-tools-version: 6.2
import PackageDescription

/// The rules every Swift target of the house is built under.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A room: a library target that may import just `dependencies`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one room, in `Tests/<room>Tests`; golden texts stand in its folder `Golden`.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], hasGolden: Bool = false
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["Golden"],
    exclude: hasGolden ? ["Golden"] : [],
    swiftSettings: [.enableUpcomingFeature("ExistentialAny")])
}

let package = Package(
  name: "sockline",
  products: [
    .executable(name: "sockline", targets: ["sockline"]),
    .executable(name: "SocklineDemo", targets: ["SocklineDemo"]),
    .executable(name: "sockline-demo-c", targets: ["CDemo"]),
  ],
  traits: [
    .trait(name: "Pictures", description: "Draws PNG and PDF, by librsvg."),
    .trait(
      name: "SourceLines", description: "Finds the source lines that made calls, by libdw."),
    .default(enabledTraits: ["Pictures", "SourceLines"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // 1: bytes, registers, text
    room("Wire"),
    room("Calls", ["Wire"]),
    room("Text"),
    room("CaptureFile", ["Wire"]),
    // 2: what it means
    room("Timeline", ["Wire", "Calls"]),
    room("Strace", ["Wire", "Calls", "Timeline"]),
    room("Recording", ["Wire", "Calls", "Timeline", "CaptureFile", "Text"]),
    room("Explain", ["Wire", "Calls", "Timeline", "Text"]),
    room("Render", ["Wire", "Calls", "Timeline", "Explain", "Text"]),
    // 3: the only rooms that touch the machine
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .target(name: "CPtrace"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CRsvg", pkgConfig: "librsvg-2.0", providers: [.apt(["librsvg2-dev"])]),
    .systemLibrary(name: "CDwarf", pkgConfig: "libdw", providers: [.apt(["libdw-dev"])]),
    room("Capture", ["CPcap", "Wire"]),
    room("Tracing", ["CPtrace", "Calls", "Wire"]),
    room("Sandbox", ["CPtrace"]),
    room("Gzip", ["CZlib"]),
    room("Raster", [.target(name: "CRsvg", condition: .when(traits: ["Pictures"])), "CZlib"]),
    room(
      "Symbols", [.target(name: "CDwarf", condition: .when(traits: ["SourceLines"])), "Calls"]),
    // 4: joined
    room(
      "Session",
      [
        "Wire", "Calls", "Text", "Timeline", "Strace", "CaptureFile", "Recording",
        "Explain", "Render",
        "Capture", "Tracing", "Sandbox", "Gzip", "Raster", "Symbols",
      ]),
    // 5: what a user starts
    .executableTarget(
      name: "sockline",
      dependencies: [
        "Wire", "Calls", "Text", "Timeline", "Strace", "CaptureFile", "Recording",
        "Explain", "Render",
        "Capture", "Tracing", "Sandbox", "Gzip", "Raster", "Symbols", "Session",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(name: "SocklineDemo", swiftSettings: strict),
    .executableTarget(name: "CDemo"),
    // tests, mirrors of Sources
    .executableTarget(name: "sockline-test-programs", path: "Tests/Programs"),
    .target(name: "Golden", path: "Tests/Golden"),
    .target(name: "CProcess", dependencies: ["CPtrace"], path: "Tests/CProcess"),
    .target(name: "Process", dependencies: ["CProcess"], path: "Tests/Process"),
    .target(name: "Frames", path: "Tests/Frames"),
    .target(name: "Scenario", dependencies: ["Timeline", "Wire", "Calls"], path: "Tests/Scenario"),
    .target(
      name: "Recorded", dependencies: ["Recording", "Timeline", "Wire", "Calls", "Scenario"],
      path: "Tests/Recorded"),
    tests("Wire", ["Wire", "Frames"]),
    tests("Calls", ["Calls", "Wire", "Process"]),
    tests("Text", ["Text"]),
    tests("Timeline", ["Timeline", "Wire", "Calls", "Scenario"], hasGolden: true),
    tests("Strace", ["Strace", "Timeline", "Wire", "Calls"]),
    tests("CaptureFile", ["CaptureFile", "Wire", "Frames", "Process"]),
    tests(
      "Recording",
      [
        "Recording", "CaptureFile", "Timeline", "Calls", "Wire", "Frames", "Process", "Scenario",
        "Recorded",
      ]),
    tests(
      "Explain", ["Explain", "Timeline", "Wire", "Calls", "Text", "Scenario"], hasGolden: true),
    tests(
      "Render", ["Render", "Explain", "Timeline", "Wire", "Calls", "Text", "Scenario", "Process"],
      hasGolden: true),
    tests("Capture", ["Capture", "Wire", "Frames", "Process"]),
    tests(
      "Tracing", ["Tracing", "Calls", "Wire", "Process", "CPtrace", "sockline-test-programs"]),
    tests("Sandbox", ["Sandbox", "Process"]),
    tests("Gzip", ["Gzip", "Process"]),
    tests("Raster", ["Raster", "Process"]),
    tests("Symbols", ["Symbols", "Calls", "Tracing", "Process"]),
    tests(
      "Session",
      [
        "Session", "Wire", "Calls", "Text", "Timeline", "Strace", "CaptureFile", "Recording",
        "Explain", "Render", "Capture", "Tracing", "Sandbox", "Gzip", "Process", "Scenario",
        "Recorded",
      ], hasGolden: true),
    tests("SocklineDemo", ["Process"], hasGolden: true),
    tests("House", ["Process"]),
  ],
  swiftLanguageModes: [.v6]
)
