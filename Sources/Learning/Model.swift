import Foundation
public import Matter

/// A trained surrogate with its calibration and card: what `train` makes and `predict` uses.
public struct Model: Sendable {
  public let surrogate: any StorableSurrogate
  public let calibration: Calibration
  public let card: ModelCard

  /// What new materials are compared with; `nil` for older model files.
  public let training: TrainingRows?

  public init(
    surrogate: any StorableSurrogate, calibration: Calibration, card: ModelCard,
    training: TrainingRows? = nil
  ) {
    self.surrogate = surrogate
    self.calibration = calibration
    self.card = card
    self.training = training
  }

  /// The surrogates that a model file can hold, by ``StorableSurrogate/kind``.
  public static let kinds: [String: any StorableSurrogate.Type] = [
    GaussianProcessSurrogate.kind: GaussianProcessSurrogate.self,
    NeighborProcessSurrogate.kind: NeighborProcessSurrogate.self,
    DeepEnsemble.kind: DeepEnsemble.self,
    ForestSurrogate.kind: ForestSurrogate.self,
    BoostedSurrogate.kind: BoostedSurrogate.self, Stack.kind: Stack.self,
    OneVersusRest.kind: OneVersusRest.self, HybridSurrogate.kind: HybridSurrogate.self,
    JointFidelityProcess.kind: JointFidelityProcess.self,
    RecursiveFidelityProcess.kind: RecursiveFidelityProcess.self,
    LowerValueSurrogate.kind: LowerValueSurrogate.self, FidelityStack.kind: FidelityStack.self,
  ]

  /// - Throws: ``ModelFileError``, ``FileError``.
  public init(contentsOf path: String) throws {
    try self.init(file: ModelFile(contentsOf: path), name: path)
  }

  /// - Parameter name: The file's name, for errors.
  /// - Throws: ``ModelFileError`` for an unknown kind or a state that does not fit together.
  public init(file: ModelFile, name: String) throws {
    guard let kind = Model.kinds[file.state.kind] else {
      throw ModelFileError(name, .unknownKind(file.state.kind))
    }
    do {
      surrogate = try kind.init(state: file.state)
    } catch {
      throw ModelFileError(name, .invalidState("\(error)"))
    }
    calibration = file.calibration
    card = file.card
    training = file.training
  }

  /// What a model file stores of the model.
  public func file() throws -> ModelFile {
    ModelFile(
      card: card, calibration: calibration, state: try surrogate.state(), training: training)
  }

  /// Writes the model to a file, whole or not at all.
  public func write(to path: String) throws {
    try file().write(to: path)
  }

  /// Whether candidates without a crystal cannot be predicted.
  public var needsCrystals: Bool {
    (surrogate as? any CrystalSurrogate)?.needsCrystals ?? false
  }

  /// Whether what the model says of a material may depend on more than its formula, or was judged on
  /// crystals.
  public var readsCrystals: Bool {
    card.crystalRows ?? 0 > 0 || (surrogate as? any CrystalSurrogate)?.readsCrystals ?? false
  }

  /// Predicts the property of each candidate, in their order. Where a candidate holds an element that
  /// no training row had, its interval is wider (``ModelCard/widening(for:)``).
  ///
  /// - Parameters:
  ///   - coverage: Probability with which a new measurement lies in the interval.
  ///   - asLearned: Whether the logarithms of a model that learned logarithms are left as they are.
  /// - Throws: ``ModelInputError`` when a candidate has other variables than the training rows; what
  ///   the surrogate throws.
  public func predict(
    _ candidates: [Candidate], coverage: Double = 0.9, asLearned: Bool = false
  ) throws -> [ModelPrediction] {
    for (place, candidate) in candidates.enumerated() {
      guard candidate.variables.count == card.variableNames.count else {
        throw ModelInputError.variables(
          row: place, found: candidate.variables.count, expected: card.variableNames)
      }
    }
    if needsCrystals, let place = candidates.firstIndex(where: { $0.crystal == nil }) {
      throw ModelInputError.noCrystal(row: place)
    }
    let predictions = try surrogate.predict(candidates)
    // Groups are few, candidates may be a million.
    var multipliers: [String: Double] = [:]
    return zip(candidates, predictions).map { candidate, prediction in
      let widening = card.widening(for: candidate)
      let group = Calibration.group(of: candidate)
      let factor =
        multipliers[group] ?? calibration.multiplier(coverage: coverage, group: group)
      multipliers[group] = factor
      let interval = calibration.interval(for: prediction, multiplier: widening * factor)
      let deviation = calibration.deviation(of: prediction)
      return ModelPrediction(
        mean: prediction.mean, lowerBound: interval.lowerBound, upperBound: interval.upperBound,
        coverage: coverage, calibratedDeviation: widening * deviation,
        standardDeviation: prediction.standardDeviation,
        epistemicDeviation: prediction.epistemicVariance.squareRoot(),
        inDomainScore: card.inDomainScore(of: candidate), widening: widening
      ).raised(if: !asLearned && card.isLogarithmic ?? false)
    }
  }

  /// The chances of the card's classes, `[candidate][class]`; each row sums to 1.
  ///
  /// - Throws: As ``predict(_:coverage:)``.
  public func chances(_ candidates: [Candidate]) throws -> [[Double]] {
    precondition(card.classes != nil, "a model of numbers knows no classes")
    if let many = surrogate as? OneVersusRest { return try many.chances(candidates) }
    return try surrogate.predict(candidates).map { OneVersusRest.chances([$0.chance]) }
  }
}

/// What a model says about one candidate, in the unit of the target.
public struct ModelPrediction: Hashable, Codable, Sendable {
  public var mean: Double

  /// The calibrated interval for a new measurement.
  public var lowerBound: Double
  public var upperBound: Double

  /// The probability that the interval was calibrated for.
  public var coverage: Double

  /// Standard deviation of a new measurement after ``Calibration/recalibration``, widened like the
  /// interval.
  public var calibratedDeviation: Double

  /// Predicted standard deviation of a new measurement, before calibration.
  public var standardDeviation: Double

  /// The part of ``standardDeviation`` that more data would remove.
  public var epistemicDeviation: Double

  /// ``ModelCard/inDomainScore(of:)``: below 1 the model extrapolates.
  public var inDomainScore: Double

  /// The factor by which the interval is wider than its calibration asks for: more than 1 where the
  /// material holds an element that no training row had.
  public var widening: Double

  /// From decimal logarithms to the property: the mean becomes the median, the deviations stay in
  /// decades.
  func raised(if isLogarithmic: Bool) -> ModelPrediction {
    guard isLogarithmic else { return self }
    var result = self
    result.mean = pow(10, mean)
    result.lowerBound = pow(10, lowerBound)
    result.upperBound = pow(10, upperBound)
    return result
  }
}

/// Why a model cannot predict what it was given.
public enum ModelInputError: Error, Hashable, Sendable {
  /// - Parameter row: From 0.
  case variables(row: Int, found: Int, expected: [String])
  /// - Parameter row: From 0.
  case noCrystal(row: Int)
}

extension ModelInputError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .variables(let row, let found, let expected):
      "Row \(row + 1) has \(found) variables; the model was trained with \(expected.count)"
        + (expected.isEmpty
          ? "." : ": \(expected.joined(separator: ", ")). Give a table with these columns.")
    case .noCrystal(let row):
      "Row \(row + 1) has no structure, which the model needs: give files of structures, or a table "
        + "with a column of them."
    }
  }
}
