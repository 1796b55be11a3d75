import DenseMath
public import Matter

/// The space groups of many records, of as many as time allows.
public struct SpaceGroupSurvey {
  /// Å.
  public let tolerance: Double

  /// Crystals that are still looked at; finding symmetry takes some 30 ms each, much more for large
  /// ones.
  public private(set) var remaining: Int

  private let threads: Int

  /// Larger crystals are left out.
  public static let mostSites = 500

  public init(limit: Int = 4_000, tolerance: Double = 0.01, threads: Int = 1) {
    remaining = limit
    self.tolerance = tolerance
    self.threads = threads
  }

  /// The number of each record's space group; `nil` where there is no crystal, none is found, or the
  /// survey has come to its limit.
  public mutating func numbers(of records: [Record]) throws -> [Int?] {
    let crystals = records.map { record -> Crystal? in
      guard remaining > 0, let crystal = record.crystal, crystal.siteCount <= Self.mostSites else {
        return nil
      }
      remaining -= 1
      return crystal
    }
    return try parallelMap(crystals, threads: threads) { [tolerance] crystal in
      crystal.flatMap { try? CrystalSymmetry(of: $0, tolerance: tolerance).spaceGroupNumber }
    }
  }
}
