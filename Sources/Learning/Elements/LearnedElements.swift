import Ecosystem
import Formats
import Foundation
public import Matter
import Representations

/// Element vectors that were learned here, and where they come from.
public struct LearnedElements: Sendable {
  /// Ways to learn them.
  public enum Method: String, CaseIterable, Codable, Sendable {
    case skipAtom = "skipatom"
    case atom2Vec = "atom2vec"
    case skipGram = "skip-gram"

    /// Numbers in a vector where nothing else is asked for.
    public var usualWidth: Int {
      switch self {
      case .skipAtom, .skipGram: 200
      case .atom2Vec: 30
      }
    }
  }

  public let method: Method
  public let vectors: [Element: [Double]]

  /// How much was seen of each element: bonds, environments, or words and formulas.
  public let counts: [Element: Double]

  /// What was read, as a person would say it.
  public let data: String

  /// Further sentences: what training came to, which elements were rare.
  public let notes: [String]

  /// Names and values of all that decides about the result.
  public let settings: [(name: String, value: String)]

  public let sources: SourceFiles

  public var width: Int { vectors.values.first?.count ?? 0 }

  /// `v1`, `v2`, …
  public var columns: [String] { (0..<width).map { "v\($0 + 1)" } }

  /// The table with its origin in remarks before the header.
  ///
  /// - Parameter program: Name and version of what made it.
  /// - Throws: ``FileError`` for a source that can no longer be read.
  public func csv(program: String) throws -> String {
    let table = ElementVectorFile.csv(vectors, columns: columns)
    var remarks = [
      "\(method.rawValue) element vectors by \(program)", "data: \(data)",
      "settings: " + settings.map { "\($0.name) \($0.value)" }.joined(separator: ", "),
    ]
    let hashes = try sources.files.map { file in
      (URL(fileURLWithPath: file.path).lastPathComponent, try SourceFiles.hash(of: file.path))
    }
    for (name, hash) in hashes.prefix(Self.namedSources) {
      remarks.append("source: \(name), SHA-256 \(hash)")
    }
    if hashes.count > Self.namedSources {
      let all = ContentHash(of: hashes.map { "\($0.0) \($0.1)\n" }.joined())
      remarks.append(
        "sources: \(hashes.count) files; SHA-256 of the list of names and hashes \(all)")
    }
    remarks.append("SHA-256 of the table from its header on: \(ContentHash(of: table))")
    return ElementVectorFile.csv(vectors, columns: columns, remarks: remarks)
  }

  /// Sources that are named one by one.
  private static let namedSources = 10
}

extension LearnedElements {
  /// What decides about training beside the data.
  public struct Settings: Sendable {
    public var width: Int

    /// Passes over the data; `nil` for the method's own. Atom2Vec has none.
    public var epochs: Int?

    /// SkipAtom: elements with fewer bonds per atom, summed over the crystals, borrow from similar
    /// ones; 0 for none.
    public var inductionBelow = 100.0

    /// Atom2Vec: compounds of more elements are left out.
    public var mostElements: Int?
    public var seed: UInt64
    public var threads: Int

    public init(width: Int, seed: UInt64 = 0, threads: Int = 1) {
      self.width = width
      self.seed = seed
      self.threads = threads
    }
  }

  public typealias Progress = (_ label: String, _ fraction: Double) -> Void

  /// SkipAtom from crystals.
  ///
  /// - Returns: The vectors, and what was read.
  /// - Throws: ``ElementLearningError``, ``ReadingError`` and ``FileError``.
  public static func skipAtom(
    _ paths: [String], _ settings: Settings, progress: Progress = { _, _ in }
  ) throws -> (learned: LearnedElements, tally: CompoundFiles.Tally) {
    let files = try CompoundFiles(paths, kind: .crystals, threads: settings.threads)
    var pairs = ElementPairCounts()
    let tally = try files.forEach(
      { try $0.crystal.map { try ElementPair.pairs(of: $0) } ?? [] },
      consume: { pairs.add($0) },
      progress: { progress("mining", Double($0) / Double(files.sources.files.count)) })
    try refuseNothing(tally, "crystal", paths)
    var model = SkipAtom()
    model.width = settings.width
    model.steps = settings.epochs ?? model.steps
    progress("training", 0)
    let trained = try model.vectors(pairs, seed: settings.seed)
    let counts = Dictionary(
      uniqueKeysWithValues: trained.vectors.keys.map { ($0, pairs.count(of: $0)) })
    let induction = ElementInduction(threshold: settings.inductionBelow)
    let (vectors, induced) = induction(trained.vectors, counts: counts)
    var notes = ["cross-entropy \(text((1e4 * trained.crossEntropy).rounded() / 1e4)) nats a bond"]
    if !induced.isEmpty { notes.append("borrow from similar elements: \(list(induced))") }
    if !trained.withoutBonds.isEmpty {
      notes.append("no bond to another element, so no vector: \(list(trained.withoutBonds))")
    }
    return (
      LearnedElements(
        method: .skipAtom, vectors: vectors, counts: counts,
        data: "\(tally.compounds) crystals, \(tally.refused) refused", notes: notes,
        settings: [
          ("width", "\(model.width)"), ("steps", "\(model.steps)"),
          ("learning rate", text(model.learningRate)),
          ("induction below", text(settings.inductionBelow)), ("seed", "\(settings.seed)"),
        ], sources: files.sources), tally
    )
  }

  /// Atom2Vec from formulas, or the compositions of crystals.
  ///
  /// - Throws: ``ElementLearningError``, ``ReadingError`` and ``FileError``.
  public static func atom2Vec(
    _ paths: [String], _ settings: Settings, progress: Progress = { _, _ in }
  ) throws -> (learned: LearnedElements, tally: CompoundFiles.Tally) {
    let files = try CompoundFiles(paths, kind: .compositions, threads: settings.threads)
    var environments = ElementEnvironments(mostElements: settings.mostElements)
    let tally = try files.forEach(
      { $0.composition }, consume: { environments.add($0) },
      progress: { progress("reading", Double($0) / Double(files.sources.files.count)) })
    try refuseNothing(tally, "formula", paths)
    let result = try environments.vectors(width: settings.width)
    let most = settings.mostElements.map { [("most elements", "\($0)")] } ?? []
    return (
      LearnedElements(
        method: .atom2Vec, vectors: result.vectors,
        counts: environments.counts.mapValues(Double.init),
        data: "\(environments.formulaCount) different formulas of \(tally.compounds) compounds, "
          + "\(environments.environmentCount) environments, \(tally.refused) refused",
        notes: [
          "the vectors hold \(Int((100 * result.heldShare).rounded())) % of the squared singular values",
          "left out (one element, or amounts that are not whole): \(environments.leftOut)",
        ], settings: [("width", "\(settings.width)")] + most, sources: files.sources), tally
    )
  }

  /// Skip-gram from texts.
  ///
  /// - Throws: ``ElementLearningError``, ``ReadingError`` and ``FileError``.
  public static func skipGram(
    _ paths: [String], _ settings: Settings, progress: Progress = { _, _ in }
  ) throws -> (learned: LearnedElements, tally: TextFiles.Tally) {
    let files = try TextFiles(paths, threads: settings.threads)
    let (corpus, tally) = try files.corpus {
      progress("reading", Double($0) / Double(files.sources.files.count))
    }
    guard corpus.tokenCount > 0 else {
      throw ReadingError(
        file: paths.joined(separator: ", "),
        message: "No text was found; give plain texts (.txt) or JSON, gzipped or not.")
    }
    var model = SkipGram()
    model.width = settings.width
    model.epochs = settings.epochs ?? model.epochs
    let trained = try model.vectors(corpus, seed: settings.seed, threads: settings.threads) {
      progress("training", $0)
    }
    let counts = corpus.elementCounts.filter { trained.vectors[$0.key] != nil }
    var notes = ["\(trained.vocabulary) words and formulas have vectors of their own"]
    if !trained.rare.isEmpty {
      notes.append(
        "named fewer than \(model.minimumCount) times, so no vector: "
          + list(trained.rare))
    }
    return (
      LearnedElements(
        method: .skipGram, vectors: trained.vectors, counts: counts.mapValues(Double.init),
        data:
          "\(corpus.tokenCount) words in \(corpus.sentenceCount) sentences of \(tally.files) files",
        notes: notes,
        settings: [
          ("width", "\(model.width)"), ("window", "\(model.window)"),
          ("negatives", "\(model.negatives)"), ("epochs", "\(model.epochs)"),
          ("learning rate", text(model.learningRate)), ("minimum count", "\(model.minimumCount)"),
          ("seed", "\(settings.seed)"),
        ], sources: files.sources), tally
    )
  }

  private static func refuseNothing(
    _ tally: CompoundFiles.Tally, _ kind: String, _ paths: [String]
  ) throws {
    guard tally.compounds == 0 else { return }
    if let first = tally.refusals.first { throw first }
    throw ReadingError(
      file: paths.joined(separator: ", "),
      message: "No \(kind) was found. Give structures (CIF, POSCAR, XYZ, JSON) or tables with a "
        + "column of \(kind == "crystal" ? "structures" : "formulas").")
  }

  private static func text(_ value: Double) -> String { CSVText.number(value) }

  private static func list(_ elements: [Element]) -> String {
    elements.map(\.symbol).joined(separator: " ")
  }
}
