/// Which rows test and which train: a named object that stands for itself in a file.
///
/// A split belongs to the rows it was made for (their order, names and compositions, by hash), and
/// carries a hash of its own: whoever has the file knows that both are unchanged.
public struct Split: Hashable, Sendable {
  /// For people: `random, 5 folds`.
  public let name: String

  /// How it was made; the same recipe makes the same split of the same rows.
  public let recipe: SplitRecipe

  /// ``Dataset/rowsHash`` of the rows.
  public let rowsHash: String

  /// The fold in which each row is tested, from 0; `nil` for rows that only train.
  public let folds: [Int?]

  /// What each fold is: an element, a cluster, a group of time; `nil` where they are all alike.
  public let foldNames: [String]?

  public let foldCount: Int

  /// SHA-256 over everything above.
  public let contentHash: String

  /// - Throws: ``SplitError`` when a fold has no row, or a row a fold that there is not.
  public init(
    name: String, recipe: SplitRecipe, rowsHash: String, folds: [Int?],
    foldNames: [String]? = nil
  ) throws(SplitError) {
    guard let last = folds.compactMap({ $0 }).max() else { throw .noTestRows }
    guard last < folds.count else { throw .invalidFold(last) }
    let count = last + 1
    guard count >= 1 else { throw .invalidFold(last) }
    var sizes = [Int](repeating: 0, count: count)
    for fold in folds.compactMap({ $0 }) {
      guard fold >= 0 else { throw .invalidFold(fold) }
      sizes[fold] += 1
    }
    if let empty = sizes.firstIndex(of: 0) { throw .emptyFold(empty) }
    guard foldNames.map({ $0.count == count }) ?? true else {
      throw .invalidFold(foldNames?.count ?? 0)
    }
    self.name = name
    self.recipe = recipe
    self.rowsHash = rowsHash
    self.folds = folds
    self.foldNames = foldNames
    foldCount = count
    contentHash = Self.hash(name, recipe, rowsHash, folds, foldNames)
    // Later periods train on the earlier ones, all other folds on each other.
    let trainsAll = recipe.kind == .time ? folds.contains(nil) : sizes[0] < folds.count
    guard trainsAll else { throw .noTrainingRows(0) }
  }

  public var rowCount: Int { folds.count }

  /// The rows that a fold tests, ascending.
  public func test(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// The rows that a fold trains on, ascending: all others, or in splits by time all earlier ones.
  public func training(_ fold: Int) -> [Int] {
    guard recipe.kind == .time else { return folds.indices.filter { folds[$0] != fold } }
    return folds.indices.filter { folds[$0].map { $0 < fold } ?? true }
  }

  /// Checks that the split belongs to these rows.
  ///
  /// - Throws: ``SplitError/otherRows(expected:found:)``.
  public func verify(_ rows: SplitRows) throws(SplitError) {
    guard rows.hash.hex == rowsHash, rows.count == rowCount else {
      throw .otherRows(expected: rowCount, found: rows.count)
    }
  }

  public func verify(_ dataset: Dataset) throws(SplitError) {
    try verify(SplitRows(dataset))
  }

  private static func hash(
    _ name: String, _ recipe: SplitRecipe, _ rows: String, _ folds: [Int?], _ names: [String]?
  ) -> String {
    var form = ""
    for text in [name, recipe.canonicalText, rows] + (names ?? []) {
      form += "\(text.utf8.count):\(text)\n"
    }
    form += folds.map { $0.map(String.init) ?? "-" }.joined(separator: " ")
    return ContentHash(of: form).hex
  }
}

/// As JSON, `null` for rows that only train; a file whose hash does not fit is refused.
extension Split: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, name, recipe, rowsHash, folds, foldNames, contentHash
  }

  private static let format = "athanor-split-1"

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let format = try container.decode(String.self, forKey: .format)
    guard format == Self.format else { throw SplitError.otherFormat(format) }
    try self.init(
      name: container.decode(String.self, forKey: .name),
      recipe: container.decode(SplitRecipe.self, forKey: .recipe),
      rowsHash: container.decode(String.self, forKey: .rowsHash),
      folds: container.decode([Int?].self, forKey: .folds),
      foldNames: container.decodeIfPresent([String].self, forKey: .foldNames))
    guard try container.decode(String.self, forKey: .contentHash) == contentHash else {
      throw SplitError.damaged
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(name, forKey: .name)
    try container.encode(recipe, forKey: .recipe)
    try container.encode(rowsHash, forKey: .rowsHash)
    try container.encode(folds, forKey: .folds)
    try container.encodeIfPresent(foldNames, forKey: .foldNames)
    try container.encode(contentHash, forKey: .contentHash)
  }
}
