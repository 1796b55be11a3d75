/// How the columns of a file become records: what the file itself does not say.
public struct ImportOptions: Codable, Hashable, Sendable {
  /// The column of formulas; `nil` to find it by its name.
  public var formula: String?

  /// The columns to keep as measurements; empty for all that hold numbers.
  public var properties: [String] = []

  /// Units by column; they may not contradict a unit in the column's name, as in `gap (eV)`.
  public var units: [String: String] = [:]

  /// Columns that hold the standard uncertainty of another column.
  public var uncertainties: [String: String] = [:]

  /// The method by which all values were found.
  public var fidelity: String?

  /// The column that names the method of each row.
  public var fidelityColumn: String?

  /// The column of row names; `nil` to find it by its name.
  public var identifier: String?

  public init() {}
}
