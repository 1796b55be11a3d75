/// Rows of numbers, all of one width.
struct NumberColumns {
  let file: String

  /// The last header line before the numbers.
  var captions: ArraySlice<UInt8> = []

  private(set) var width = 0

  /// Of each row in the file, from 1.
  private(set) var lines: [Int] = []

  private var values: [Double] = []

  init(file: String) {
    self.file = file
  }

  var rowCount: Int { lines.count }

  func column(_ place: Int) -> [Double] {
    stride(from: place, to: values.count, by: width).map { values[$0] }
  }

  mutating func append(_ line: ArraySlice<UInt8>, line number: Int) throws(ReadingError) {
    guard rowCount < PatternFile.pointLimit else {
      throw failure(number, "More than \(PatternFile.pointLimit) points.")
    }
    let first = values.count
    try refuseDecimalCommas(line, number)
    var place = line.startIndex
    while place < line.endIndex {
      let start = place
      while place < line.endIndex, !Self.isSeparator(line[place]) { place += 1 }
      if place > start {
        try append(line[start..<place], number, column: start - line.startIndex + 1)
      }
      if place < line.endIndex { place += 1 }
    }
    let count = values.count - first
    if rowCount == 0 { width = count }
    guard count == width else {
      throw failure(
        number,
        "The line has \(count) number\(count == 1 ? "" : "s"), the lines before \(width)"
          + "\(count < width ? "; two may have run together" : "").")
    }
    lines.append(number)
  }

  private mutating func append(
    _ token: ArraySlice<UInt8>, _ line: Int, column: Int
  ) throws(ReadingError) {
    guard let value = DecimalParser.value(token), value.isFinite else {
      throw failure(
        line, column: column,
        "\"\(TextLines.text(token.prefix(40)))\" is not a finite number.")
    }
    values.append(value)
  }

  /// Numbers such as `10,5` that stand apart by blanks or semicolons.
  private func refuseDecimalCommas(
    _ line: ArraySlice<UInt8>, _ number: Int
  ) throws(ReadingError) {
    guard line.contains(UInt8(ascii: ",")) else { return }
    let tokens = line.split { $0 == 32 || $0 == 9 || $0 == UInt8(ascii: ";") }
    let hasComma = tokens.contains { token in
      guard let comma = token.firstIndex(of: UInt8(ascii: ",")) else { return false }
      return comma > token.startIndex && comma < token.endIndex - 1
    }
    if tokens.count > 1, hasComma {
      throw failure(
        number, "Numbers with decimal commas; write decimal points, as in 10.5 instead of 10,5.")
    }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
  }

  private func failure(_ line: Int, column: Int = 0, _ message: String) -> ReadingError {
    ReadingError(file: file, line: line, column: column, message: message)
  }
}
