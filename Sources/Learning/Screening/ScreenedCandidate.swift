public import Matter

/// One row of what is screened, as it was read.
public struct ScreeningRow: Hashable, Sendable {
  /// The formula as written.
  public let formula: String

  /// Where it stands, for people: the line of a file.
  public let line: Int

  public let variables: [Double]

  public init(formula: String, line: Int, variables: [Double] = []) {
    self.formula = formula
    self.line = line
    self.variables = variables
  }
}

/// A row that was wanted.
public struct ScreenedCandidate: Hashable, Sendable {
  public let row: ScreeningRow

  /// How many rows came before it.
  public let place: Int
  public let candidate: Candidate
  public let prediction: ModelPrediction

  /// ``ScreeningGoal/score(_:)``: higher is better.
  public let score: Double
}

/// A row without a prediction, and why.
public struct ScreeningRefusal: Hashable, Sendable {
  public let row: ScreeningRow

  /// How many rows came before it.
  public let place: Int
  public let reason: String
}

/// Two compositions of the same proportions have equal keys.
public struct ProportionKey: Hashable, Sendable {
  private let elements: [Element]
  /// Atomic fractions in steps of 10⁻⁹, so that `Li0.1Co0.2` and `LiCo2` are one.
  private let shares: [Int]
  private let variables: [Double]

  public init(_ composition: Composition, variables: [Double] = []) {
    elements = composition.elements
    shares = composition.fractions.map { Int(($0 * 1e9).rounded()) }
    self.variables = variables
  }
}
