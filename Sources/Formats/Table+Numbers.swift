extension Table {
  /// A column of finite numbers; every row must have one.
  ///
  /// - Throws: ``ReadingError`` naming line, column and remedy for the first cell that is empty, NaN,
  ///   infinite, text, or a number with a decimal comma.
  public func doubles(_ column: String) throws(ReadingError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(rowCount)
    try cells(of: column).forEach { row, cell throws(ReadingError) in
      guard let value = Table.number(cell) else { throw refusal(of: cell, row: row, column) }
      values.append(value)
    }
    return values
  }

  /// A column of finite numbers in which blank cells and marks of missing values
  /// (``isMissing(_:)``), and only those, are missing.
  public func optionalDoubles(_ column: String) throws(ReadingError) -> [Double?] {
    var values: [Double?] = []
    values.reserveCapacity(rowCount)
    try cells(of: column).forEach { row, cell throws(ReadingError) in
      let value = Table.number(cell)
      guard value != nil || Table.isMissing(cell) else { throw refusal(of: cell, row: row, column) }
      values.append(value)
    }
    return values
  }

  /// Whether every cell is a finite number or missing, and at least one is a number.
  public func isNumeric(_ column: String) -> Bool {
    guard let cells = try? cells(of: column) else { return false }
    var hasNumber = false
    do throws(NotNumeric) {
      try cells.forEach { _, cell throws(NotNumeric) in
        if Table.number(cell) != nil {
          hasNumber = true
        } else if !Table.isMissing(cell) {
          throw NotNumeric()
        }
      }
    } catch { return false }
    return hasNumber
  }

  private struct NotNumeric: Error {}

  /// An error at a cell, for what only the caller can judge.
  ///
  /// - Parameter row: From 0.
  public func error(row: Int, column: String, _ message: String) -> ReadingError {
    ReadingError(file: file, line: lines[row], field: column, message: message)
  }

  private func refusal(
    of cell: UnsafeBufferPointer<UInt8>, row: Int, _ column: String
  ) -> ReadingError {
    error(row: row, column: column, Table.reason(against: String(decoding: cell, as: UTF8.self)))
  }
}

// MARK: One cell

extension Table {
  /// A finite decimal number, spaces around it allowed; `nil` for anything else. Hexadecimal and
  /// the words that `Double` knows are not numbers in a table.
  package static func number(_ cell: String) -> Double? {
    var cell = cell
    return cell.withUTF8 { number($0) }
  }

  static func number(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    DecimalParser.value(trimmed(cell))
  }

  package static func isBlank(_ cell: String) -> Bool {
    cell.utf8.allSatisfy { $0 == 32 || $0 == 9 }
  }

  /// Whether a cell stands for no value where a number is expected: it is blank, or one of `NA`,
  /// `N/A`, `NaN`, `null`, `none`, `-`, `?` and the like, case ignored.
  public static func isMissing(_ cell: String) -> Bool {
    var cell = cell
    return cell.withUTF8 { isMissing($0) }
  }

  static func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    let content = trimmed(cell)
    guard content.count <= 6 else { return false }
    return content.isEmpty
      || missingMarks.contains(String(decoding: content, as: UTF8.self).lowercased())
  }

  private static let missingMarks: Set<String> = [
    "na", "n/a", "n.a.", "#n/a", "nan", "<na>", "null", "none", "nil", "-", "--", "—", "–", "?",
  ]

  /// Without the blanks and tabs around it.
  static func trimmed(_ cell: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (start, end) = (0, cell.count)
    while start < end, cell[start] == 32 || cell[start] == 9 { start += 1 }
    while end > start, cell[end - 1] == 32 || cell[end - 1] == 9 { end -= 1 }
    return UnsafeBufferPointer(rebasing: cell[start..<end])
  }

  /// Why a cell is no number, and what to do.
  package static func reason(against cell: String) -> String {
    let shown = cell.count > 40 ? cell.prefix(40) + "…" : cell[...]
    if isBlank(cell) { return "The cell is empty; give a number or remove the row." }
    let lowered = cell.lowercased().filter { $0 != " " && $0 != "+" && $0 != "-" }
    if isMissing(cell) || isMissing(lowered) {
      return "\"\(shown)\" is not a number; remove the row or measure it."
    }
    if ["inf", "infinity"].contains(lowered) {
      return "\"\(shown)\" is not finite; remove the row."
    }
    if number(cell.replacing(",", with: ".")) != nil {
      return "\"\(shown)\" has a decimal comma; write it with a point."
    }
    return "\"\(shown)\" is not a number; correct it or remove the row."
  }
}
