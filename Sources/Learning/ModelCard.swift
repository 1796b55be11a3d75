import DenseMath
public import Ecosystem
public import Matter

/// What a model was made from and how good it is: the part of a model file that people read.
public struct ModelCard: Codable, Hashable, Sendable {
  /// Name of the predicted property.
  public var target: String

  /// Unit of the property as the data gave it, `nil` where none was given.
  public var unit: String?

  /// Where the rows came from, for people: a file name.
  public var source: String
  public var rows: Int

  /// Mean of the training targets: the baseline that any model must beat. Of more than two classes
  /// the chance of each of them when nothing is known.
  public var targetMean: Double

  /// SHA-256 of the training rows, 64 hexadecimal digits.
  public var dataHash: String

  /// The column that held the formulas.
  public var formulaColumn: String

  /// Names of ``Candidate/variables`` in their order.
  public var variableNames: [String]

  /// Smallest and largest value of each variable in the training rows.
  public var variableRanges: [VariableRange]

  /// How many training rows hold each element, by symbol.
  public var elementRows: [String: Int]

  public var seed: UInt64

  /// Kind of the surrogate, for example `gp`.
  public var surrogate: String

  /// The recipe or settings of the training, as the caller wrote them.
  public var settings: String

  /// Versions of the programs that made the model, by name.
  public var versions: [String: String]

  /// Figures on held-out rows, next to those of the mean of the training rows. Of a model of classes
  /// those of the second class's chance, or with more than two of the leading class's.
  public var quality: TrainingQuality

  /// The classes that are told apart; `nil` of a model of numbers.
  public var classes: ClassCard?

  /// The methods that the training rows came from, the last variables of a candidate.
  public var fidelity: Dataset.Fidelity?

  /// How the rows of other methods helped to learn those of one; `nil` where none were asked.
  public var fidelities: FidelityReport?

  /// Whether the decimal logarithm of the target was learned: figures of ``quality`` and deviations
  /// are then in decades. `nil` means no.
  public var isLogarithmic: Bool?

  /// How many training rows were crystals; `nil` where all were formulas.
  public var crystalRows: Int?

  /// The column that held the crystals or named them; `nil` where there was none.
  public var structureColumn: String?

  public struct VariableRange: Codable, Hashable, Sendable {
    public var lowest: Double
    public var highest: Double

    public init(lowest: Double, highest: Double) {
      self.lowest = lowest
      self.highest = highest
    }
  }

  /// - Parameters:
  ///   - dataset: The training rows.
  ///   - formulaColumn: The column that held the formulas.
  ///   - quality: Measured on rows that were held out of training.
  public init(
    dataset: Dataset, formulaColumn: String, surrogate: String, settings: String, seed: UInt64,
    versions: [String: String], quality: TrainingQuality, classes: ClassCard? = nil,
    isLogarithmic: Bool? = nil
  ) {
    target = dataset.targetName
    unit = dataset.unit
    source = dataset.source
    rows = dataset.rows.count
    let count = dataset.classes.count
    targetMean = count > 2 ? 1 / Double(count) : Statistics.mean(dataset.targets)
    dataHash = dataset.contentHash.hex
    self.formulaColumn = formulaColumn
    variableNames = dataset.variableNames
    variableRanges = dataset.variableNames.indices.map { place in
      let values = dataset.rows.map { $0.candidate.variables[place] }
      // A dataset has at least one row.
      return VariableRange(lowest: values.min() ?? 0, highest: values.max() ?? 0)
    }
    elementRows = [:]
    for row in dataset.rows {
      for element in row.candidate.composition.elements {
        elementRows[element.symbol, default: 0] += 1
      }
    }
    self.surrogate = surrogate
    self.settings = settings
    self.seed = seed
    self.versions = versions
    self.quality = quality
    self.classes = classes
    fidelity = dataset.fidelity
    self.isLogarithmic = isLogarithmic
    let crystals = dataset.rows.count { $0.candidate.crystal != nil }
    crystalRows = crystals > 0 ? crystals : nil
  }

  /// What the surrogate's numbers are: the target, its logarithm, or a chance.
  public var learnedName: String {
    if let classes {
      return classes.labels.count == 2
        ? "chance of \(target) = \(classes.labels[1])" : "chance of the leading class of \(target)"
    }
    return isLogarithmic ?? false ? "log10 \(target)" : target
  }

  /// The unit of the surrogate's numbers.
  public var learnedUnit: String? {
    classes == nil && !(isLogarithmic ?? false) ? unit : nil
  }

  /// The elements that the training rows held, in order of atomic number.
  public var elements: [Element] {
    elementRows.keys.compactMap(Element.init(symbol:)).sorted()
  }

  /// How much of a candidate the training rows knew, 0 to 1: the share of its atoms whose elements
  /// occurred in them, times the share of its variables that lie inside their range.
  ///
  /// 1 does not promise a good prediction; below 1 the model extrapolates.
  public func inDomainScore(of candidate: Candidate) -> Double {
    let known = zip(candidate.composition.elements, candidate.composition.fractions)
      .filter { elementRows[$0.0.symbol] != nil }
    // Exactly 1 when all are known, whatever the rounding of the fractions.
    let isWhole = known.count == candidate.composition.elements.count
    let atoms = isWhole ? 1 : known.reduce(0) { $0 + $1.1 }
    guard !variableRanges.isEmpty else { return atoms }
    let inside = zip(candidate.variables, variableRanges)
      .filter { $0 >= $1.lowest && $0 <= $1.highest }.count
    return atoms * Double(inside) / Double(variableRanges.count)
  }
}
