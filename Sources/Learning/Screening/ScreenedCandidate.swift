import Ecosystem
public import Matter

/// One row of what is screened, as it was read.
public struct ScreeningRow: Hashable, Sendable {
  /// The formula as written.
  public let formula: String

  /// Where it stands, for people: the line of a file.
  public let line: Int

  public let variables: [Double]

  /// What the row is called, where it has a name of its own.
  public let name: String?

  /// What was read already, without variables, or why it cannot be used; `nil` to read the formula.
  public let material: Result<Candidate, Refusal>?

  /// A reason, in a sentence.
  public struct Refusal: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) {
      self.reason = reason
    }
  }

  public init(
    formula: String, line: Int, variables: [Double] = [], name: String? = nil,
    material: Result<Candidate, Refusal>? = nil
  ) {
    self.formula = formula
    self.line = line
    self.variables = variables
    self.name = name
    self.material = material
  }
}

/// A row that was wanted.
public struct ScreenedCandidate: Hashable, Sendable {
  public let row: ScreeningRow

  /// How many rows came before it.
  public let place: Int
  public let candidate: Candidate

  /// Equal for candidates of which one is enough.
  let key: ProportionKey
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

/// Two compositions of the same proportions have equal keys; of crystals, those of the same content
/// (see `MaterialIdentity`).
public struct ProportionKey: Hashable, Sendable {
  private let elements: [Element]
  /// Atomic fractions in steps of 10⁻⁹, so that `Li0.1Co0.2` and `LiCo2` are one.
  private let shares: [Int]
  private let variables: [Double]
  private let crystal: ContentKey?

  public init(_ composition: Composition, variables: [Double] = []) {
    elements = composition.elements
    shares = composition.fractions.map { Int(($0 * 1e9).rounded()) }
    self.variables = variables
    crystal = nil
  }

  /// Of a candidate with its variables.
  public init(_ candidate: Candidate) {
    elements = candidate.composition.elements
    shares = candidate.composition.fractions.map { Int(($0 * 1e9).rounded()) }
    variables = candidate.variables
    crystal = candidate.crystal.flatMap { try? MaterialIdentity($0).key }
  }
}
