internal import Matter

/// Columns of text cells with names, as read from CSV or JSON.
///
/// Cells keep their text until a caller asks for numbers; each row knows its line in the file, so
/// that errors can name it. An absent value is an empty cell.
public struct Table: Hashable, Sendable {
  /// The name that errors give.
  public let file: String

  /// Column names, each once, in the order of the file.
  public let columns: [String]

  /// Line of each row in the file, from 1. In column-oriented JSON, which has no useful lines, the
  /// row index of the file plus one.
  public let lines: [Int]

  /// The cells of each column.
  let cells: [TableColumn]

  /// Places of the columns by name, for tables of so many that looking them over takes long.
  private let places: [String: Int]

  /// Tables of more columns have ``places``.
  private static let mostColumnsLookedOver = 64

  /// Largest table: cells.
  public static let cellLimit = 200_000_000

  public var rowCount: Int { lines.count }

  /// Checks column names.
  ///
  /// - Throws: ``ReadingError`` when one is empty or occurs twice.
  static func check(names: [String], file: String) throws(ReadingError) {
    var seen: Set<String> = []
    for (place, name) in names.enumerated() {
      guard !name.isEmpty else {
        throw ReadingError(
          file: file, line: 1, message: "Column \(place + 1) has no name; give it one.")
      }
      guard seen.insert(name).inserted else {
        if areValues(names) {
          throw ReadingError(
            file: file, line: 1,
            message:
              "The first line holds values where the names of the columns should stand; put a "
              + "line of names above it.")
        }
        throw ReadingError(
          file: file, line: 1, field: name, message: "The name occurs twice; rename one.")
      }
    }
  }

  /// Whether the names of columns are numbers and formulas, at least one of them a number: the first
  /// line of a file without names.
  public static func areValues(_ names: [String]) -> Bool {
    names.contains { number($0) != nil }
      && names.allSatisfy { number($0) != nil || (try? Composition(formula: $0)) != nil }
  }

  /// A table that does not come from a file of rows.
  ///
  /// - Parameter lines: Where each row stands, for errors; `nil` to number the rows from 1.
  public init(
    name: String, columns: [(name: String, cells: [String])], lines: [Int]? = nil
  ) throws(ReadingError) {
    let count = columns.first?.cells.count ?? 0
    precondition(lines.map { $0.count == count } ?? true, "a line for each row")
    for column in columns where column.cells.count != count {
      throw ReadingError(
        file: name, field: column.name,
        message: "It has \(column.cells.count) cells, the first column \(count).")
    }
    try Self.check(names: columns.map(\.name), file: name)
    self.init(
      unchecked: name, columns.map(\.name), lines ?? Array(1..<count + 1),
      columns.map { TableColumn($0.cells) })
  }

  public func has(_ column: String) -> Bool { place(of: column) != nil }

  private func place(of column: String) -> Int? {
    places.isEmpty ? columns.firstIndex(of: column) : places[column]
  }

  /// The cells of a column.
  ///
  /// - Throws: ``ReadingError`` naming the columns there are, and the nearest one.
  public func strings(_ column: String) throws(ReadingError) -> [String] {
    try cells(of: column).strings
  }

  func cells(of column: String) throws(ReadingError) -> TableColumn {
    guard let place = place(of: column) else {
      let near = nearest(to: column, among: columns).map { " Did you mean \"\($0)\"?" } ?? ""
      throw ReadingError(
        file: file,
        message: "There is no column \"\(column)\".\(near) The columns are "
          + "\(columns.prefix(20).joined(separator: ", "))."
          + (Self.areValues(columns)
            ? " The first line holds values; put a line of names above it." : ""))
    }
    return cells[place]
  }

  /// The column with the first of `names` that there is, for example of the usual names of a
  /// formula column.
  ///
  /// - Parameter names: In lower case; the case of a column's own name is ignored.
  public func firstColumn(among names: [String]) -> String? {
    for name in names {
      if let found = columns.first(where: { $0.lowercased() == name }) { return found }
    }
    return nil
  }

  /// Some of the rows, in the order of `indices`.
  public func rows(_ indices: [Int]) -> Table {
    Table(
      unchecked: file, columns, indices.map { lines[$0] }, cells.map { $0.rows(indices) })
  }

  /// The table with other cells in one of its columns.
  ///
  /// - Parameter values: One for each row.
  public func replacing(
    _ column: String, with values: [String]
  ) throws(ReadingError) -> Table {
    precondition(values.count == rowCount, "a cell for each row")
    _ = try cells(of: column)
    var cells = cells
    for place in columns.indices where columns[place] == column {
      cells[place] = TableColumn(values)
    }
    return Table(unchecked: file, columns, lines, cells)
  }

  /// - Precondition: names were checked, and each column is as long as `lines`.
  init(unchecked file: String, _ columns: [String], _ lines: [Int], _ cells: [TableColumn]) {
    precondition(columns.count == cells.count, "a table needs cells for each column")
    precondition(
      cells.allSatisfy { $0.count == lines.count }, "the columns of a table are equally long")
    self.file = file
    self.columns = columns
    self.lines = lines
    self.cells = cells
    places =
      columns.count > Self.mostColumnsLookedOver
      ? Dictionary(zip(columns, columns.indices), uniquingKeysWith: { first, _ in first }) : [:]
  }
}
