import Foundation

/// Formulas that were found, with all that is needed to apply them and to judge them.
public struct SymbolicResult: Codable, Hashable, Sendable {
  /// A rung and a dimension, judged by rows that were held out.
  public struct Choice: Codable, Hashable, Sendable {
    public let rung: Int
    public let dimension: Int
    public internal(set) var rows = 0
    /// Sum over the rows of squared errors, or number of rows on the wrong side.
    public internal(set) var loss = 0.0
    /// In one screening of one fold, at most.
    public internal(set) var features = 0

    init(rung: Int, dimension: Int) {
      self.rung = rung
      self.dimension = dimension
    }

    /// Better: a smaller error, else simpler. Errors below rounding are equal.
    static func precedes(_ a: Choice, _ b: Choice) -> Bool {
      if abs(a.loss - b.loss) > 1e-9 * max(a.loss, b.loss) { return a.loss < b.loss }
      return (a.rung, a.dimension) < (b.rung, b.dimension)
    }
  }

  public struct Found: Codable, Hashable, Sendable {
    public let model: FormulaModel

    /// For people; numbers to five digits.
    public let text: String
    public let latex: String

    /// The unit of the coefficient of each term, then of the constant; empty for plain numbers.
    public let coefficientUnits: [String]
    public let complexity: Int
    public let training: FormulaFigures
    public let test: FormulaFigures?
  }

  public static let format = "athanor-formula-1"

  public let format: String
  public let target: String
  public let targetUnit: String?
  /// The class and what is not of it; `nil` for numbers.
  public let classes: [String]?
  public let variables: [SymbolicVariable]
  /// Best first, by the training rows.
  public let formulas: [Found]
  public let choices: [Choice]
  public let rung: Int
  public let dimension: Int
  /// Features that were scored for the formulas, in all passes; of them, in one.
  public let featuresScored: Int
  public let featuresPerPass: Int
  /// Features of the rung below that the last rung was made of, and whether some were left out.
  public let operands: Int
  public let isCut: Bool
  public let configuration: SymbolicConfiguration

  init(
    _ problem: SymbolicProblem, models: [FormulaModel], training: [Int], test: [Int],
    choices: [Choice], chosen: Choice, search: FormulaSearch.Outcome,
    configuration: SymbolicConfiguration
  ) {
    format = Self.format
    target = problem.targetName
    targetUnit = problem.targetUnit
    if case .classes(_, let positive, let negative) = problem.target {
      classes = [positive, negative]
    } else {
      classes = nil
    }
    variables = problem.variables
    self.choices = choices
    rung = chosen.rung
    dimension = chosen.dimension
    featuresScored = search.scored
    featuresPerPass = search.features
    operands = search.operands
    isCut = search.isCut
    self.configuration = configuration
    let trainingRows = problem.rows(training)
    let testRows = problem.rows(test)
    formulas = models.map { model in
      Found(
        model: model, text: model.text(problem), latex: model.latex(problem),
        coefficientUnits: model.coefficientUnits(problem), complexity: model.complexity,
        training: FormulaFigures(model, trainingRows),
        test: test.isEmpty ? nil : FormulaFigures(model, testRows))
    }
  }
}

/// How well a formula does on some rows.
public struct FormulaFigures: Codable, Hashable, Sendable {
  public let rows: Int
  /// Rows in which the formula has no finite value: judged by the mean, or the more frequent class,
  /// of the training rows.
  public let rowsWithoutValue: Int
  /// Of numbers.
  public private(set) var rmse: Double?
  public private(set) var mae: Double?
  public private(set) var r2: Double?
  /// Of classes.
  public private(set) var accuracy: Double?
  public private(set) var balancedAccuracy: Double?

  init(_ model: FormulaModel, _ problem: SymbolicProblem) {
    let values = model.values(problem)
    rows = values.count
    rowsWithoutValue = values.count { !$0.isFinite }
    switch problem.target {
    case .numbers(let targets):
      let predictions = values.map { $0.isFinite ? $0 : model.fallback }
      guard
        let metrics = try? RegressionMetrics(targets: targets, predictions: predictions)
      else { return }
      (rmse, mae, r2) = (metrics.rootMeanSquareError, metrics.meanAbsoluteError, metrics.r2)
    case .classes(let labels, _, _):
      set(zip(model.losses(problem), labels).map { ($0 == 0, $1) })
    }
  }

  /// - Parameter isRight: For each row, with its class.
  init(classes isRight: [(Bool, Bool)], withoutValue: Int) {
    rows = isRight.count
    rowsWithoutValue = withoutValue
    set(isRight)
  }

  private mutating func set(_ rows: [(isRight: Bool, label: Bool)]) {
    guard !rows.isEmpty else { return }
    accuracy = Double(rows.count { $0.isRight }) / Double(rows.count)
    let shares = [true, false].compactMap { label -> Double? in
      let own = rows.filter { $0.label == label }
      return own.isEmpty ? nil : Double(own.count { $0.isRight }) / Double(own.count)
    }
    balancedAccuracy = shares.reduce(0, +) / Double(shares.count)
  }
}

extension FormulaModel {
  /// `T = 0.99986 * sqrt(a^3)`, or `perovskite where … > 1.2`.
  func text(_ problem: SymbolicProblem) -> String {
    let formula = formula.rounded()
    guard let rule, case .classes(_, let positive, _) = problem.target else {
      return "\(FormulaText.plain.name(problem.targetName)) = \(formula)"
    }
    let threshold = Formula.number(rule.threshold).rounded()
    return "\(positive) where \(formula) \(rule.isAbove ? ">" : "<") \(threshold)"
  }

  func latex(_ problem: SymbolicProblem) -> String {
    let formula = formula.rounded()
    guard let rule else {
      return "\(FormulaText.latex.name(problem.targetName)) = \(formula.latex)"
    }
    let threshold = Formula.number(rule.threshold).rounded()
    return "\(formula.latex) \(rule.isAbove ? ">" : "<") \(threshold.latex)"
  }

  /// Units of the coefficients, then of the constant. For classes the combination is a plain number.
  func coefficientUnits(_ problem: SymbolicProblem) -> [String] {
    let symbols = { (name: String) in problem.variables.first { $0.name == name }?.unit }
    let own = UnitSymbols(rule == nil ? problem.targetUnit : nil)
    // A single feature with its cut is a feature as it stands.
    if rule != nil, terms.count == 1 { return ["", ""] }
    return terms.map { term in
      own.times(UnitSymbols(of: term.formula, symbols).raised(-1)).text ?? ""
    } + [own.text ?? ""]
  }
}
