/// The rows of a long list in JSON as tables: objects, or the lists of cells of a table in pandas'
/// "split" form.
struct TableItems {
  private let items: JSONItems
  private let form: JSONItems.Form
  private var builder: TableBuilder
  private var columnOf: [String: Int] = [:]
  private var isEmpty = true

  /// - Parameter form: As `items` were opened.
  init(_ items: JSONItems, _ form: JSONItems.Form) throws(ReadingError) {
    (self.items, self.form) = (items, form)
    builder = try TableBuilder(file: items.file, columns: [])
  }

  var columns: [String] { builder.columns }

  /// Reads up to `rows` rows behind those that wait in ``take()``.
  mutating func read(rows: Int) throws {
    while builder.rowCount < rows, let item = try items.next() {
      isEmpty = false
      try builder.append(
        Self.cells(of: item, form, file: items.file), columnOf: &columnOf, line: item.number)
    }
    guard !isEmpty else {
      throw ReadingError(file: items.file, message: "The table has no rows.")
    }
  }

  /// The rows read since the last call; `nil` when there are none.
  mutating func take() -> Table? { builder.rowCount > 0 ? builder.take() : nil }

  private static func cells(
    of item: JSONItems.Item, _ form: JSONItems.Form, file: String
  ) throws(ReadingError) -> [(name: String, text: String)] {
    let value = JSONValue(try item.document(file: file), firstLine: item.line)
    switch form {
    case .list: return try Table.cells(ofItem: value, number: item.number, file: file)
    case .table(let columns):
      return try Table.cells(ofRow: value, number: item.number, columns: columns.names, file: file)
    }
  }
}

extension Table {
  /// The cells of an object in a list of rows.
  static func cells(
    ofItem item: JSONValue, number: Int, file: String
  ) throws(ReadingError) -> [(name: String, text: String)] {
    guard case .object(let members) = item else {
      throw ReadingError(
        file: file, line: number, message: "Item \(number) of the list is not an object.")
    }
    return try cells(of: members, line: number, file: file)
  }

  static func cells(
    of members: [JSONMember], line: Int, file: String
  ) throws(ReadingError) -> [(name: String, text: String)] {
    var row: [(name: String, text: String)] = []
    row.reserveCapacity(members.count)
    for member in members {
      row.append((member.key, try cell(member.value, line: line, member.key, file)))
    }
    return row
  }

  /// The cells of a row in pandas' "split" form.
  static func cells(
    ofRow row: JSONValue, number: Int, columns: [String], file: String
  ) throws(ReadingError) -> [(name: String, text: String)] {
    guard let values = row.items, values.count == columns.count else {
      throw ReadingError(
        file: file, line: number,
        message: "Row \(number) has \(row.items?.count ?? 0) cells for \(columns.count) columns.")
    }
    var cells: [(name: String, text: String)] = []
    for (name, value) in zip(columns, values) {
      cells.append((name, try cell(value, line: number, name, file)))
    }
    return cells
  }
}
