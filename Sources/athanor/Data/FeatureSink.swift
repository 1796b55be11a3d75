import Ecosystem
import Formats
import Foundation

/// Where rows of features go: CSV or NPY in a file, or CSV on standard output.
struct FeatureSink {
  private enum Form {
    case csv(CSVText)
    case npy(columns: Int)
  }

  private var form: Form
  private let file: StreamedFile?
  private(set) var rows = 0

  /// - Parameters:
  ///   - output: The name tells the form; standard output if `nil`.
  ///   - labels: Names of the columns of text in front; NPY files have none.
  init(_ output: String?, labels: [String] = ["formula"], columns: [String]) throws {
    file = try output.map { try StreamedFile($0) }
    if output?.lowercased().hasSuffix(".npy") == true {
      form = .npy(columns: columns.count)
      try file?.write(NPYArray.rowHeader(rows: 0, columns: columns.count))
    } else {
      form = .csv(CSVText(header: labels + columns))
    }
  }

  /// - Parameter values: Row after row, `formulas.count` of them.
  mutating func write(_ formulas: [String], _ values: [Double]) throws {
    try write(labels: formulas.map { [$0] }, values)
  }

  /// - Parameters:
  ///   - labels: The text in front of each row.
  ///   - values: Row after row, `labels.count` of them.
  mutating func write(labels: [[String]], _ values: [Double]) throws {
    rows += labels.count
    switch form {
    case .npy: try file?.write(NPYArray.rowData(values))
    case .csv(var text):
      let width = labels.isEmpty ? 0 : values.count / labels.count
      for (row, label) in labels.enumerated() {
        text.append(label + values[row * width..<(row + 1) * width].map(CSVText.number))
      }
      try emit(text.take())
      form = .csv(text)
    }
  }

  mutating func finish() throws {
    switch form {
    case .npy(let columns):
      try file?.write(NPYArray.rowHeader(rows: rows, columns: columns), at: 0)
    case .csv(var text):
      try emit(text.take())  // the header of a table without rows
      form = .csv(text)
    }
    try file?.finish()
  }

  private func emit(_ bytes: [UInt8]) throws {
    if let file { try file.write(bytes) } else { FileHandle.standardOutput.write(Data(bytes)) }
  }
}
