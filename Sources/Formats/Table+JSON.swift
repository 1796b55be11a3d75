extension Table {
  /// Reads a table from JSON in any of four forms: an object of columns, each `{"row index":
  /// value}` (rows are sorted by index) or a list; pandas' "split" form, `{"columns": […], "index":
  /// […], "data": [[…], …]}` (as in Matbench); a list of objects, one for each row; or JSON lines, one
  /// object for each line.
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
    if TableLines.isLines(bytes, file: file) {
      var lines = try TableLines(file: file)
      lines.feed(bytes)
      lines.feed(nil)
      _ = try lines.read(rows: .max)
      guard let table = lines.take() else {
        throw ReadingError(file: file, message: "The table has no rows.")
      }
      self = table
    } else {
      switch try JSONValue(json: bytes, file: file) {
      case .object(let members) where !members.isEmpty && members.allSatisfy(\.isScalar):
        try self.init(jsonRow: members, file: file)
      case .object(let members):
        if let table = try Self.split(members, file: file) {
          self = table
        } else {
          try self.init(jsonColumns: members, file: file)
        }
      case .array(let items): try self.init(jsonItems: items, file: file)
      default:
        throw ReadingError(
          file: file, line: 1,
          message: "The JSON is no table; give an object of columns or a list of objects.")
      }
    }
    guard rowCount > 0 else { throw ReadingError(file: file, message: "The table has no rows.") }
  }

  // MARK: Columns

  private init(jsonColumns columns: [JSONMember], file: String) throws(ReadingError) {
    try Table.check(names: columns.map(\.key), file: file)
    var indexed: [(rows: [Int], cells: TableColumn)] = []
    for column in columns { indexed.append(try Table.cells(of: column, file: file)) }
    let order = indexed.first?.rows ?? []
    guard indexed.allSatisfy({ $0.rows == order }), zip(order, order.dropFirst()).allSatisfy(<)
    else {
      self = try Table.merged(indexed, columns: columns.map(\.key), file: file)
      return
    }
    self.init(unchecked: file, columns.map(\.key), order.map { $0 + 1 }, indexed.map(\.cells))
  }

  /// Columns that do not list the same rows in order: rows are sorted, absent cells are empty.
  private static func merged(
    _ columns: [(rows: [Int], cells: TableColumn)], columns names: [String], file: String
  ) throws(ReadingError) -> Table {
    let order = Set(columns.lazy.flatMap(\.rows)).sorted()
    guard order.count <= cellLimit / max(1, names.count) else {
      throw ReadingError(file: file, message: "More than \(cellLimit) cells.")
    }
    let cells = columns.map { column in
      let placeOf = Dictionary(zip(column.rows, column.rows.indices), uniquingKeysWith: { $1 })
      return TableColumn(order.lazy.map { row in placeOf[row].map { column.cells[$0] } ?? "" })
    }
    return Table(unchecked: file, names, order.map { $0 + 1 }, cells)
  }

  /// The cells of a column and their row indices.
  private static func cells(
    of column: JSONMember, file: String
  ) throws(ReadingError) -> (rows: [Int], cells: TableColumn) {
    var rows: [Int] = []
    var cells = TableColumn()
    func append(_ value: JSONValue, row: Int) throws(ReadingError) {
      rows.append(row)
      guard cells.append(try cell(value, line: row + 1, column.key, file)) else {
        throw ReadingError(
          file: file, line: row + 1, field: column.key, message: "The column is longer than 4 GiB.")
      }
    }
    switch column.value {
    case .array(let items):
      for (index, item) in items.enumerated() { try append(item, row: index) }
    case .object(let members):
      for member in members {
        guard let index = Int(member.key), index >= 0, index < 1 << 40 else {
          throw ReadingError(
            file: file, line: member.line, field: column.key,
            message: "\"\(member.key.prefix(60))\" is not a row index (0, 1, 2, …).")
        }
        try append(member.value, row: index)
      }
    default:
      throw ReadingError(
        file: file, line: column.line, field: column.key,
        message: "A column must be a list or an object of row index and value.")
    }
    return (rows, cells)
  }

  // MARK: Rows

  private init(jsonItems items: [JSONValue], file: String) throws(ReadingError) {
    var builder = try TableBuilder(file: file, columns: [])
    var columnOf: [String: Int] = [:]
    for (index, item) in items.enumerated() {
      let cells = try Table.cells(ofItem: item, number: index + 1, file: file)
      try builder.append(cells, columnOf: &columnOf, line: index + 1)
    }
    self = builder.take()
  }

  /// A table of one row.
  private init(jsonRow members: [JSONMember], file: String) throws(ReadingError) {
    var builder = try TableBuilder(file: file, columns: [])
    var columnOf: [String: Int] = [:]
    try builder.append(
      Table.cells(of: members, line: 1, file: file), columnOf: &columnOf, line: 1)
    self = builder.take()
  }

  /// The table of pandas' "split" form; `nil` for another object.
  private static func split(
    _ members: [JSONMember], file: String
  ) throws(ReadingError) -> Table? {
    func member(_ name: String) -> [JSONValue]? {
      members.first { $0.key == name }?.value.items
    }
    guard let columns = member("columns"), let rows = member("data"), !columns.isEmpty,
      columns.allSatisfy({ $0.text != nil }), rows.allSatisfy({ $0.items != nil })
    else { return nil }
    let names = columns.compactMap(\.text)
    try check(names: names, file: file)
    var builder = try TableBuilder(file: file, columns: [])
    var columnOf: [String: Int] = [:]
    for (index, row) in rows.enumerated() {
      let cells = try cells(ofRow: row, number: index + 1, columns: names, file: file)
      try builder.append(cells, columnOf: &columnOf, line: index + 1)
    }
    return builder.take()
  }

  /// The text of a value in a table.
  static func cell(
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
