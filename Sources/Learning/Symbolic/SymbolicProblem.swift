import DenseMath
import Matter

/// One variable of formulas.
public struct SymbolicVariable: Hashable, Codable, Sendable {
  /// As formulas name it.
  public let name: String

  /// The column of the table.
  public let column: String

  /// In which its values enter formulas; `nil` for a plain number.
  public let unit: String?

  /// In which the column holds them; `nil` where nothing is converted.
  public let columnUnit: String?

  public init(name: String, column: String, unit: String?, columnUnit: String? = nil) {
    self.name = name
    self.column = column
    self.unit = unit
    self.columnUnit = columnUnit
  }

  /// - Precondition: the unit can be read and multiplied.
  var formulaUnit: FormulaUnit {
    guard let unit, let parsed = try? Unit(parsing: unit), parsed.isMultiplicative else {
      return .one
    }
    return FormulaUnit(parsed)
  }
}

/// What a formula is to explain, row by row.
public enum SymbolicTarget: Hashable, Sendable {
  case numbers([Double])

  /// Whether each row is of the class.
  case classes([Bool], positive: String, negative: String)

  public var isClassification: Bool {
    if case .classes = self { true } else { false }
  }

  var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .classes(let labels, _, _): labels.count
    }
  }

  /// Sum of squared distances from the mean; 0 for classes.
  var variation: Double {
    guard case .numbers(let values) = self else { return 0 }
    return Statistics.variance(values) * Double(values.count)
  }

  func rows(_ rows: [Int]) -> SymbolicTarget {
    switch self {
    case .numbers(let values): .numbers(rows.map { values[$0] })
    case .classes(let labels, let positive, let negative):
      .classes(rows.map { labels[$0] }, positive: positive, negative: negative)
    }
  }
}

/// Rows of variables with what is to be explained.
public struct SymbolicProblem: Sendable {
  public let variables: [SymbolicVariable]

  /// The values of each variable in all rows; finite.
  public let columns: [[Double]]
  public let targetName: String
  public let targetUnit: String?
  public let target: SymbolicTarget

  /// The most variables that formulas are built from.
  public static let mostVariables = 200

  /// - Throws: ``SymbolicError`` when there is no variable, or a value is not finite.
  /// - Precondition: all columns and the target are equally long.
  public init(
    variables: [SymbolicVariable], columns: [[Double]], targetName: String, targetUnit: String?,
    target: SymbolicTarget
  ) throws(SymbolicError) {
    precondition(
      variables.count == columns.count && columns.allSatisfy { $0.count == target.count },
      "each variable and the target need a value in every row")
    guard !variables.isEmpty else { throw .noVariables }
    guard variables.count <= Self.mostVariables else {
      throw .tooManyVariables(variables.count, most: Self.mostVariables)
    }
    for (variable, values) in zip(variables, columns) {
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(name: variable.column, row: row)
      }
    }
    if case .numbers(let values) = target,
      let row = values.firstIndex(where: { !$0.isFinite || abs($0) > FeatureSpace.largest })
    {
      throw .notFinite(name: targetName, row: row)
    }
    self.variables = variables
    self.columns = columns
    self.targetName = targetName
    self.targetUnit = targetUnit
    self.target = target
  }

  private init(_ problem: SymbolicProblem, rows: [Int]) {
    variables = problem.variables
    columns = problem.columns.map { values in rows.map { values[$0] } }
    targetName = problem.targetName
    targetUnit = problem.targetUnit
    target = problem.target.rows(rows)
  }

  public var rowCount: Int { target.count }

  /// Some of the rows.
  public func rows(_ rows: [Int]) -> SymbolicProblem { SymbolicProblem(self, rows: rows) }

  /// The values of a formula in every row; NaN or infinite where it has none.
  func values(of formula: Formula) -> [Double] {
    formula.values(rows: rowCount) { name in
      variables.firstIndex { $0.name == name }.map { columns[$0] }
        ?? [Double](repeating: .nan, count: rowCount)
    }
  }
}
