import Formats

extension Dataset {
  /// Variables of the rows of a table.
  struct Variables {
    /// One for each column: that of the table, or `solvent=water` for a level of texts.
    var names: [String] = []

    /// The values of each name, a number for each row.
    var columns: [[Double]] = []

    /// - Parameter texts: Whether columns that hold texts become one column for each of their levels,
    ///   in ascending order, with 1 in its rows and 0 elsewhere; they are refused otherwise.
    /// - Throws: ``ReadingError`` for a column that is not there or a cell that is no finite number.
    init(_ table: Table, columns wanted: [String], texts: Bool) throws(ReadingError) {
      for column in wanted {
        if texts, !table.isNumeric(column) {
          let cells = try table.strings(column)
          if let row = cells.firstIndex(where: Table.isMissing) {
            throw table.error(row: row, column: column, "The cell is empty; name a level.")
          }
          for level in Set(cells).sorted() {
            names.append("\(column)=\(level)")
            columns.append(cells.map { $0 == level ? 1 : 0 })
          }
        } else {
          names.append(column)
          columns.append(try table.doubles(column))
        }
      }
    }
  }
}
