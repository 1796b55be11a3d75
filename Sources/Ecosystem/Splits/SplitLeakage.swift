import Matter

/// How much of what a split tests has been seen in training.
public struct SplitLeakage: Codable, Hashable, Sendable {
  /// The share of atoms that may be exchanged between near compositions.
  public let tolerance: Double

  /// Over the test rows of all folds.
  public let overall: Figures
  public let folds: [Figures]

  public struct Figures: Codable, Hashable, Sendable {
    /// `nil` for all folds together.
    public let fold: Int?
    public let name: String?
    public let testRows: Int
    public let trainingRows: Int

    /// Share of test rows whose stoichiometry occurs in training.
    public let sameComposition: Double

    /// Share of test rows with a composition within the tolerance in training, the same included.
    public let nearComposition: Double

    /// Share of test rows whose set of elements occurs in training.
    public let sameChemicalSystem: Double

    /// Share of the test rows with a crystal whose crystal occurs in training; `nil` where no row has
    /// a crystal.
    public let sameCrystal: Double?
  }

  /// - Parameters:
  ///   - crystalKeys: Equal for equal crystals, one for each row, `nil` for one without: see
  ///     ``CrystalRows/identities(threads:)``.
  ///   - tolerance: Share of atoms, greater than 0 and below 1.
  /// - Throws: ``SplitError/otherRows(expected:found:)`` when the split belongs to other rows.
  public init(
    _ split: Split, rows: SplitRows, crystalKeys: [String?]? = nil, tolerance: Double = 0.02
  ) throws(SplitError) {
    try split.verify(rows)
    self.tolerance = tolerance
    let seen = Seen(split)
    let exact = seen.flags(keys: rows.compositions.map(CompositionKey.init))
    let systems = seen.flags(keys: rows.chemicalSystems)
    // Rows without a crystal are left out of its share.
    let crystals = crystalKeys.map { keys in
      (flags: seen.flags(keys: keys), isKnown: keys.map { $0 != nil })
    }
    let index = CompositionIndex(rows.compositions, tolerance: tolerance)
    let near = split.folds.indices.map { row in
      guard let fold = split.folds[row] else { return false }
      return exact[row]
        || index.hasNeighbor(of: row) { seen.trains(split.folds[$0], for: fold) }
    }
    func figures(_ fold: Int?) -> Figures {
      let tested = split.folds.indices.filter { row in
        split.folds[row].map { fold == nil || $0 == fold } ?? false
      }
      func share(_ flags: [Bool]) -> Double {
        Double(tested.count { flags[$0] }) / Double(max(tested.count, 1))
      }
      return Figures(
        fold: fold, name: fold.flatMap { split.foldNames?[$0] }, testRows: tested.count,
        trainingRows: fold.map { split.training($0).count } ?? split.rowCount,
        sameComposition: share(exact), nearComposition: share(near),
        sameChemicalSystem: share(systems),
        sameCrystal: crystals.flatMap { crystals in
          let known = tested.filter { crystals.isKnown[$0] }
          guard !known.isEmpty else { return nil }
          return Double(known.count { crystals.flags[$0] }) / Double(known.count)
        })
    }
    overall = figures(nil)
    folds = (0..<split.foldCount).map { figures($0) }
  }

  /// Which rows of a split are trained on for a fold.
  private struct Seen {
    let split: Split
    private let isByTime: Bool

    init(_ split: Split) {
      self.split = split
      isByTime = split.recipe.kind == .time
    }

    func trains(_ other: Int?, for fold: Int) -> Bool {
      guard let other else { return true }
      return isByTime ? other < fold : other != fold
    }

    /// For each row whether it is tested and another row of its key is trained on then.
    func flags<Key: Hashable>(keys: [Key]) -> [Bool] {
      var folds: [Key: Set<Int?>] = [:]
      for (row, key) in keys.enumerated() { folds[key, default: []].insert(split.folds[row]) }
      return keys.enumerated().map { row, key in
        guard let fold = split.folds[row] else { return false }
        return folds[key]?.contains { trains($0, for: fold) } ?? false
      }
    }
  }
}
