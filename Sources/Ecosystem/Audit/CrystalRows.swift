import DenseMath
public import Formats
public import Matter

/// The crystals behind the rows of a table: those of a store, or of a file of structures.
public struct CrystalRows: Sendable {
  /// The name of each row's crystal, equal for rows of one crystal; `nil` for a row without.
  public let names: [String?]

  /// What is known of a crystal before it is read.
  private struct Outline: Sendable {
    let formula: String
    let sites: Int
  }

  private let outlines: [String: Outline]
  private let read: @Sendable ([String]) throws -> [String: Crystal]

  /// Crystals that are compared with one another at most; of larger groups only equal ones count.
  public static let mostCompared = 300

  /// How many crystals are held at once.
  private static let batch = 2_000

  /// - Parameter rowKeys: The key of each row's record.
  public init(_ store: RecordStore, rowKeys: [String]) throws {
    var outlines: [String: Outline] = [:]
    for entry in try store.crystalOutlines() {
      outlines[entry.key] = Outline(formula: entry.formula, sites: entry.sites)
    }
    self.outlines = outlines
    names = rowKeys.map { outlines[$0] == nil ? nil : $0 }
    read = { try store.crystals($0) }
  }

  /// Equal crystals (by the key of their content) have one name, as in a store.
  ///
  /// - Throws: ``FormulaError`` for a crystal without atoms.
  public init(_ entries: [StructureEntry]) throws {
    try self.init(crystals: entries.map(\.crystal))
  }

  /// - Parameter found: One for each row; `nil` for a row without.
  /// - Throws: As ``init(_:)-([StructureEntry])``.
  public init(crystals found: [Crystal?]) throws {
    var outlines: [String: Outline] = [:]
    var crystals: [String: Crystal] = [:]
    names = try found.map { crystal in
      guard let crystal else { return nil }
      let identity = try MaterialIdentity(crystal)
      let name = identity.key.hex
      outlines[name] = Outline(formula: identity.formula, sites: crystal.siteCount)
      crystals[name] = crystal
      return name
    }
    self.outlines = outlines
    let known = crystals
    read = { names in
      Dictionary(uniqueKeysWithValues: names.compactMap { name in known[name].map { (name, $0) } })
    }
  }

  public var hasCrystals: Bool { !outlines.isEmpty }

  /// Different crystals in the order of the rows.
  private var different: [String] {
    var seen: Set<String> = []
    return names.compactMap { $0 }.filter { seen.insert($0).inserted }
  }

  /// The space group of each row's crystal.
  ///
  /// - Parameters:
  ///   - most: Crystals to look at; of more, a sample that `seed` draws. `nil` for all.
  ///   - tolerance: Å.
  public func spaceGroups(
    most: Int? = SpaceGroupSurvey.usualSample, seed: UInt64, tolerance: Double = 0.01,
    threads: Int = 1
  ) throws -> (numbers: [Int?], survey: SpaceGroupSurvey) {
    let all = different
    let fitting = all.filter { (outlines[$0]?.sites ?? 0) <= SpaceGroupSurvey.mostSites }
    var generator = SplitMix64(seed: seed)
    let limit = most ?? fitting.count
    let chosen = fitting.count > limit ? Array(generator.shuffled(fitting).prefix(limit)) : fitting
    var numbers: [String: Int] = [:]
    for start in stride(from: 0, to: chosen.count, by: Self.batch) {
      let batch = Array(chosen[start..<min(start + Self.batch, chosen.count)])
      let crystals = try read(batch)
      let found = try parallelMap(batch.map { crystals[$0] }, threads: threads) { crystal in
        crystal.flatMap { try? CrystalSymmetry(of: $0, tolerance: tolerance).spaceGroupNumber }
      }
      for (name, number) in zip(batch, found) { numbers[name] = number }
    }
    return (
      names.map { $0.flatMap { numbers[$0] } },
      SpaceGroupSurvey(
        crystals: all.count, examined: chosen.count, found: numbers.count,
        tooLarge: all.count - fitting.count, tolerance: tolerance, seed: seed)
    )
  }

  /// Equal for rows whose crystals are the same by ``StructureMatcher``, whatever their cell, origin
  /// and setting; `nil` for a row without a crystal.
  ///
  /// Crystals of one stoichiometry are compared; where more than ``mostCompared`` share it, or a
  /// cell cannot be compared, only those of equal content are the same.
  public func identities(threads: Int = 1) throws -> [String?] {
    let groups = Dictionary(grouping: different) { outlines[$0]?.formula ?? "" }
      .filter { $0.value.count > 1 && $0.value.count <= Self.mostCompared }
      .sorted { $0.key < $1.key }.map(\.value)
    var leaders: [String: String] = [:]
    var waiting: [[String]] = []
    var count = 0
    for (place, group) in groups.enumerated() {
      waiting.append(group)
      count += group.count
      guard count >= Self.batch || place == groups.count - 1 else { continue }
      let crystals = try read(waiting.flatMap { $0 })
      for pairs in try parallelMap(waiting, threads: threads, { Self.leaders($0, crystals) }) {
        leaders.merge(pairs) { first, _ in first }
      }
      (waiting, count) = ([], 0)
    }
    return names.map { $0.map { leaders[$0] ?? $0 } }
  }

  /// The first crystal that each one of a group is the same as.
  private static func leaders(
    _ group: [String], _ crystals: [String: Crystal]
  ) -> [String: String] {
    let known = group.filter { crystals[$0] != nil }
    var matcher = StructureMatcher()
    matcher.comparison = .elements
    guard let same = try? matcher.groups(of: known.compactMap { crystals[$0] }) else { return [:] }
    var leaders: [String: String] = [:]
    for members in same {
      for member in members { leaders[known[member]] = known[members[0]] }
    }
    return leaders
  }
}
