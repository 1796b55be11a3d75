public import Formats
import Matter

extension AuditInput {
  /// Which columns of a table an audit reads; those that are `nil` are found by their usual names,
  /// or left out.
  public struct Columns: Sendable {
    public var formula: String?
    public var target: String?
    public var unit: String?
    public var fidelity: String?
    public var source: String?

    public init() {}
  }

  /// Names, in lower case, by which columns are found.
  static let spaceGroupNames = [
    "spg_num", "spacegroup.number", "space_group_number", "spacegroup_number", "sg_number",
    "space group", "space_group", "spacegroup", "space group number", "spg",
  ]
  static let crystalSystemNames = ["crys_sys", "crystal_system", "crystal system", "crystalsystem"]

  /// Space groups that were found by symmetry, in the place of those that a table states.
  ///
  /// - Parameter numbers: One for each row.
  public mutating func setSpaceGroups(_ numbers: [Int?], survey: SpaceGroupSurvey) {
    precondition(numbers.count == rows.count, "a space group, or none, for each row")
    spaceGroups = numbers
    crystalSystems = numbers.map { $0.flatMap { CrystalSystem(spaceGroupNumber: $0) } }
    crystalSurvey = survey
  }

  /// The rows of a table.
  ///
  /// - Parameter rows: What they are made of, where that is known already; else the formulas are read.
  /// - Throws: ``ReadingError`` with the line for a formula that is none and a target that is text.
  public init(
    _ table: Table, columns: Columns = Columns(), rows: SplitRows? = nil
  ) throws(ReadingError) {
    let known = if let rows { rows } else { try SplitRows(table, formula: columns.formula) }
    self.init(source: table.file, rows: known)
    if let name = columns.target {
      target = Target(
        name: name, unit: columns.unit ?? Dataset.unit(in: name),
        values: try table.optionalDoubles(name))
    }
    fidelities = try columns.fidelity.map { name throws(ReadingError) in try table.strings(name) }
    sources = try columns.source.map { name throws(ReadingError) in try table.strings(name) }
    if let name = table.firstColumn(among: Self.spaceGroupNames) {
      let numbers = try table.strings(name).map { text in
        Double(text).flatMap { Int(exactly: $0) }.flatMap { (1...230).contains($0) ? $0 : nil }
      }
      // A column of symbols is not a column of numbers.
      if numbers.contains(where: { $0 != nil }) { spaceGroups = numbers }
    }
    if let name = table.firstColumn(among: Self.crystalSystemNames) {
      crystalSystems = try table.strings(name).map { CrystalSystem(rawValue: $0.lowercased()) }
    } else if let spaceGroups {
      crystalSystems = spaceGroups.map { $0.flatMap { CrystalSystem(spaceGroupNumber: $0) } }
    }
  }
}
