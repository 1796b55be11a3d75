import Foundation

/// A peer that waits to be asked, a line for a line, so that it can be measured in turn with ours.
final class PeerProcess {
  private let process: Process
  private let questions: FileHandle
  private let answers: FileHandle

  /// - Parameter arguments: The program, found on the path, and what it is called with.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let (input, output) = (Pipe(), Pipe())
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    questions = input.fileHandleForWriting
    answers = output.fileHandleForReading
    // A peer that has ended is no reason to end as well.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
  }

  /// The end of its input ends the peer.
  deinit { try? questions.close() }

  /// The answer to a question; `nil` where the peer has ended.
  func ask(_ question: String) -> String? {
    guard process.isRunning, (try? questions.write(contentsOf: Data("\(question)\n".utf8))) != nil
    else { return nil }
    return line()
  }

  /// Its next line; `nil` where it has ended.
  func line() -> String? {
    var bytes: [UInt8] = []
    while let next = try? answers.read(upToCount: 1), let byte = next.first {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }
}

/// What this process has used of all cores together, seconds: other work on the machine counts less
/// in it than in the time on the wall.
func ownProcessorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
