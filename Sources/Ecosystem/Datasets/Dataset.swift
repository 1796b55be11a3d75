public import Matter

/// An ordered, hashed view of records: what a model is trained on, or a campaign replays.
///
/// Rows keep the order of their source. The same candidate may occur in several rows, with equal or
/// different targets: repeated measurements are data.
public struct Dataset: Hashable, Sendable {
  /// One row.
  public struct Row: Hashable, Sendable {
    /// From the source's identifier column, or `row 1`, `row 2`, …
    public let identifier: String
    public let candidate: Candidate

    /// In ``Dataset/unit``; finite.
    public let target: Double

    public init(identifier: String, candidate: Candidate, target: Double) {
      self.identifier = identifier
      self.candidate = candidate
      self.target = target
    }
  }

  /// Where the rows come from, for people: a file name.
  public let source: String
  public let rows: [Row]
  public let targetName: String

  /// As printed, `nil` when nothing is known of it.
  public let unit: String?

  /// What the numbers of ``Candidate/variables`` are, in their order.
  public let variableNames: [String]

  /// SHA-256 over everything but ``source``: equal data has equal hashes wherever it lies.
  public let contentHash: ContentHash

  /// - Throws: ``DatasetError`` when there is no row, a number is not finite, or a candidate has
  ///   another number of variables than there are names.
  public init(
    source: String, rows: [Row], targetName: String, unit: String? = nil,
    variableNames: [String] = []
  ) throws(DatasetError) {
    guard !rows.isEmpty else { throw .empty(source) }
    for row in rows {
      guard row.target.isFinite else {
        throw .notFinite(source, row: row.identifier, column: targetName)
      }
      guard row.candidate.variables.count == variableNames.count else {
        throw .variables(
          source, row: row.identifier, expected: variableNames.count,
          found: row.candidate.variables.count)
      }
      for (name, value) in zip(variableNames, row.candidate.variables) where !value.isFinite {
        throw .notFinite(source, row: row.identifier, column: name)
      }
    }
    self.source = source
    self.rows = rows
    self.targetName = targetName
    self.unit = unit
    self.variableNames = variableNames
    contentHash = Self.hash(rows, [targetName, unit ?? ""] + variableNames)
  }

  public var candidates: [Candidate] { rows.map(\.candidate) }
  public var targets: [Double] { rows.map(\.target) }
  public var identifiers: [String] { rows.map(\.identifier) }

  /// Whether all targets are equal, so that there is nothing to learn.
  public var isConstant: Bool { rows.allSatisfy { $0.target == rows[0].target } }

  /// Candidates that occur more than once with different targets, in order of first occurrence.
  public var contradictions: [Candidate] {
    var targets: [Candidate: Set<Double>] = [:]
    for row in rows { targets[row.candidate, default: []].insert(row.target) }
    var seen: Set<Candidate> = []
    return candidates.filter { (targets[$0]?.count ?? 0) > 1 && seen.insert($0).inserted }
  }

  /// Keys that hold rows of the same composition together, one for each row; `nil` where no
  /// composition repeats, or where there are too few different ones to hold some out.
  ///
  /// Rows of one composition that stand on both sides of a split make a model look better than it
  /// is on new compositions.
  public var repeatedCompositions: [String]? {
    let keys = candidates.map(\.composition.reducedFormula)
    let different = Set(keys).count
    return different < keys.count && different >= 5 ? keys : nil
  }

  /// A dataset of some rows, in the order given.
  ///
  /// - Parameter places: Places in ``rows``; not empty.
  public func subset(_ places: [Int]) throws(DatasetError) -> Dataset {
    try Dataset(
      source: source, rows: places.map { rows[$0] }, targetName: targetName, unit: unit,
      variableNames: variableNames)
  }

  /// Numbers enter by their bits and texts by their length, so that no two datasets share a form.
  private static func hash(_ rows: [Row], _ names: [String]) -> ContentHash {
    var form = names.map { "\($0.utf8.count):\($0)\n" }.joined()
    for row in rows {
      form += "\(row.identifier.utf8.count):\(row.identifier)"
      let composition = row.candidate.composition
      for (element, amount) in zip(composition.elements, composition.amounts) {
        form += " \(element.symbol)=\(String(amount.bitPattern, radix: 16))"
      }
      for value in row.candidate.variables + [row.target] {
        form += " \(String(value.bitPattern, radix: 16))"
      }
      form += "\n"
    }
    return ContentHash(of: form)
  }
}
