import DenseMath
public import Formats
import Matter

/// What is in a table: what a person looks at before training on it.
public struct TableProfile: Codable, Hashable, Sendable {
  public let file: String
  public let rows: Int
  public let columns: [Column]

  /// The column that is taken for formulas, `nil` where none is.
  public let formulaColumn: String?

  public struct Column: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable {
      case formula
      case number
      case text
      case empty
    }

    public let name: String
    public let kind: Kind

    /// Cells without a value.
    public let missing: Int

    /// Different values among those present.
    public let distinct: Int

    /// Of numbers, in the column's own unit.
    public let minimum: Double?
    public let median: Double?
    public let maximum: Double?

    /// Of formulas: in how many rows each element occurs, by symbol.
    public let elements: [String: Int]?
  }

  public init(_ table: Table) throws(ReadingError) {
    file = table.file
    rows = table.rowCount
    var columns: [Column] = []
    for name in table.columns { columns.append(try Column(table, name)) }
    self.columns = columns
    let found = try? Dataset.formulaColumn(of: table)
    formulaColumn =
      columns.first { $0.name == found && $0.kind == .formula }?.name
      ?? columns.first { $0.kind == .formula }?.name
  }
}

extension TableProfile.Column {
  fileprivate init(_ table: Table, _ name: String) throws(ReadingError) {
    let cells = try table.strings(name).filter { !$0.allSatisfy(\.isWhitespace) }
    self.name = name
    missing = table.rowCount - cells.count
    distinct = Set(cells).count
    let numbers = table.isNumeric(name) ? try table.optionalDoubles(name).compactMap { $0 } : []
    let compositions = numbers.isEmpty ? cells.compactMap { try? Composition(formula: $0) } : []
    if !numbers.isEmpty {
      kind = .number
    } else if cells.isEmpty {
      kind = .empty
    } else {
      // A column with a few damaged formulas is still a column of formulas.
      kind = Double(compositions.count) >= 0.9 * Double(cells.count) ? .formula : .text
    }
    minimum = numbers.min()
    median = numbers.isEmpty ? nil : Statistics.median(numbers)
    maximum = numbers.max()
    guard kind == .formula else {
      elements = nil
      return
    }
    var counts: [String: Int] = [:]
    for element in compositions.flatMap(\.elements) { counts[element.symbol, default: 0] += 1 }
    elements = counts
  }
}
