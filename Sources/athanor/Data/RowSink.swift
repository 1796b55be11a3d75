import Ecosystem
import Formats
import Foundation

/// Where rows of answers go, piece by piece: CSV in a file or on standard output, or a JSON list on
/// standard output.
struct RowSink {
  private enum Form {
    case csv(CSVText, StreamedFile?)
    /// Whether a row was written.
    case json(Bool)
  }

  private var form: Form

  /// Rows that were written.
  private(set) var count = 0

  /// - Parameters:
  ///   - output: A CSV file that appears when all rows are there; standard output if `nil`.
  ///   - header: Of the CSV.
  init(_ output: String?, header: [String]) throws {
    form = .csv(CSVText(header: header), try output.map { try StreamedFile($0) })
  }

  /// A JSON list, as ``Terminal/printJSON(_:)`` would print all of it.
  init() {
    form = .json(false)
  }

  var isJSON: Bool {
    if case .json = form { true } else { false }
  }

  /// Adds rows to a CSV.
  mutating func write(_ rows: [[String]]) throws {
    guard case .csv(var text, let file) = form else { return }
    for row in rows { text.append(row) }
    count += rows.count
    let bytes = text.take()
    form = .csv(text, file)
    if let file { try file.write(bytes) } else { Self.print(bytes) }
  }

  /// Adds items to a JSON list.
  mutating func write(_ items: [some Encodable]) throws {
    guard case .json(var hasItems) = form else { return }
    var text = ""
    for item in items {
      text += hasItems ? ",\n" : "[\n"
      hasItems = true
      let lines = try Terminal.json(item).split(separator: "\n", omittingEmptySubsequences: false)
      text += lines.map { "  \($0)" }.joined(separator: "\n")
    }
    count += items.count
    form = .json(hasItems)
    Self.print(Array(text.utf8))
  }

  /// Ends the list, or gives the file its name.
  mutating func finish() throws {
    switch form {
    case .json(let hasItems): Self.print(Array((hasItems ? "\n]\n" : "[\n\n]\n").utf8))
    case .csv(var text, let file):
      let rest = text.take()  // the header of a table without rows
      if let file {
        try file.write(rest)
        try file.finish()
      } else {
        Self.print(rest)
      }
    }
  }

  private static func print(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    FileHandle.standardOutput.write(Data(bytes))
  }
}
