import Ecosystem
import Formats

/// Targets of which a table knows a limit alone, such as `<1E-10` below what an instrument can tell.
enum LimitValues {
  /// The number of a limit, or `nil`.
  static func number(_ cell: String) -> String? {
    let content = cell.drop { $0 == " " }
    for sign in ["<=", ">=", "<", ">", "≤", "≥"] where content.hasPrefix(sign) {
      let rest = String(content.dropFirst(sign.count))
      return Table.number(rest) == nil ? nil : rest
    }
    return nil
  }

  /// The rows with each limit in its column as the number itself.
  static func taken(
    _ materials: MaterialBatch, column: String
  ) throws(ReadingError) -> (batch: MaterialBatch, count: Int) {
    var count = 0
    let cells = try materials.table.strings(column).map { cell in
      guard let number = number(cell) else { return cell }
      count += 1
      return number
    }
    guard count > 0 else { return (materials, 0) }
    let batch = MaterialBatch(
      table: try materials.table.replacing(column, with: cells), rows: materials.rows,
      formulaColumn: materials.formulaColumn, structureColumn: materials.structureColumn,
      isOfStructures: materials.isOfStructures)
    return (batch, count)
  }
}
