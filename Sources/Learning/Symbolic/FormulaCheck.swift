import DenseMath

/// A formula that a person gives, judged like those that are found.
public struct FormulaCheck: Codable, Hashable, Sendable {
  /// The rows of a class as the numbers of the formula tell it.
  public struct Limits: Codable, Hashable, Sendable {
    /// Not below, not above; `nil` for no limit.
    public var above: Double?
    public var below: Double?

    public init(above: Double? = nil, below: Double? = nil) {
      self.above = above
      self.below = below
    }

    func contains(_ value: Double) -> Bool {
      value > above ?? -.infinity && value < below ?? .infinity
    }
  }

  public let formula: Formula
  public let latex: String
  public let unit: String?
  public let complexity: Int

  /// For classes: where the class lies. As given, else the best limit on the training rows.
  public let limits: Limits?
  /// For numbers: `target = coefficient · formula + intercept` by the training rows.
  public let coefficient: Double?
  public let intercept: Double?
  public let training: FormulaFigures
  public let test: FormulaFigures?

  /// - Parameter limits: Of the class; `nil` to find the best one-sided limit on the training rows.
  /// - Throws: ``SymbolicError`` when the formula names what is no variable, adds unlike units, or has
  ///   no value in a training row.
  public init(
    _ formula: Formula, _ problem: SymbolicProblem, training: [Int], test: [Int],
    limits: Limits? = nil
  ) throws(SymbolicError) {
    let names = problem.variables.map(\.name)
    for name in formula.variables where !names.contains(name) {
      throw .unknownVariable(name, names)
    }
    let symbols = { (name: String) in problem.variables.first { $0.name == name }?.unit }
    let units = { (name: String) in
      problem.variables.first { $0.name == name }?.formulaUnit ?? .one
    }
    _ = try formula.unit(units, symbols: symbols)
    self.formula = formula
    latex = formula.latex
    unit = UnitSymbols(of: formula, symbols).text
    complexity = formula.complexity
    let values = problem.values(of: formula)
    if let row = training.first(where: { !values[$0].isFinite }) {
      throw .withoutValue("\(formula)", row: row)
    }
    let own = training.map { values[$0] }
    switch problem.target {
    case .numbers(let targets):
      guard let fit = LinearFit(features: [own], target: training.map { targets[$0] }) else {
        throw .nothingFound
      }
      (self.limits, coefficient, intercept) = (nil, fit.coefficients[0], fit.intercept)
      let model = FormulaModel(
        terms: [FormulaModel.Term(formula: formula, coefficient: fit.coefficients[0])],
        intercept: fit.intercept, fallback: Statistics.mean(training.map { targets[$0] }), rule: nil
      )
      self.training = FormulaFigures(model, problem.rows(training))
      self.test = test.isEmpty ? nil : FormulaFigures(model, problem.rows(test))
    case .classes(let labels, _, _):
      let found = limits ?? Self.limits(own, labels: training.map { labels[$0] })
      (self.limits, coefficient, intercept) = (found, nil, nil)
      func figures(_ rows: [Int]) -> FormulaFigures {
        FormulaFigures(
          classes: rows.map { (found.contains(values[$0]) == labels[$0], labels[$0]) },
          withoutValue: rows.count { !values[$0].isFinite })
      }
      self.training = figures(training)
      self.test = test.isEmpty ? nil : figures(test)
    }
  }

  private static func limits(_ values: [Double], labels: [Bool]) -> Limits {
    let cut = Cut(
      values, labels: labels, weights: [Double](repeating: 1, count: labels.count))
    return cut.isAbove ? Limits(above: cut.threshold) : Limits(below: cut.threshold)
  }
}
