public import DenseMath
public import Matter
public import Representations

/// What processes and trees see of a candidate: a fixed description of its composition, of its crystal
/// or of both, then its variables.
public enum CandidateFeatures: Codable, Hashable, Sendable {
  /// Atomic fractions of these elements; of all 118 if there are none. An element that is not
  /// listed is refused. One of the 118 that no training row holds is constant in training and
  /// therefore left out: two candidates that differ in such elements alone look alike.
  case fractions([Element])

  /// The 132 element statistics of Ward et al., npj Comput. Mater. 2, 16028 (2016).
  case magpie

  /// Descriptors by the names of ``Descriptors``, side by side.
  case named([String])

  /// Statistics of element vectors, as a rule learned ones.
  case vectors(ElementVectors)

  /// ``CrystalStatistics`` of the crystal; all missing for a candidate without one.
  case structure

  /// What a network of somebody else's makes of the crystal, or of the composition.
  case script(ScriptFeatures)

  /// Several of these, side by side; those of the crystal come last.
  case joined([CandidateFeatures])

  /// Whether crystals are looked at.
  public var readsCrystals: Bool {
    switch self {
    case .structure: true
    case .script(let features): features.readsCrystals
    case .joined(let parts): parts.contains(where: \.readsCrystals)
    case .fractions, .magpie, .named, .vectors: false
    }
  }

  private func descriptors() throws -> [any FixedDescriptor] {
    switch self {
    case .structure: return []
    case .script(let features):
      return features.readsCrystals ? [] : [try features.compositionDescriptor()]
    case .vectors(let vectors): return [ElementVectorDescriptor(vectors)]
    case .joined(let parts): return try parts.flatMap { try $0.descriptors() }
    case .fractions(let elements):
      return [elements.isEmpty ? ElementFractions() : ElementFractions(elements: elements)]
    case .magpie: return [MagpieDescriptor()]
    case .named(let names):
      return try names.map { name in
        guard let descriptor = Descriptors.named(name) else {
          throw CandidateFeaturesError.unknownDescriptor(name)
        }
        return descriptor
      }
    }
  }

  /// Whether the statistics of crystals are among its columns.
  private var hasStatistics: Bool {
    switch self {
    case .structure: true
    case .joined(let parts): parts.contains(where: \.hasStatistics)
    case .fractions, .magpie, .named, .vectors, .script: false
    }
  }

  /// Networks of others that look at crystals, each once.
  private var scripts: [ScriptFeatures] {
    switch self {
    case .script(let features): features.readsCrystals ? [features] : []
    case .joined(let parts):
      parts.flatMap(\.scripts).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    case .fractions, .magpie, .named, .vectors, .structure: []
    }
  }

  /// Changes whenever the meaning of a column does.
  public func columnHash() throws -> String {
    ([try descriptor().columnHash] + scripts.map(\.identity)).joined(separator: " ")
  }

  /// What makes the columns of compositions.
  public func descriptor() throws -> any FixedDescriptor {
    let parts = try descriptors()
    return parts.count == 1 ? parts[0] : JoinedDescriptor(parts)
  }

  /// The names of the descriptors' columns, in the order of ``matrix(_:variables:)``.
  public func columns() throws -> [String] {
    try descriptor().columns + (hasStatistics ? CrystalStatistics().columns : [])
      + scripts.flatMap(\.columns)
  }

  /// Makes what takes long ahead of ``matrix(_:variables:)``, on several threads: the statistics of crystals.
  ///
  /// - Parameter threads: At least 1. Changes no result.
  package func prepare(_ candidates: [Candidate], threads: Int) throws {
    guard hasStatistics else { return }
    _ = try CrystalRows.shared.rows(candidates, threads: threads)
  }

  /// - Parameters:
  ///   - candidates: All with the same number of variables.
  ///   - variables: How many variables each should have; the first candidate's count if `nil`.
  /// - Returns: `[n, columns + variables]`; a missing value is NaN.
  /// - Throws: What the descriptor refuses (an element it does not know), or
  ///   ``GaussianProcessError``.
  public func matrix(_ candidates: [Candidate], variables: Int? = nil) throws -> Matrix {
    let expected = variables ?? candidates.first?.variables.count ?? 0
    for (place, candidate) in candidates.enumerated()
    where candidate.variables.count != expected {
      throw GaussianProcessError.unequalVariables(
        candidate: place, count: candidate.variables.count, expected: expected)
    }
    let (described, width) = try described(candidates)
    for (row, candidate) in candidates.enumerated()
    where width > 0 && described[row * width..<(row + 1) * width].allSatisfy(\.isNaN) {
      // Missing values count as the mean of the training rows: all of them would claim to be it.
      throw GaussianProcessError.noFeatures(candidate.composition.formula)
    }
    guard expected > 0 else {
      return Matrix(rows: candidates.count, columns: width, elements: described)
    }
    var elements: [Double] = []
    elements.reserveCapacity(candidates.count * (width + expected))
    for (row, candidate) in candidates.enumerated() {
      elements += described[row * width..<(row + 1) * width]
      elements += candidate.variables
    }
    return Matrix(rows: candidates.count, columns: width + expected, elements: elements)
  }

  /// `[n, width]`, without the variables.
  private func described(_ candidates: [Candidate]) throws -> (rows: [Double], width: Int) {
    let descriptor = try descriptor()
    let width = descriptor.columns.count
    let own = width > 0 ? try descriptor.rows(candidates.map(\.composition)) : []
    guard readsCrystals else { return (own, width) }
    var parts: [[[Double]]] = []
    if hasStatistics { parts.append(try CrystalRows.shared.rows(candidates)) }
    for script in scripts { parts.append(try ScriptLibrary.shared.rows(candidates, script)) }
    let all = candidates.indices.flatMap { row in
      own[row * width..<(row + 1) * width] + parts.flatMap { $0[row] }
    }
    return (all, width + parts.reduce(0) { $0 + ($1.first?.count ?? 0) })
  }
}

/// Candidates as rows of a model on fixed descriptions: what it needs to know to make them again.
struct DescribedCandidates: Codable, Hashable, Sendable {
  let features: CandidateFeatures
  let variables: Int

  /// - Parameter candidates: Whose number of variables all later ones must have.
  init(_ features: CandidateFeatures, like candidates: [Candidate]) {
    self.init(features, variables: candidates.first?.variables.count ?? 0)
  }

  init(_ features: CandidateFeatures, variables: Int) {
    self.features = features
    self.variables = variables
  }

  /// Names of the columns; those of variables are placeholders, see ``FeatureTable``.
  func columns() throws -> [String] {
    try features.columns() + (0..<variables).map(FeatureTable.name(ofVariable:))
  }

  /// `[n, columns + variables]`; NaN where a value is missing.
  func matrix(_ candidates: [Candidate]) throws -> Matrix {
    try features.matrix(candidates, variables: variables)
  }
}

/// Why candidates cannot be described.
public enum CandidateFeaturesError: Error, Hashable, Sendable {
  case unknownDescriptor(String)

  /// A network of somebody else's has no row for a crystal.
  case script(formula: String, reason: String)
}

extension CandidateFeaturesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownDescriptor(let name):
      "There is no descriptor \"\(name)\"; the known ones are "
        + "\(Descriptors.names.joined(separator: ", "))."
    case .script(let formula, let reason): "\(formula): \(reason)"
    }
  }
}
