extension Table {
  /// A column of finite numbers; every row must have one.
  ///
  /// - Throws: ``ReadingError`` naming line, column and remedy for the first cell that is empty, NaN,
  ///   infinite, text, or a number with a decimal comma.
  public func doubles(_ column: String) throws(ReadingError) -> [Double] {
    let cells = try strings(column)
    var values: [Double] = []
    values.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      guard let value = Table.number(cell) else { throw refusal(of: cell, row: row, column) }
      values.append(value)
    }
    return values
  }

  /// A column of finite numbers in which empty cells, and only those, are missing.
  public func optionalDoubles(_ column: String) throws(ReadingError) -> [Double?] {
    let cells = try strings(column)
    var values: [Double?] = []
    values.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      let value = Table.number(cell)
      guard value != nil || Table.isBlank(cell) else {
        throw refusal(of: cell, row: row, column)
      }
      values.append(value)
    }
    return values
  }

  /// Whether every cell that is not empty is a finite number, and at least one is.
  public func isNumeric(_ column: String) -> Bool {
    guard let cells = try? strings(column) else { return false }
    let filled = cells.filter { !Table.isBlank($0) }
    return !filled.isEmpty && filled.allSatisfy { Table.number($0) != nil }
  }

  /// An error at a cell, for what only the caller can judge.
  ///
  /// - Parameter row: From 0.
  public func error(row: Int, column: String, _ message: String) -> ReadingError {
    ReadingError(file: file, line: lines[row], field: column, message: message)
  }

  /// A finite decimal number, spaces around it allowed; `nil` for anything else. Hexadecimal and
  /// the words that `Double` knows are not numbers in a table.
  package static func number(_ cell: String) -> Double? {
    var text = cell[...]
    while let first = text.utf8.first, first == 32 || first == 9 { text = text.dropFirst() }
    while let last = text.utf8.last, last == 32 || last == 9 { text = text.dropLast() }
    let allowed = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }
    guard allowed, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  package static func isBlank(_ cell: String) -> Bool {
    cell.utf8.allSatisfy { $0 == 32 || $0 == 9 }
  }

  private func refusal(of cell: String, row: Int, _ column: String) -> ReadingError {
    error(row: row, column: column, Table.reason(against: cell))
  }

  package static func reason(against cell: String) -> String {
    let shown = cell.count > 40 ? cell.prefix(40) + "…" : cell[...]
    if isBlank(cell) { return "The cell is empty; give a number or remove the row." }
    let lowered = cell.lowercased().filter { $0 != " " && $0 != "+" && $0 != "-" }
    if ["nan", "na", "n/a", "null", "none", "#n/a"].contains(lowered) {
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
