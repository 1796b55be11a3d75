public import Formats

/// Which columns of a table are read as what.
public struct TableColumns: Codable, Hashable, Sendable {
  public struct Property: Codable, Hashable, Sendable {
    /// Its name in the file.
    public let column: String

    /// Without the unit: `gap` for `gap (eV)`.
    public let name: String
    public let unit: String?

    /// The column of its standard uncertainty.
    public let uncertainty: String?
  }

  /// Of structures as text; where there is one, formulas are not read.
  public let structure: String?
  public let formula: String?
  public let identifier: String?
  public let fidelity: String?
  public let properties: [Property]

  /// Columns that are not read.
  public let ignored: [String]

  /// Where each row was read first, in a table that `athanor data export` wrote; there, ``identifier``
  /// holds the place in that file.
  public let origin: String?

  /// Names by which a column of structures is found, case ignored.
  public static let structureNames = ["cif", "structure", "poscar"]

  /// Columns that number the rows, as tables written by pandas have them.
  private static let rowNumberNames: Set<String> = ["", "index", "unnamed: 0"]

  /// Finds the columns in the first rows of a table.
  ///
  /// - Throws: ``ReadingError`` where a wanted column is missing, there are neither structures nor
  ///   formulas, or a unit contradicts the column's name.
  public init(_ table: Table, options: ImportOptions) throws(ReadingError) {
    if options.formula == nil, options.identifier == nil,
      table.columns.starts(with: RecordTable.standardColumns)
    {
      self = try Self.exported(table, options)
      return
    }
    origin = nil
    structure =
      options.formula == nil ? table.firstColumn(among: Self.structureNames) : nil
    formula = structure == nil ? try Dataset.formulaColumn(of: table, options.formula) : nil
    identifier =
      try Self.checked(options.identifier, in: table)
      ?? table.firstColumn(among: Dataset.identifierNames)
    fidelity = try Self.checked(options.fidelityColumn, in: table)
    var taken = Set([structure, formula, identifier, fidelity].compactMap { $0 })
    taken.formUnion(options.uncertainties.values)
    var wanted = options.properties
    for column in wanted { _ = try table.strings(column) }
    if wanted.isEmpty {
      let free = table.columns.filter { column in
        !taken.contains(column) && !Self.rowNumberNames.contains(column.lowercased())
      }
      for column in free where Self.holdsNumbers(table, column, decimalCommas: true) {
        // Says so with the line of the first.
        _ = try table.optionalDoubles(column)
      }
      wanted = free.filter { Self.holdsNumbers(table, $0) }
    }
    var properties: [Property] = []
    for column in wanted { properties.append(try Self.property(column, of: table, options)) }
    for column in options.units.keys.sorted() where !wanted.contains(column) {
      throw ReadingError(
        file: table.file, field: column,
        message: "A unit is given for a column that is not read; the columns of measurements are "
          + "\(wanted.joined(separator: ", ")).")
    }
    for column in options.uncertainties.keys.sorted() where !wanted.contains(column) {
      throw ReadingError(
        file: table.file, field: column,
        message: "An uncertainty is given for a column that is not read; the columns of "
          + "measurements are \(wanted.joined(separator: ", ")).")
    }
    self.properties = properties
    taken.formUnion(wanted)
    ignored = table.columns.filter { !taken.contains($0) }
  }

  private static func checked(
    _ column: String?, in table: Table
  ) throws(ReadingError) -> String? {
    if let column { _ = try table.strings(column) }
    return column
  }

  private static func property(
    _ column: String, of table: Table, _ options: ImportOptions
  ) throws(ReadingError) -> Property {
    let (given, named) = (options.units[column], Table.unit(of: column))
    if let given, let named, given != named {
      throw ReadingError(
        file: table.file, field: column,
        message:
          "The column is in \(named) by its name, but \(given) was given. Convert the values "
          + "and rename the column, or leave the unit out.")
    }
    let uncertainty = try checked(options.uncertainties[column], in: table)
    if given == nil, named == nil, let (name, unit) = UnitText.unknown(in: column) {
      return Property(column: column, name: name, unit: unit, uncertainty: uncertainty)
    }
    return Property(
      column: column, name: named.map { bareName(column, unit: $0) } ?? column,
      unit: given ?? named, uncertainty: uncertainty)
  }

  /// The columns of a table that ``RecordTable`` wrote: all behind the first ones are properties,
  /// each with its uncertainty behind it.
  private static func exported(
    _ table: Table, _ options: ImportOptions
  ) throws(ReadingError) -> TableColumns {
    let standard = RecordTable.standardColumns
    let others = Array(table.columns.dropFirst(standard.count))
    let wanted = options.properties.isEmpty ? others : options.properties
    for column in wanted { _ = try table.strings(column) }
    var properties: [Property] = []
    for (place, column) in others.enumerated() where wanted.contains(column) {
      let before = place > 0 ? others[place - 1] : ""
      if place > 0, RecordTable.uncertaintyNames(of: before).contains(column) { continue }
      var property = try Self.property(column, of: table, options)
      if property.unit == nil, let (name, unit, isSquare) = UnitText.split(column), !isSquare,
        UnitText.isKnown(unit)
      {
        property = Property(column: column, name: name, unit: unit, uncertainty: nil)
      }
      let next = place + 1 < others.count ? others[place + 1] : ""
      let isNext = RecordTable.uncertaintyNames(of: column).contains(next)
      properties.append(
        Property(
          column: column, name: property.name, unit: property.unit,
          uncertainty: property.uncertainty ?? (isNext ? next : nil)))
    }
    return TableColumns(
      structure: nil, formula: standard[1], identifier: standard[2],
      fidelity: try checked(options.fidelityColumn, in: table) ?? standard[4],
      properties: properties, ignored: [standard[0]], origin: standard[3])
  }

  private init(
    structure: String?, formula: String?, identifier: String?, fidelity: String?,
    properties: [Property], ignored: [String], origin: String?
  ) {
    self.structure = structure
    self.formula = formula
    self.identifier = identifier
    self.fidelity = fidelity
    self.properties = properties
    self.ignored = ignored
    self.origin = origin
  }

  /// Whether at least half of the filled cells are numbers: damaged cells do not make a column of
  /// measurements disappear, they are flagged.
  private static func holdsNumbers(
    _ table: Table, _ column: String, decimalCommas: Bool = false
  ) -> Bool {
    guard let cells = try? table.strings(column) else { return false }
    let filled = cells.filter { !Table.isBlank($0) }
    let numbers = filled.count { cell in
      guard decimalCommas else { return Table.number(cell) != nil }
      return cell.contains(",") && Table.number(cell.replacing(",", with: ".")) != nil
    }
    return !filled.isEmpty && 2 * numbers >= filled.count
  }

  /// The name of a column without its unit: `gap` for `gap (eV)`.
  private static func bareName(_ column: String, unit: String) -> String {
    guard let place = column.ranges(of: unit).last else { return column }
    var name = column[..<place.lowerBound]
    while let last = name.last, " ([/".contains(last) { name.removeLast() }
    return name.isEmpty ? column : String(name)
  }
}
