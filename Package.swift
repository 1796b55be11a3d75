// swift-tools-version: 6.2
import PackageDescription

// The table of parts in the design, row by row: a target imports only from rows above its own.
// Build with `--explicit-target-dependency-import-check error` (the Makefile does), so that a
// forbidden import never compiles by chance.

let torch = "\(Context.packageDirectory)/.deps/libtorch"

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
]
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

func part(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies,
    swiftSettings: swift)
}

let package = Package(
  name: "athanor",
  products: [
    .executable(name: "athanor", targets: ["athanor"]),
    .library(
      name: "Athanor",
      targets: [
        "DenseMath", "Torch", "Matter", "Formats", "Ecosystem", "Representations", "Simulation",
        "Learning", "Design", "Discovery", "Reporting",
      ]),
    // libtorch's half of the house: opened on the first tensor, never linked into the program.
    .library(name: "CTorchShim", type: .dynamic, targets: ["CTorchShim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    // The parts of Hummingbird that watch connections; it brings them along itself.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSpglib", pkgConfig: "spglib", providers: [.apt(["libsymspg-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "CImaging", linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("tiff")]),
    .target(name: "CDenseMath"),
    part("DenseMath", ["CDenseMath"]),
    .target(name: "CTorch", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "CTorchShim",
      cxxSettings: [
        // The header alone: a dependency would make clang ask for CTorch as a C++ module.
        .headerSearchPath("../CTorch/include"),
        .unsafeFlags([
          "-isystem", "\(torch)/include", "-isystem", "\(torch)/include/torch/csrc/api/include",
        ]),
      ],
      linkerSettings: [
        .unsafeFlags(["-L\(torch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(torch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),
    // Opens libxgboost with the first boosted tree.
    .target(name: "CXGBoost", linkerSettings: [.linkedLibrary("dl")]),
    part("Torch", ["CTorch", "DenseMath"]),
    part("Matter", ["DenseMath", "CSpglib"]),
    part("Formats", ["Matter", "DenseMath", "CZlib", "CXML", "CImaging", yams]),
    part("Ecosystem", ["Formats", "Matter", "DenseMath", "CCrypto", grdb, sqlite]),
    part("Representations", ["Torch", "Matter", "DenseMath"]),
    part("Simulation", ["Matter", "DenseMath"]),
    part(
      "Learning",
      ["Representations", "Ecosystem", "Formats", "Torch", "CXGBoost", "Matter", "DenseMath"]),
    part("Design", ["Learning", "Representations", "Matter", "DenseMath"]),
    part(
      "Discovery",
      ["Design", "Learning", "Simulation", "Ecosystem", "Formats", "Matter", "DenseMath"]),
    part("Reporting", ["Discovery", "Learning", "Design", "Ecosystem", "Matter", "DenseMath"]),
    part(
      "Service",
      [
        "Reporting", "Discovery", "Design", "Learning", "Ecosystem", "Formats", "Matter",
        "DenseMath", hummingbird,
      ] + nio),
    .executableTarget(
      name: "athanor",
      dependencies: [
        "Service", "Reporting", "Discovery", "Design", "Learning", "Simulation", "Representations",
        "Ecosystem", "Formats", "Matter", "Torch", "DenseMath", argumentParser,
      ], swiftSettings: swift),
    .executableTarget(
      name: "Conformance",
      dependencies: [
        "Discovery", "Learning", "Simulation", "Representations", "Ecosystem", "Formats", "Torch",
        "Matter", "DenseMath",
      ], swiftSettings: swift),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Discovery", "Design", "Learning", "Simulation", "Representations", "Ecosystem", "Formats", "Torch", "Matter",
        "DenseMath",
      ], path: "Benchmarks/Sources/bench", swiftSettings: swift),
    .target(
      name: "TestKit", dependencies: ["Matter", "DenseMath"], path: "Tests/TestKit",
      swiftSettings: swift),
    tests("DenseMath"),
    tests("Torch", ["DenseMath"]),
    tests("Matter", ["DenseMath"]),
    tests("Formats", ["Matter", "DenseMath"]),
    tests("Ecosystem", ["Formats", "Matter", "DenseMath", grdb]),
    tests("Representations", ["Torch", "Matter", "DenseMath"]),
    tests("Simulation", ["Matter", "DenseMath"]),
    tests("Learning", ["Representations", "Ecosystem", "Torch", "Matter", "DenseMath"]),
    tests("Design", ["Learning", "Representations", "Matter", "DenseMath"]),
    tests(
      "Discovery",
      [
        "Design", "Learning", "Simulation", "Ecosystem", "Formats", "Matter", "DenseMath", sqlite,
      ]),
    tests("Reporting", ["Ecosystem", "Matter", "DenseMath"]),
    tests("Service", ["Discovery", "Design", "Learning", "Ecosystem", "Matter", "DenseMath"]),
    .testTarget(
      name: "athanorTests",
      dependencies: [
        "athanor", "Discovery", "Ecosystem", "Formats", "Matter", "DenseMath", "TestKit",
      ],
      swiftSettings: swift),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
