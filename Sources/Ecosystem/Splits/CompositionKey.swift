public import Matter

/// The name of a stoichiometry: compositions with the same fractions have equal keys, whatever the
/// size of the formula unit and however its amounts are written (`Fe2O3`, `Fe4O6`, `Fe0.4O0.6`).
public struct CompositionKey: Hashable, Sendable {
  /// Atomic numbers and fractions, one after the other, the fractions to about 1.4e-6.
  private let numbers: [Int32]

  public init(_ composition: Composition) {
    // Steps of an irrational width: no fraction of whole numbers falls on a border, where rounding
    // errors would decide.
    let steps = 1_000_000 / 2.0.squareRoot()
    numbers = zip(composition.elements, composition.fractions).flatMap { element, fraction in
      [Int32(element.atomicNumber), Int32((fraction * steps + 0.31).rounded(.down))]
    }
  }
}

extension Composition {
  /// The share of atoms to exchange to turn one composition into the other, 0 to 1: half the sum of
  /// the differences of their fractions.
  public func exchangedShare(to other: Composition) -> Double {
    FractionList(self).distance(to: FractionList(other))
  }
}

/// Fractions ready for many comparisons.
struct FractionList: Sendable {
  let numbers: [Int]
  let fractions: [Double]

  init(_ composition: Composition) {
    numbers = composition.elements.map(\.atomicNumber)
    fractions = composition.fractions
  }

  func distance(to other: FractionList) -> Double {
    var (i, j, sum) = (0, 0, 0.0)
    while i < numbers.count, j < other.numbers.count {
      if numbers[i] == other.numbers[j] {
        sum += abs(fractions[i] - other.fractions[j])
        i += 1
        j += 1
      } else if numbers[i] < other.numbers[j] {
        sum += fractions[i]
        i += 1
      } else {
        sum += other.fractions[j]
        j += 1
      }
    }
    while i < numbers.count {
      sum += fractions[i]
      i += 1
    }
    while j < other.numbers.count {
      sum += other.fractions[j]
      j += 1
    }
    return sum / 2
  }
}
