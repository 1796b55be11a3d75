import Foundation

/// What a command says: results on standard output, everything else on standard error.
enum Terminal {
  static func log(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Prints a result as JSON with stable keys in alphabetical order.
  static func printJSON(_ value: some Encodable) throws {
    print(try json(value))
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Six significant digits: more than any prediction is worth. JSON has them all.
  static func rounded(_ value: Double) -> String {
    value.isFinite ? String(format: "%.6g", value) : "\(value)"
  }

  /// One clear sentence for a person: the errors of this program describe themselves.
  static func sentence(for error: any Error) -> String {
    let foundation = error as NSError
    guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(foundation.domain) else {
      return String(describing: error)
    }
    return foundation.localizedDescription
  }

  static var isInteractive: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Columns of the terminal, 80 where it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
    return Int(size.ws_col)
  }
}

/// A failure of a command itself, in one sentence with its remedy.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
