internal import DenseMath

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

    /// Cells without a value. Among numbers, also marks such as `NA` and `-`.
    public let missing: Int

    /// Different values among those present.
    public let distinct: Int

    /// Of numbers, in the column's own unit.
    public let minimum: Double?
    public let median: Double?
    public let maximum: Double?

    /// `true` where ``distinct`` or ``median`` is estimated because the column is long; else `nil`.
    public let estimated: Bool?

    /// Of formulas: in how many rows each element occurs, by symbol.
    public let elements: [String: Int]?
  }

  /// - Parameter formulaNames: See ``TableProfiler``.
  public init(_ table: Table, formulaNames: [String] = []) {
    var profiler = TableProfiler(formulaNames: formulaNames)
    profiler.add(table)
    self = profiler.profile(file: table.file)
  }

  init(file: String, rows: Int, columns: [Column], formulaColumn: String?) {
    self.file = file
    self.rows = rows
    self.columns = columns
    self.formulaColumn = formulaColumn
  }
}

/// Looks at a table of any length batch by batch.
///
/// Counts, kinds and ranges are exact. So are different values and medians up to
/// ``valuesKept(columns:)`` of them; beyond, they are estimated from so many (standard error of the
/// count 1.2/√n, of the median's rank 0.5/√n), and the profile says so. Memory holds at most 130 MB
/// besides the batch. The result depends on the rows alone, not on how they are cut into batches.
public struct TableProfiler {
  private let formulaNames: [String]
  private var names: [String] = []
  private var columns: [ColumnProfiler] = []

  /// Rows so far.
  public private(set) var rows = 0

  /// - Parameter formulaNames: Names, in lower case and in order of preference, that make a column
  ///   of formulas the one; else it is the first.
  public init(formulaNames: [String] = []) {
    self.formulaNames = formulaNames
  }

  /// How many different values and numbers each of so many columns keeps.
  public static func valuesKept(columns: Int) -> Int {
    max(64, min(1 << 20, (1 << 22) / max(1, columns)))
  }

  /// Adds the rows of a batch behind those so far.
  ///
  /// Columns keep their order; a later batch may have further ones at the end, whose earlier cells
  /// are missing.
  public mutating func add(_ batch: Table) {
    addColumns(batch.columns)
    for (place, cells) in batch.cells.enumerated() {
      cells.forEach { columns[place].add($1) }
    }
    rows += batch.rowCount
  }

  /// Says what columns there are, also where no row follows.
  public mutating func addColumns(_ all: [String]) {
    guard all.count > names.count else { return }
    let kept = Self.valuesKept(columns: all.count)
    for name in all.dropFirst(names.count) {
      names.append(name)
      columns.append(ColumnProfiler(missing: rows, valuesKept: kept))
    }
  }

  public func profile(file: String) -> TableProfile {
    let columns = zip(names, columns).map { $1.column(name: $0, rows: rows) }
    let formulas = columns.filter { $0.kind == .formula }
    let named = formulaNames.lazy.compactMap { name in
      names.first { $0.lowercased() == name }
    }.first
    let chosen = formulas.first { $0.name == named } ?? formulas.first
    return TableProfile(file: file, rows: rows, columns: columns, formulaColumn: chosen?.name)
  }
}
