extension Table {
  /// Reads a table from JSON in any of three forms: an object of columns, each `{"row index":
  /// value}` (as in Matbench; rows are sorted by index) or a list; a list of objects, one for each
  /// row; or JSON lines, one object for each line.
  ///
  /// Columns stand in the order of the file. `null` and absent values become empty cells, `true` and
  /// `false` become `1` and `0`, numbers keep their text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: The name to use in errors.
  /// - Throws: ``ReadingError`` with the line for damaged JSON, nested values, row indices that are
  ///   not whole numbers, repeated names and an empty table.
  public init(json bytes: [UInt8], file: String) throws(ReadingError) {
    if let rows = try Table.jsonLines(bytes, file: file) {
      try self.init(jsonRows: rows, file: file)
    } else {
      switch try JSONValue(json: bytes, file: file) {
      case .object(let members) where !members.isEmpty && members.allSatisfy(\.isScalar):
        try self.init(jsonRows: [(1, members)], file: file)
      case .object(let columns): try self.init(jsonColumns: columns, file: file)
      case .array(let items): try self.init(jsonItems: items, file: file)
      default:
        throw ReadingError(
          file: file, line: 1,
          message: "The JSON is no table; give an object of columns or a list of objects.")
      }
    }
    guard rowCount > 0 else { throw ReadingError(file: file, message: "The table has no rows.") }
  }

  private typealias JSONRow = (line: Int, members: [JSONMember])

  // MARK: Columns

  private init(jsonColumns columns: [JSONMember], file: String) throws(ReadingError) {
    var byColumn: [[Int: String]] = []
    var indices: Set<Int> = []
    for column in columns {
      let cells = try Table.cells(of: column, file: file)
      indices.formUnion(cells.keys)
      byColumn.append(cells)
    }
    let order = indices.sorted()
    try self.init(
      file: file, columns: columns.map(\.key), lines: order.map { $0 + 1 },
      cells: byColumn.map { column in order.map { column[$0] ?? "" } })
  }

  /// The cells of a column by row index.
  private static func cells(
    of column: JSONMember, file: String
  ) throws(ReadingError) -> [Int: String] {
    var cells: [Int: String] = [:]
    switch column.value {
    case .array(let items):
      for (index, item) in items.enumerated() {
        cells[index] = try cell(item, line: index + 1, column.key, file)
      }
    case .object(let members):
      for member in members {
        guard let index = Int(member.key), index >= 0, index < 1 << 40 else {
          throw ReadingError(
            file: file, line: member.line, field: column.key,
            message: "\"\(member.key)\" is not a row index (0, 1, 2, …).")
        }
        cells[index] = try cell(member.value, line: index + 1, column.key, file)
      }
    default:
      throw ReadingError(
        file: file, line: column.line, field: column.key,
        message: "A column must be a list or an object of row index and value.")
    }
    return cells
  }

  // MARK: Rows

  private init(jsonItems items: [JSONValue], file: String) throws(ReadingError) {
    var rows: [JSONRow] = []
    for (index, item) in items.enumerated() {
      guard case .object(let members) = item else {
        throw ReadingError(
          file: file, line: index + 1, message: "Item \(index + 1) of the list is not an object.")
      }
      rows.append((index + 1, members))
    }
    try self.init(jsonRows: rows, file: file)
  }

  /// One object on each line; `nil` when the first line that is not blank is no complete object.
  private static func jsonLines(_ bytes: [UInt8], file: String) throws(ReadingError) -> [JSONRow]? {
    var rows: [JSONRow] = []
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
      if rows.isEmpty, lines.dropFirst(index + 1).allSatisfy(\.isEmpty) { return nil }
      var reader = JSONReader(Array(line), file: file, line: index + 1)
      do throws(ReadingError) {
        guard case .object(let members) = try reader.document() else {
          if rows.isEmpty { return nil }
          throw ReadingError(file: file, line: index + 1, message: "The line is not a JSON object.")
        }
        rows.append((index + 1, members))
      } catch {
        if rows.isEmpty { return nil }
        throw error
      }
    }
    return rows.isEmpty ? nil : rows
  }

  private init(jsonRows rows: [JSONRow], file: String) throws(ReadingError) {
    var names: [String] = []
    var columnOf: [String: Int] = [:]
    for member in rows.lazy.flatMap(\.members) where columnOf[member.key] == nil {
      columnOf[member.key] = names.count
      names.append(member.key)
    }
    guard names.count <= 1 << 20, rows.count * max(1, names.count) <= Table.cellLimit else {
      throw ReadingError(file: file, message: "More than \(Table.cellLimit) cells.")
    }
    var cells = names.map { _ in [String](repeating: "", count: rows.count) }
    for (index, row) in rows.enumerated() {
      for member in row.members {
        guard let column = columnOf[member.key] else { continue }
        cells[column][index] = try Table.cell(member.value, line: row.line, member.key, file)
      }
    }
    try self.init(file: file, columns: names, lines: rows.map(\.line), cells: cells)
  }

  private static func cell(
    _ value: JSONValue, line: Int, _ column: String, _ file: String
  ) throws(ReadingError) -> String {
    switch value {
    case .null: return ""
    case .bool(let isTrue): return isTrue ? "1" : "0"
    case .number(let text), .string(let text): return text
    case .array, .object:
      throw ReadingError(
        file: file, line: line, field: column,
        message: "A list or an object inside a cell; a table holds numbers and texts.")
    }
  }
}
