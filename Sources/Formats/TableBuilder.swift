/// A table that grows row by row.
struct TableBuilder {
  let file: String
  private(set) var columns: [String]
  private var cells: [TableColumn]
  private var lines: [Int] = []

  /// Rows of this and of earlier tables, times columns.
  private var cellCount = 0

  /// Largest number of columns.
  static let columnLimit = 1 << 20

  /// - Throws: ``ReadingError`` when a name is empty or occurs twice.
  init(file: String, columns: [String]) throws(ReadingError) {
    try Table.check(names: columns, file: file)
    guard columns.count <= Self.columnLimit else {
      throw ReadingError(file: file, line: 1, message: "More than \(Self.columnLimit) columns.")
    }
    self.file = file
    self.columns = columns
    cells = columns.map { _ in TableColumn() }
  }

  var rowCount: Int { lines.count }

  /// Adds a row of CSV fields, as many as there are columns.
  mutating func append(
    _ fields: ArraySlice<CSVScanner.Field>, of bytes: UnsafeBufferPointer<UInt8>, line: Int
  ) throws(ReadingError) {
    try startRow(line)
    for (place, field) in fields.enumerated() {
      let content = UnsafeBufferPointer(rebasing: bytes[field.range])
      let fits =
        field.hasDoubledQuotes
        ? cells[place].append(doubledQuotesIn: content) : cells[place].append(content)
      guard fits else { throw tooLong(line, columns[place]) }
    }
  }

  /// Adds a row of named texts; columns that are not there yet begin with empty cells.
  ///
  /// - Parameter columnOf: Places of the columns by name; kept up to date.
  mutating func append(
    _ row: [(name: String, text: String)], columnOf: inout [String: Int], line: Int
  ) throws(ReadingError) {
    for (name, _) in row where columnOf[name] == nil {
      columnOf[name] = columns.count
      columns.append(name)
      cells.append(TableColumn())
      if name.isEmpty || columns.count > Self.columnLimit {
        try Table.check(names: [name], file: file)
        throw ReadingError(
          file: file, line: line, message: "More than \(Self.columnLimit) columns.")
      }
    }
    try startRow(line)
    for (name, text) in row {
      guard let place = columnOf[name] else { continue }
      cells[place].pad(to: lines.count - 1)
      guard cells[place].append(text) else { throw tooLong(line, name) }
    }
  }

  private mutating func startRow(_ line: Int) throws(ReadingError) {
    cellCount += columns.count
    guard lines.count < Table.cellLimit, cellCount <= Table.cellLimit else {
      throw ReadingError(file: file, line: line, message: "More than \(Table.cellLimit) cells.")
    }
    lines.append(line)
  }

  private func tooLong(_ line: Int, _ column: String) -> ReadingError {
    ReadingError(file: file, line: line, field: column, message: "The column is longer than 4 GiB.")
  }

  /// The rows so far; the builder then begins anew with the same columns.
  mutating func take() -> Table {
    for place in cells.indices { cells[place].pad(to: lines.count) }
    let table = Table(unchecked: file, columns, lines, cells)
    cells = columns.map { _ in TableColumn() }
    lines = []
    cellCount = 0
    return table
  }
}
