import Foundation

/// A run of the program on a terminal of its own, with answers typed in.
enum TerminalRun {
  /// `TIOCSPTLCK` and `TIOCGPTN` of Linux, which are macros: unlocks the other side, and says its number.
  private static let unlockRequest: UInt = 0x4004_5431
  private static let numberRequest: UInt = 0x8004_5430

  /// - Parameter answers: Lines; end of transmission (control-D) ends the input.
  /// - Returns: The exit code, and all that the terminal showed.
  static func run(
    _ arguments: [String], answers: [String], in folder: URL
  ) throws -> (status: Int32, shown: String) {
    let main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (number, lock): (Int32, Int32) = (0, 0)
    guard main >= 0, ioctl(main, unlockRequest, &lock) == 0,
      ioctl(main, numberRequest, &number) == 0
    else { throw POSIXError(.ENXIO) }
    let name = "/dev/pts/\(number)"
    let side = open(name, O_RDWR | O_NOCTTY)
    guard side >= 0 else { throw POSIXError(.ENXIO) }
    let process = Process()
    process.executableURL = ProgramRun.program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let terminal = FileHandle(fileDescriptor: side, closeOnDealloc: true)
    process.standardInput = terminal
    process.standardOutput = terminal
    process.standardError = terminal
    let input = answers.map { $0 == "\u{4}" ? $0 : $0 + "\n" }.joined()
    // What is typed before it is asked for waits in the terminal.
    _ = input.withCString { write(main, $0, strlen($0)) }
    try process.run()
    try terminal.close()
    var shown: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(main, &chunk, chunk.count)
      // The end of a terminal is an error of reading, once no process has it open.
      guard count > 0 else { break }
      shown += chunk[..<count]
    }
    process.waitUntilExit()
    close(main)
    return (process.terminationStatus, String(decoding: shown, as: UTF8.self))
  }
}
