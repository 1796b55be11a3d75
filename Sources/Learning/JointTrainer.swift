public import Ecosystem
public import Matter

/// Learns a property in networks that answer other properties of the same materials as well: a
/// property of few values gains from related ones of many.
///
/// Of a training row the other values are learned too. Rows without the property itself are learned
/// from, unless some row of their composition has it: that one may be held out. So nothing that is
/// known of a held-out material, whichever property, is seen in training.
public struct JointTrainer: WeightedTrainer {
  private let ensemble: DeepEnsembleTrainer
  private let companions: Int
  /// The other properties of each candidate; NaN is missing.
  private let known: [Candidate: [Double]]
  private let extras: [Candidate]

  /// - Parameters:
  ///   - dataset: The rows of the property that predictions are of.
  ///   - others: Of each other property, with the same variables.
  public init(_ ensemble: DeepEnsembleTrainer, of dataset: Dataset, beside others: [Dataset]) {
    precondition(
      others.allSatisfy { $0.variableNames == dataset.variableNames && $0.classes.isEmpty },
      "the datasets differ in their variables, or are of classes")
    self.ensemble = ensemble
    companions = others.count
    var known: [Candidate: [Double]] = [:]
    for (place, other) in others.enumerated() {
      for (candidate, rows) in Dictionary(grouping: other.rows, by: \.candidate) {
        known[candidate, default: others.map { _ in .nan }][place] =
          rows.reduce(0) { $0 + $1.target } / Double(rows.count)
      }
    }
    self.known = known
    let own = Set(dataset.candidates.map(\.composition.reducedFormula))
    var seen: Set<Candidate> = []
    extras = others.flatMap(\.candidates).filter {
      !own.contains($0.composition.reducedFormula) && seen.insert($0).inserted
    }
  }

  public func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    let rows = candidates + extras
    let others = (0..<companions).map { place in rows.map { known[$0]?[place] ?? .nan } }
    // What does not vary among these rows is no help.
    let varying = others.filter { column in
      let values = column.filter { !$0.isNaN }
      return values.contains { $0 != values[0] }
    }
    return try ensemble.fit(
      candidates: rows, targets: [targets + extras.map { _ in .nan }] + varying,
      weights: weights.map { $0 + extras.map { _ in 1 } }, seed: seed
    ).answering(0)
  }
}
