public import Formats

extension Dataset {
  /// The methods by which a property was determined (PBE, HSE, experiment…), one variable each: 1 in
  /// the rows of the method, 0 elsewhere. Cheap and dear methods thereby learn from each other.
  public struct Fidelity: Codable, Hashable, Sendable {
    /// The column that names the method of each row.
    public let column: String

    /// Their names in ascending order; two or more.
    public let levels: [String]

    /// The method that predictions are of where nothing else is said.
    public let standard: String?

    /// - Parameter levels: Two or more, different.
    public init(column: String, levels: [String], standard: String? = nil) {
      self.column = column
      self.levels = levels
      self.standard = standard
    }

    /// - Throws: ``ReadingError`` for a column that is not there; ``DatasetError`` where all rows
    ///   have the same method, or none the standard one.
    init(_ table: Table, column: String, standard: String?) throws {
      let levels = Set(try table.strings(column)).sorted()
      guard levels.count > 1 else {
        throw DatasetError.oneFidelity(table.file, column: column, levels.first ?? "")
      }
      if let standard, !levels.contains(standard) {
        throw DatasetError.noFidelity(table.file, standard, known: levels)
      }
      self.init(column: column, levels: levels, standard: standard)
    }

    /// `COLUMN=LEVEL` for each.
    public var variableNames: [String] { levels.map { "\(column)=\($0)" } }

    /// The variables of a method, or `nil` where it is not known.
    public func variables(of level: String) -> [Double]? {
      guard levels.contains(level) else { return nil }
      return levels.map { $0 == level ? 1 : 0 }
    }

    /// The variables of each row of a table with this column.
    public func variables(of table: Table) throws -> [[Double]] {
      try table.strings(column).enumerated().map { row, level in
        guard let variables = variables(of: level) else {
          throw DatasetError.unknownFidelity(table.file, row: row, level, known: levels)
        }
        return variables
      }
    }
  }
}
