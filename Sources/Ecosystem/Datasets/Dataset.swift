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

    /// In ``Dataset/unit``; finite. Of classes, the place in ``Dataset/classes``.
    public let target: Double

    /// How much the row counts beside others, above 0.
    public let weight: Double

    /// Rows of one group are held out together, where a column names groups.
    public let group: String?

    public init(
      identifier: String, candidate: Candidate, target: Double, weight: Double = 1,
      group: String? = nil
    ) {
      self.identifier = identifier
      self.candidate = candidate
      self.target = target
      self.weight = weight
      self.group = group
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

  /// The labels that targets stand for, in ascending order; empty where targets are numbers.
  public let classes: [String]

  /// The methods by which targets were determined, where a column names them.
  public let fidelity: Fidelity?

  /// SHA-256 over names, candidates, targets and weights: equal data has equal hashes wherever it lies.
  /// How rows are held out (``groups``) is no part of it.
  public let contentHash: ContentHash

  /// - Throws: ``DatasetError`` when there is no row, a number is not finite, or a candidate has
  ///   another number of variables than there are names.
  public init(
    source: String, rows: [Row], targetName: String, unit: String? = nil,
    variableNames: [String] = [], classes: [String] = [], fidelity: Fidelity? = nil
  ) throws(DatasetError) {
    guard !rows.isEmpty else { throw .empty(source) }
    for row in rows {
      guard row.target.isFinite else {
        throw .notFinite(source, row: row.identifier, column: targetName)
      }
      guard row.weight.isFinite, row.weight > 0 else {
        throw .weight(source, row: row.identifier, row.weight)
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
    self.classes = classes
    self.fidelity = fidelity
    contentHash = Self.hash(rows, [targetName, unit ?? ""] + variableNames + classes)
  }

  public var candidates: [Candidate] { rows.map(\.candidate) }
  public var targets: [Double] { rows.map(\.target) }
  public var identifiers: [String] { rows.map(\.identifier) }

  /// One a row, or `nil` where all rows count alike.
  public var weights: [Double]? {
    rows.allSatisfy { $0.weight == 1 } ? nil : rows.map(\.weight)
  }

  /// Whether all targets are equal, so that there is nothing to learn.
  public var isConstant: Bool { rows.allSatisfy { $0.target == rows[0].target } }

  /// Keys of rows that are held out together: the groups of a column where there is one, else the
  /// compositions; see ``repeatedCompositions``.
  public var groups: [String]? {
    let named = rows.compactMap(\.group)
    return named.count == rows.count ? named : repeatedCompositions
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
    try replacing(places.map { rows[$0] })
  }

  /// The same columns with other rows.
  ///
  /// - Parameter rows: Not empty.
  func replacing(_ rows: [Row]) throws(DatasetError) -> Dataset {
    try Dataset(
      source: source, rows: rows, targetName: targetName, unit: unit,
      variableNames: variableNames, classes: classes, fidelity: fidelity)
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
      if let crystal = row.candidate.crystal {
        form += " \(ContentHash(of: StoredStructure.bytes(crystal)).hex)"
      }
      if row.weight != 1 { form += " *\(String(row.weight.bitPattern, radix: 16))" }
      form += "\n"
    }
    return ContentHash(of: form)
  }
}
