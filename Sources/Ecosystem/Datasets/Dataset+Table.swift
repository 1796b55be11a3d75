public import Formats
import Foundation
public import Matter

extension Dataset {
  /// Which columns of a table make the dataset.
  public struct Columns: Codable, Hashable, Sendable {
    public var target: String

    /// Of formulas; `nil` to find it by its name.
    public var formula: String?

    /// Process or measurement variables, in the order of ``Candidate/variables``.
    public var variables: [String] = []

    /// Whether variables that hold texts become a variable for each of their levels; `nil` means that
    /// they are refused.
    public var expandsTexts: Bool?

    /// Of row names; `nil` to find it by its name, or to number the rows.
    public var identifier: String?

    /// As printed, `nil` to take it from the target's name: `Tc (K)` is in K.
    public var unit: String?

    /// Whether the targets are labels of classes; `nil` means numbers.
    public var isClass: Bool?

    /// Of weights; `nil` where all rows count alike.
    public var weight: String?

    /// Of keys; rows with the same key are held out together.
    public var group: String?

    /// Of the names of methods; each becomes a variable that is 1 for its rows and 0 elsewhere.
    public var fidelity: String?

    /// The method that predictions are of, where nothing else is said.
    public var standardFidelity: String?

    /// All methods that may occur; `nil` for those of the column.
    public var fidelityLevels: [String]?

    /// Whether rows whose target is empty are left out; `nil` means that they are refused.
    public var leavesOutMissing: Bool?

    public init(target: String, formula: String? = nil) {
      self.target = target
      self.formula = formula
    }
  }

  /// Names by which a column of formulas is found, case ignored, the first that fits.
  public static let formulaNames = [
    "formula", "composition", "reduced_formula", "pretty_formula", "formula_pretty",
    "chemical_formula", "formula_reduced", "alloy", "name",
  ]

  /// Names by which a column of row names is found, case ignored.
  public static let identifierNames = [
    "mbid", "material_id", "identifier", "id", "mp_id", "jid", "sample",
  ]

  /// The dataset in some columns of a table; rows keep their order.
  ///
  /// A table without a column of formulas holds conditions alone, where variables are asked for.
  ///
  /// - Throws: ``ReadingError`` with file, line, column and remedy for a missing column, a cell that
  ///   is no finite number or a formula that is none; ``DatasetError`` for a table without rows.
  public init(_ table: Table, columns: Columns) throws {
    try self.init(table, columns: columns) { places in
      let table = places.count < table.rowCount ? table.rows(places) : table
      let isOfConditions =
        columns.formula == nil && !columns.variables.isEmpty
        && table.firstColumn(among: Self.formulaNames) == nil
      return (
        isOfConditions
          ? places.map { _ in Candidate(variables: []) }
          : try Self.compositions(table, Self.formulaColumn(of: table, columns.formula))
            .map { Candidate($0) },
        try Self.identifiers(of: table, columns.identifier, places: places)
      )
    }
  }

  /// The dataset of some rows with their materials, those that cannot be used aside.
  ///
  /// - Parameter columns: Where the rows have their materials and names is known already.
  /// - Throws: As ``init(_:columns:)-(Table,_)``; the first reason where no row can be used.
  public init(_ materials: MaterialBatch, columns: Columns) throws {
    let usable = materials.rows.indices.filter { materials.rows[$0].skipped == nil }
    if usable.isEmpty, let first = materials.rows.first { _ = try first.material.get() }
    // A table of formulas is refused for one that is none; of structures, some may be left out.
    let leavesOut = materials.isOfStructures && usable.count < materials.rows.count
    let batch = leavesOut ? materials.subset(usable) : materials
    try self.init(batch.table, columns: columns) { places in
      (
        try places.map { try batch.rows[$0].material.get() }, places.map { batch.rows[$0].name }
      )
    }
  }

  /// - Parameter materials: The candidates, without variables, and the names of some rows.
  private init(
    _ table: Table, columns: Columns,
    materials: ([Int]) throws -> (candidates: [Candidate], names: [String])
  ) throws {
    guard table.rowCount > 0 else { throw DatasetError.empty(table.file) }
    if let given = columns.unit, let named = Self.unit(in: columns.target), given != named {
      throw ReadingError(
        file: table.file, field: columns.target,
        message: "The column is in \(named) by its name, but \(given) was asked for. Convert the "
          + "values and rename the column, or leave the unit out.")
    }
    let (kept, targets, classes) = try Self.targets(table, columns)
    guard !kept.isEmpty else { throw DatasetError.noTarget(table.file, column: columns.target) }
    let (candidates, names) = try materials(kept)
    let table = kept.count < table.rowCount ? table.rows(kept) : table
    let fidelity = try columns.fidelity.map { column in
      try columns.fidelityLevels.map {
        Fidelity(column: column, levels: $0, standard: columns.standardFidelity)
      } ?? Fidelity(table, column: column, standard: columns.standardFidelity)
    }
    let methods = try fidelity.map { try $0.variables(of: table) }
    let variables = try VariableColumns(
      columns.variables, of: table, takesTexts: columns.expandsTexts ?? false)
    let values = try variables.values(of: table)
    let weights = try columns.weight.map { try table.doubles($0) }
    let groups = try columns.group.map { try table.strings($0) }
    let rows = kept.indices.map { row in
      Row(
        identifier: names[row],
        candidate: candidates[row].with(
          variables: values.map { $0[row] } + (methods?[row] ?? [])),
        target: targets[row], weight: weights?[row] ?? 1, group: groups?[row])
    }
    try self.init(
      source: table.file, rows: rows, targetName: columns.target,
      unit: columns.unit ?? Self.unit(in: columns.target),
      variableNames: variables.names + (fidelity?.variableNames ?? []), classes: classes,
      fidelity: fidelity)
  }

  /// The rows that have a target, their targets, and the labels these stand for.
  private static func targets(
    _ table: Table, _ columns: Columns
  ) throws -> (kept: [Int], targets: [Double], classes: [String]) {
    let leavesOut = columns.leavesOutMissing ?? false
    if columns.isClass ?? false {
      let labels = try table.strings(columns.target)
      let kept = labels.indices.filter { !leavesOut || !labels[$0].isEmpty }
      let classes = Set(kept.map { labels[$0] }).sorted()
      let places = Dictionary(
        uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0)) })
      // Every label that is kept is a class.
      return (kept, kept.map { places[labels[$0]] ?? 0 }, classes)
    }
    guard leavesOut else {
      let targets = try table.doubles(columns.target)
      return (Array(targets.indices), targets, [])
    }
    // Empty cells are missing; NaN and the like are mistakes, and refused.
    let cells = try table.strings(columns.target)
    let kept = cells.indices.filter { !cells[$0].isEmpty }
    return (kept, try table.rows(kept).doubles(columns.target), [])
  }

  /// Whether a column holds labels of classes: 0 and 1 alone, or few different texts of which none
  /// could be meant as a number and at least two come more than once.
  public static func holdsClasses(_ table: Table, column: String) throws(ReadingError) -> Bool {
    let labels = try table.strings(column).filter { !$0.isEmpty }
    let different = Set(labels)
    if different.isSubset(of: ["0", "1"]) { return different.count == 2 }
    let most = max(2, min(30, labels.count / 5))
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    return different.count <= most && counts.values.count { $0 > 1 } > 1
      && different.allSatisfy { Double($0) == nil && !startsAsNumber($0) }
  }

  /// The column of formulas of a table.
  ///
  /// - Parameter wanted: Its name; `nil` to find it by ``formulaNames``.
  /// - Throws: ``ReadingError`` that lists the columns there are.
  public static func formulaColumn(
    of table: Table, _ wanted: String? = nil
  ) throws(ReadingError) -> String {
    if let wanted {
      _ = try table.strings(wanted)
      return wanted
    }
    if let found = table.firstColumn(among: formulaNames) { return found }
    throw ReadingError(
      file: table.file,
      message: "No column is named formula or composition. Name it with --formula (in a recipe "
        + "formula:, or variables: where rows are conditions alone); the columns are \(table.columns.prefix(20).joined(separator: ", "))."
    )
  }

  /// One composition for each row of a table.
  ///
  /// - Throws: ``ReadingError`` with the line of the first formula that is none, and why.
  public static func compositions(
    _ table: Table, _ formulaColumn: String
  ) throws(ReadingError) -> [Composition] {
    var compositions: [Composition] = []
    compositions.reserveCapacity(table.rowCount)
    for (row, formula) in try table.strings(formulaColumn).enumerated() {
      do throws(FormulaError) {
        compositions.append(try Composition(formula: formula))
      } catch {
        throw table.error(
          row: row, column: formulaColumn, "\"\(Self.shortened(formula))\": \(error)")
      }
    }
    return compositions
  }

  /// Whether a text begins as numbers do, with or without a sign or a mark such as `<` and `~`.
  private static func startsAsNumber(_ text: String) -> Bool {
    let first = text.first { !"+-−.,<>~≈≤≥= ".contains($0) }
    return first?.isNumber ?? true
  }

  private static func identifiers(
    of table: Table, _ wanted: String?, places: [Int]
  ) throws(ReadingError) -> [String] {
    guard let name = wanted ?? table.firstColumn(among: identifierNames) else {
      return places.map { "row \($0 + 1)" }
    }
    return try table.strings(name)
  }

  /// Enough of a text to recognize it.
  static func shortened(_ text: String) -> String {
    text.count > 60 ? "\(text.prefix(60))…" : text
  }

  /// The unit that a column's name states: `yield strength (MPa)` is in MPa.
  static func unit(in name: String) -> String? { Table.unit(of: name) }
}
