import Foundation

/// A folder in which an engine runs, and what it has left there.
struct EngineRun {
  let folder: String
  let limits: EngineLimits
  private let program: String

  /// Bytes of an output that are read back.
  private static let outputLimit = 256 << 20

  /// Makes the folder, gives it to `body`, and removes it unless it is to be kept.
  static func inFolder<Result>(
    _ program: String, _ limits: EngineLimits,
    _ body: (EngineRun) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    let base = limits.workplace ?? FileManager.default.temporaryDirectory.path
    let run = EngineRun(
      folder: "\(base)/engine-\(UUID().uuidString)", limits: limits, program: program)
    do {
      try FileManager.default.createDirectory(
        atPath: run.folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotStart(program, reason: "the folder \(run.folder) cannot be made")
    }
    defer {
      if limits.workplace == nil { try? FileManager.default.removeItem(atPath: run.folder) }
    }
    return try body(run)
  }

  private init(folder: String, limits: EngineLimits, program: String) {
    self.folder = folder
    self.limits = limits
    self.program = program
  }

  func write(_ text: String, to name: String) throws(EngineError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    } catch {
      throw .cannotStart(program, reason: "\(name) cannot be written in \(folder)")
    }
  }

  /// The text of a file in the folder, empty where there is none.
  func text(_ name: String) -> String {
    guard let file = FileHandle(forReadingAtPath: folder + "/" + name),
      let data = try? file.read(upToCount: Self.outputLimit)
    else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  private func process(_ arguments: [String]) -> ChildProcess {
    ChildProcess(
      command: [program] + arguments, folder: folder, memoryLimitMB: limits.memoryLimitMB,
      environment: ["OMP_NUM_THREADS": "1"])
  }

  /// Starts the program and returns at once; whoever starts it stops it.
  func start(_ arguments: [String]) throws(EngineError) -> RunningProcess {
    do throws(ChildProcess.StartError) {
      return try process(arguments).start()
    } catch {
      throw .cannotStart(error.program, reason: error.reason)
    }
  }

  /// Runs the program to its end.
  ///
  /// - Returns: Standard output and how it ended: a program may end with a code and yet have said
  ///   why in words of its own.
  func output(
    _ arguments: [String]
  ) throws(EngineError) -> (text: String, ending: ChildProcess.Ending) {
    let ending: ChildProcess.Ending
    do throws(ChildProcess.StartError) {
      ending = try process(arguments).run(timeLimit: limits.timeLimitSeconds)
    } catch {
      throw .cannotStart(error.program, reason: error.reason)
    }
    if ending == .timedOut { throw failure(ending) }
    return (text("output.txt"), ending)
  }

  /// What an ending other than code 0 means, when the program has not said why.
  func failure(_ ending: ChildProcess.Ending) -> EngineError {
    let words = lastWords
    if ending == .timedOut { return .timedOut(seconds: limits.timeLimitSeconds) }
    if Self.speaksOfMemory(words) || ending == .signal(9) {
      return .outOfMemory(limitMB: limits.memoryLimitMB, lastWords: words)
    }
    if ending == .exit(127) || ending == .exit(126) {
      return .notInstalled(program, remedy: "install it, or name its place in the recipe")
    }
    return .crashed(program, lastWords: words)
  }

  /// The end of standard error, else of standard output: at most 500 characters.
  private var lastWords: String {
    for name in ["errors.txt", "output.txt"] {
      let lines = text(name).split(whereSeparator: \.isNewline)
        .filter { !$0.allSatisfy { $0.isWhitespace || $0 == "-" } }
      if !lines.isEmpty { return String(lines.suffix(3).joined(separator: " ").suffix(500)) }
    }
    return ""
  }

  private static func speaksOfMemory(_ words: String) -> Bool {
    ["annot allocate", "out of memory", "bad_alloc", "Failed to allocate"].contains {
      words.contains($0)
    }
  }
}
