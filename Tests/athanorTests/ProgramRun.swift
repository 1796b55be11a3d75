import Foundation

/// One run of the built program, in a folder of its own.
struct ProgramRun {
  let status: Int32
  let output: String
  let errors: String

  /// The built program beside the tests.
  static var program: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("athanor")
  }

  init(_ arguments: [String], in folder: URL) throws {
    let process = try Self.start(arguments, in: folder)
    let (output, errors) = Self.pipes(of: process)
    // The program prints less than a pipe holds on standard error, so reading in turn is safe.
    self.output = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(decoding: errors.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// Starts the program without waiting for it.
  static func start(_ arguments: [String], in folder: URL) throws -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
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
  func run(_ arguments: [String]) throws -> ProgramRun {
    try withExtendedLifetime(self) { try ProgramRun(arguments, in: url) }
  }

  func run(_ arguments: String...) throws -> ProgramRun {
    try run(arguments)
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url.path))?.sorted() ?? []
  }
}
