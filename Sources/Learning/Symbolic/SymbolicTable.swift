import Ecosystem
public import Formats
import Foundation
import Matter

/// Which columns of a table a formula is looked for in, and how they are read.
public struct SymbolicTable: Sendable {
  /// A column of numbers with the unit that was said for it.
  public struct Column: Hashable, Sendable {
    public let name: String
    /// `nil` for the unit in the column's name; `1` for a plain number.
    public let unit: String?

    public init(name: String, unit: String? = nil) {
      self.name = name
      self.unit = unit
    }

    /// Reads `COLUMN` or `COLUMN=UNIT`.
    public init(parsing text: String, in table: Table) {
      guard !table.has(text), let sign = text.lastIndex(of: "=") else {
        self.init(name: text)
        return
      }
      self.init(name: String(text[..<sign]), unit: String(text[text.index(after: sign)...]))
    }
  }

  public enum Task: String, CaseIterable, Sendable {
    /// Classes where the target is text or has two values, else numbers.
    case automatic = "auto"
    case regression
    case classification
  }

  public var target: Column
  /// All other columns of numbers if empty.
  public var features: [Column] = []
  /// Columns that are no features although they hold numbers.
  public var excluded: Set<String> = []
  public var task = Task.automatic
  /// The class that is told from all others; needed where there are more than two.
  public var positiveClass: String?

  public init(target: Column) {
    self.target = target
  }

  /// A problem with what was converted on the way, as sentences.
  public func problem(_ table: Table) throws -> (SymbolicProblem, notes: [String]) {
    let targetColumn = try table.column(meaning: target.name)
    let chosen = try columns(of: table, besides: targetColumn)
    var reader = VariableReader(names: Self.names(chosen.map(\.name)))
    for column in chosen { try reader.read(column, from: table) }
    let (target, unit) = try read(targetColumn, from: table)
    let problem = try SymbolicProblem(
      variables: reader.variables, columns: reader.columns, targetName: Self.bare(targetColumn),
      targetUnit: unit, target: target)
    return (problem, reader.notes)
  }

  private func columns(of table: Table, besides target: String) throws -> [Column] {
    if features.isEmpty {
      return table.columns.filter {
        $0 != target && !excluded.contains($0) && table.isNumeric($0)
      }.map { Column(name: $0) }
    }
    var seen: Set<String> = []
    return try features.compactMap { feature in
      let name = try table.column(meaning: feature.name)
      guard name != target else {
        throw ReadingError(
          file: table.file, field: name, message: "It is the target itself; name other features.")
      }
      return seen.insert(name).inserted ? Column(name: name, unit: feature.unit) : nil
    }
  }

  private func read(_ column: String, from table: Table) throws -> (SymbolicTarget, String?) {
    let cells = try table.strings(column).map { $0.trimmingCharacters(in: .whitespaces) }
    if let row = cells.firstIndex(where: Table.isMissing) {
      throw table.error(
        row: row, column: column, "The target has no value here; give one or remove the row.")
    }
    let classes = Set(cells)
    let isNumeric = table.isNumeric(column)
    let isTwofold = Set(isNumeric ? try table.doubles(column).map { "\($0)" } : []).count == 2
    let isClassification =
      task == .classification || (task == .automatic && (!isNumeric || isTwofold))
    guard isClassification || positiveClass != nil else {
      return (.numbers(try table.doubles(column)), target.unit ?? Table.unit(of: column))
    }
    let sorted = classes.sorted {
      (Double($0) ?? .infinity, $0) < (Double($1) ?? .infinity, $1)
    }
    if let positiveClass, !classes.contains(positiveClass) {
      throw SymbolicError.unknownClass(positiveClass, sorted)
    }
    guard sorted.count >= 2 else { throw SymbolicError.tooFewClasses }
    guard sorted.count == 2 || positiveClass != nil else {
      throw SymbolicError.tooManyClasses(sorted)
    }
    let positive = positiveClass ?? sorted[1]
    let others = sorted.filter { $0 != positive }
    return (
      .classes(
        cells.map { $0 == positive }, positive: positive,
        negative: others.count == 1 ? others[0] : "not \(positive)"), nil
    )
  }

  /// Names for formulas: without the unit where that leaves each its own.
  static func names(_ columns: [String]) -> [String: String] {
    let bare = columns.map(bare)
    let counts = Dictionary(bare.map { ($0, 1) }, uniquingKeysWith: +)
    return Dictionary(
      zip(columns, bare).map { column, name in
        (column, (counts[name] == 1 ? name : column).replacing("`", with: "'"))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// A column's name without the unit that it states.
  static func bare(_ column: String) -> String {
    guard let unit = Table.unit(of: column), let place = column.ranges(of: unit).last?.lowerBound
    else { return column }
    var name = column[..<place]
    while let last = name.last, last.isWhitespace || "([/".contains(last) { name.removeLast() }
    return name.isEmpty ? column : String(name)
  }
}

/// Reads variables one by one, in units that fit those before.
private struct VariableReader {
  let names: [String: String]
  var variables: [SymbolicVariable] = []
  var columns: [[Double]] = []
  var notes: [String] = []
  /// The unit in which each dimension enters formulas: the first that was met.
  private var units: [UnitDimension: Matter.Unit] = [:]

  init(names: [String: String]) {
    self.names = names
  }

  mutating func read(_ column: SymbolicTable.Column, from table: Table) throws {
    let values = try table.doubles(column.name)
    let name = names[column.name] ?? column.name
    guard let text = column.unit ?? Table.unit(of: column.name), text != "1" else {
      return addPlain(name, column.name, values)
    }
    let unit: Matter.Unit
    do {
      unit = try Matter.Unit(parsing: text)
    } catch {
      throw ReadingError(
        file: table.file, field: column.name,
        message:
          "\(error) Say what it is with --feature '\(column.name)=UNIT', 1 for a plain number."
      )
    }
    // The logarithm of a quantity is a plain number, whatever it is the logarithm of.
    guard unit.logarithm == nil else { return addPlain(name, column.name, values) }
    let wanted = try self.wanted(unit)
    let isPlain = wanted.dimension == .one
    if !unit.isEquivalent(to: wanted) {
      notes.append("\(column.name) enters formulas \(isPlain ? "as a fraction" : "in \(wanted)").")
    }
    variables.append(
      SymbolicVariable(
        name: name, column: column.name, unit: isPlain ? nil : wanted.symbol, columnUnit: text))
    columns.append(try unit.convert(values, to: wanted))
  }

  /// The unit in which values enter: of an earlier column of the same dimension, without a zero of
  /// its own.
  private mutating func wanted(_ unit: Matter.Unit) throws -> Matter.Unit {
    if unit.dimension == .one { return .one }
    if let known = units[unit.dimension] { return known }
    let wanted = unit.isMultiplicative ? unit : try Matter.Unit(parsing: "K")
    units[unit.dimension] = wanted
    return wanted
  }

  private mutating func addPlain(_ name: String, _ column: String, _ values: [Double]) {
    variables.append(SymbolicVariable(name: name, column: column, unit: nil))
    columns.append(values)
  }
}
