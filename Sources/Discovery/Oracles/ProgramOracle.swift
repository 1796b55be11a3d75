import Ecosystem
import Foundation
public import Matter
import Simulation

/// Asks a program of any kind: JSON in, JSON out.
///
/// The program runs in a folder of its own, with the order in `order.json` and on standard input. It
/// answers in `answer.json`, or with the last line of its standard output. What it writes to
/// standard error is kept beside. When its time is over, it and all it has started are stopped.
public struct ProgramOracle: Oracle {
  public struct Configuration: Codable, Hashable, Sendable {
    /// The program and its arguments; not empty. A name without a slash is looked for in `PATH`, one
    /// with a slash is relative to the recipe.
    public var command: [String]
    public var timeLimitSeconds = 3600.0

    /// Address space in MB; `nil` for no limit.
    public var memoryLimitMB: Int?

    /// Settings of the first attempt and of each further one: a retry differs from the attempt
    /// before by its settings. The number of attempts is theirs.
    public var settings: [[String: String]] = [[:]]

    public init(command: [String]) {
      self.command = command
    }
  }

  public let configuration: Configuration
  private let variableNames: [String]

  /// Where the folders of the runs are made and kept; `nil`: in a temporary place, and removed.
  private let workplace: String?

  public init(
    _ configuration: Configuration, variableNames: [String] = [], workplace: String? = nil
  ) {
    precondition(!configuration.command.isEmpty, "a program needs a name")
    self.configuration = configuration
    self.variableNames = variableNames
    self.workplace = workplace
  }

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    let last = max(1, configuration.settings.count)
    for attempt in 1...last {
      do {
        let settings = configuration.settings.isEmpty ? [:] : configuration.settings[attempt - 1]
        let order = WorkOrder(
          candidate, variableNames: variableNames, seed: seed, attempt: attempt,
          settings: settings)
        return try run(order)
      } catch let error as WorkError where error.canRetry && attempt < last {}
    }
    preconditionFailure("the last attempt returns or throws")
  }

  /// Ends all programs that are under way: for a process that is about to stop.
  public static func endAll() { RunningProcess.endAll() }

  private func run(_ order: WorkOrder) throws -> Observation {
    let folder = try makeFolder()
    defer { if workplace == nil { try? FileManager.default.removeItem(atPath: folder) } }
    try AtomicFile.write(Array(try order.json), to: folder + "/order.json")
    let child = ChildProcess(
      command: configuration.command, folder: folder, input: folder + "/order.json",
      memoryLimitMB: configuration.memoryLimitMB)
    let ending = try ending(of: child)
    let words = Self.lastLine(folder + "/errors.txt").map { String($0.prefix(500)) } ?? ""
    switch ending {
    case .exit(0): break
    case .exit(let code): throw WorkError.exit(code, lastWords: words)
    case .signal(let signal): throw WorkError.signal(signal, lastWords: words)
    case .timedOut: throw WorkError.timedOut(seconds: configuration.timeLimitSeconds)
    }
    return try WorkAnswer(answer(in: folder), of: "the answer of \(configuration.command[0])")
      .observation
  }

  private func ending(of child: ChildProcess) throws(WorkError) -> ChildProcess.Ending {
    do throws(ChildProcess.StartError) {
      return try child.run(timeLimit: configuration.timeLimitSeconds)
    } catch {
      throw .cannotStart(error.program, reason: error.reason)
    }
  }

  private func answer(in folder: String) throws(WorkError) -> [UInt8] {
    if let bytes = try? AtomicFile.read(folder + "/answer.json", limit: Self.answerLimit) {
      return bytes
    }
    guard let line = Self.lastLine(folder + "/output.txt") else {
      throw .unreadable("there is neither answer.json nor a line on standard output.")
    }
    return Array(line.utf8)
  }

  private static func lastLine(_ path: String) -> String? {
    guard let bytes = try? AtomicFile.read(path, limit: answerLimit) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
  }

  private func makeFolder() throws -> String {
    let base = workplace ?? FileManager.default.temporaryDirectory.path
    let folder = "\(base)/work-\(UUID().uuidString)"
    try AtomicFile.makeFolder(folder)
    return folder
  }

  /// Bytes of an answer and of what is read back of the outputs.
  private static let answerLimit = 16 << 20
}
