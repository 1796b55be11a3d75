import Foundation

/// One measured figure, beside the same figure of a peer from the same run.
struct Figure: Encodable {
  var name: String
  var unit: String
  var ours: Double
  var peer: Double?
  var peerVersion: String?

  /// How many times better ours is; above 1 is better.
  var ratio: Double?

  /// For figures where more is better (a rate).
  static func rate(
    _ name: String, unit: String, ours: Double, peer: Double? = nil, peerVersion: String? = nil
  ) -> Figure {
    Figure(
      name: name, unit: unit, ours: ours, peer: peer, peerVersion: peerVersion,
      ratio: peer.map { ours / $0 })
  }

  /// For figures where less is better (a time or a size).
  static func cost(
    _ name: String, unit: String, ours: Double, peer: Double? = nil, peerVersion: String? = nil
  ) -> Figure {
    Figure(
      name: name, unit: unit, ours: ours, peer: peer, peerVersion: peerVersion,
      ratio: peer.map { $0 / ours })
  }

  /// Prints the figure as one line of JSON.
  func report() {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return }  // finite numbers always encode
    print(String(decoding: data, as: UTF8.self))
    fflush(nil)
  }
}

/// Says why a comparison is left out.
func skip(_ sentence: String) {
  FileHandle.standardError.write(Data("bench: \(sentence)\n".utf8))
}

/// The shortest of `repeats` runs, seconds.
func shortestTime(repeats: Int = 5, _ body: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<repeats {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
  }
  return best
}

/// Runs a program and returns its standard output.
///
/// - Returns: `nil` when the program is not there or fails.
func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) -> String? {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return nil }
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
}

/// The repository's root: the folder that holds this package.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The Python of the set-up, where the peers are installed.
let peerPython = repository.appendingPathComponent(".deps/py/bin/python").path
