import Foundation

/// One run of the built program, in a folder of its own.
struct ProgramRun {
  let status: Int32

  /// Whether a signal ended it, which is then its status.
  let wasKilled: Bool
  let output: String
  let errors: String

  /// The built program beside the tests.
  static var program: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("athanor")
  }

  init(_ arguments: [String], in folder: URL, limit: MemoryLimit? = nil) throws {
    let process = try Self.start(arguments, in: folder, limit: limit)
    let (output, errors) = Self.pipes(of: process)
    // The program prints less than a pipe holds on standard error, so reading in turn is safe.
    self.output = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(decoding: errors.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
    wasKilled = process.terminationReason == .uncaughtSignal
  }

  /// Starts the program without waiting for it.
  static func start(
    _ arguments: [String], in folder: URL, limit: MemoryLimit? = nil
  ) throws -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let limit {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      let command = "ulimit \(limit.option) \(limit.megabytes << 10) && exec \"$0\" \"$@\""
      process.arguments = ["-c", command, program.path] + arguments
    }
    process.currentDirectoryURL = folder
    process.standardOutput = Pipe()
    process.standardError = Pipe()
    try process.run()
    return process
  }

  private static func pipes(of process: Process) -> (FileHandle, FileHandle) {
    guard let output = process.standardOutput as? Pipe, let errors = process.standardError as? Pipe
    else { preconditionFailure("start(_:in:) sets both pipes") }
    return (output.fileHandleForReading, errors.fileHandleForReading)
  }
}

/// The memory that a program may take.
struct MemoryLimit {
  enum Kind: CaseIterable {
    /// Of all addresses, libraries and stacks of threads included.
    case addresses

    /// Of what only the program itself uses.
    case data
  }

  let kind: Kind
  let megabytes: Int

  /// Of `ulimit`.
  var option: String { kind == .addresses ? "-v" : "-d" }
}

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor tests \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file
  }

  /// Runs the program here; the folder stays at least until it ends.
  func run(_ arguments: [String], limit: MemoryLimit? = nil) throws -> ProgramRun {
    try withExtendedLifetime(self) { try ProgramRun(arguments, in: url, limit: limit) }
  }

  func run(_ arguments: String...) throws -> ProgramRun {
    try run(arguments)
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url.path))?.sorted() ?? []
  }
}
