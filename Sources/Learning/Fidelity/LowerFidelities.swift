public import Ecosystem
public import Matter

/// What other methods say of the property that is learned: rows from which a surrogate of one method, the
/// dear one, learns beside its own.
///
/// A material's own group of rows (``Dataset/groups``) is held out together, and what other methods say of
/// it with it, unless these values are known of every material that will be asked about.
public struct LowerFidelities: Sendable {
  /// The rows of one method.
  public struct Level: Sendable {
    public let name: String
    public let candidates: [Candidate]
    public let targets: [Double]
    /// One a row, or `nil` where all count alike.
    public let weights: [Double]?

    public init(
      _ name: String, candidates: [Candidate], targets: [Double], weights: [Double]? = nil
    ) {
      precondition(
        candidates.count == targets.count && weights?.count ?? targets.count == targets.count,
        "\(candidates.count) candidates, but \(targets.count) targets")
      self.name = name
      self.candidates = candidates
      self.targets = targets
      self.weights = weights
    }

    /// The rows at some places.
    func rows(_ places: [Int]) -> Level {
      Level(
        name, candidates: places.map { candidates[$0] }, targets: places.map { targets[$0] },
        weights: weights.map { weights in places.map { weights[$0] } })
    }
  }

  /// The method that is learned.
  public let method: String

  /// The cheapest first.
  public let levels: [Level]

  /// Whether values of these methods are known of a material before the dear one is asked for: they then
  /// stay where its own value is held out.
  public let areKnown: Bool

  /// Materials with a value of the method that is learned.
  private let judged: Set<String>

  /// - Parameters:
  ///   - levels: The cheapest first.
  ///   - method: What is learned.
  ///   - top: The candidates of all rows of the method that is learned.
  ///   - areKnown: See ``areKnown``.
  public init(
    _ levels: [Level], below method: String, of top: [Candidate], areKnown: Bool = false
  ) {
    self.method = method
    self.levels = levels
    self.areKnown = areKnown
    judged = Set(top.map(Self.key))
  }

  /// The levels that these rows may be learned together with: without the materials whose own value is
  /// held out, and without levels of which nothing is left.
  ///
  /// - Parameter candidates: Of the training rows of the method that is learned.
  func levels(beside candidates: [Candidate]) -> [Level] {
    guard !areKnown else { return levels }
    let own = Set(candidates.map(Self.key))
    return levels.compactMap { level in
      let kept = level.candidates.indices.filter { row in
        let key = Self.key(level.candidates[row])
        return own.contains(key) || !judged.contains(key)
      }
      return kept.isEmpty ? nil : level.rows(kept)
    }
  }

  /// What rows are held out together by: the composition, or the conditions where there is none.
  static func key(_ candidate: Candidate) -> String {
    candidate.hasMaterial ? candidate.composition.reducedFormula : "\(candidate.variables)"
  }
}

extension LowerFidelities {
  /// - Parameters:
  ///   - lower: As ``Dataset/ladder(to:)`` has them.
  ///   - method: What is learned.
  ///   - top: Its rows.
  public init(
    _ lower: [(level: String, rows: Dataset)], below method: String, of top: Dataset,
    areKnown: Bool = false
  ) {
    self.init(
      lower.map {
        Level(
          $0.level, candidates: $0.rows.candidates, targets: $0.rows.targets,
          weights: $0.rows.weights)
      }, below: method, of: top.candidates, areKnown: areKnown)
  }
}
