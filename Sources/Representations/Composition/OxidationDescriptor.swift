internal import Matter

/// What the likeliest oxidation states say: their spread, and how unlike anions and cations are.
///
/// Statistics of ``OxidationGuess``, weighted by atomic fraction. Where there is no guess, the first
/// column is 0 and the others are NaN; a single element has states of 0 and neither anions nor
/// cations, whose columns are NaN then.
///
/// - `std_dev oxidation state`: over all atoms, of the population;
/// - `mean absolute oxidation state`: charge moved per atom, twice over;
/// - `mixed valence`: 1 where the mean state of an element is not whole;
/// - `… EN difference`: of each element with a positive state, the electronegativity of the mean
///   anion less its own; matminer's `ElectronegativityDiff`.
public struct OxidationDescriptor: RowDescriptor {
  public let name = "oxidation"
  public let version = 1
  public let columns = [
    "oxidation guess exists", "minimum oxidation state", "maximum oxidation state",
    "range oxidation state", "std_dev oxidation state", "mean absolute oxidation state",
    "mean cation oxidation state", "mean anion oxidation state", "cation fraction",
    "oxidation log-likelihood", "mixed valence", "minimum EN difference",
    "maximum EN difference", "range EN difference", "mean EN difference", "std_dev EN difference",
  ]

  private static let electronegativities = Element.all.map { $0.electronegativity ?? .nan }
  private static let tableHash: UInt64 = {
    var hash = StableHash()
    hash.add(OxidationCosts.shared.tableHash)
    hash.add(electronegativities)
    return hash.value
  }()

  public var constantsHash: UInt64 { Self.tableHash }

  public init() {}

  func append(_ composition: Composition, to values: inout [Double]) {
    guard let guess = OxidationGuess(composition) else {
      values.append(0)
      for _ in 1..<columns.count { values.append(.nan) }
      return
    }
    let fractions = composition.fractions
    let states = WeightedSample(guess.states, weights: fractions)
    let cations = WeightedSample(zip(guess.states, fractions).filter { $0.0 > 0 })
    let anions = WeightedSample(zip(guess.states, fractions).filter { $0.0 < 0 })
    values.append(contentsOf: [
      1, states.minimum, states.maximum, states.maximum - states.minimum, states.deviation,
      zip(guess.states, fractions).reduce(0) { $0 + abs($1.0) * $1.1 },
      cations.mean, anions.mean, cations.weight, guess.logLikelihood,
      guess.states.contains { abs($0 - $0.rounded()) > 1e-6 } ? 1 : 0,
    ])
    let differences = differences(composition, guess, fractions)
    values.append(contentsOf: [
      differences.minimum, differences.maximum, differences.maximum - differences.minimum,
      differences.mean, differences.deviation,
    ])
  }

  private func differences(
    _ composition: Composition, _ guess: OxidationGuess, _ fractions: [Double]
  ) -> WeightedSample {
    let own = composition.elements.map { Self.electronegativities[$0.atomicNumber - 1] }
    let anion = WeightedSample(
      guess.states.indices.filter { guess.states[$0] < 0 }.map { (own[$0], fractions[$0]) })
    return WeightedSample(
      guess.states.indices.filter { guess.states[$0] > 0 }.map {
        (anion.mean - own[$0], fractions[$0])
      })
  }
}

/// Moments of values with weights; NaN where there are no values.
struct WeightedSample {
  private(set) var minimum = Double.nan
  private(set) var maximum = Double.nan
  private(set) var mean = Double.nan
  private(set) var weight = 0.0

  /// The weighted standard deviation of the population.
  private(set) var deviation = Double.nan

  init(_ values: [Double], weights: [Double]) {
    self.init(Array(zip(values, weights)))
  }

  init(_ items: [(value: Double, weight: Double)]) {
    guard !items.isEmpty else { return }
    for (value, weight) in items {
      minimum = minimum <= value ? minimum : value
      maximum = maximum >= value ? maximum : value
      self.weight += weight
    }
    let sum = weight
    let center = items.reduce(0) { $0 + $1.weight * $1.value } / sum
    let square = items.reduce(0) {
      $0 + $1.weight * ($1.value - center) * ($1.value - center)
    }
    mean = center
    deviation = (square / sum).squareRoot()
    if center.isNaN { (minimum, maximum) = (.nan, .nan) }
  }
}
