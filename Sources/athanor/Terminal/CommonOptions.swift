import ArgumentParser
import Foundation

/// The options that mean the same in every command.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Write the result as JSON.")
  var json = false

  @Option(help: "Where random choices start: equal seeds give equal results.")
  var seed: UInt64 = 0

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
  }
}
