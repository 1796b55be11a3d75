/// Which crystals the space groups of an audit come from: all, or a random sample.
public struct SpaceGroupSurvey: Codable, Hashable, Sendable {
  /// Different crystals behind the rows.
  public let crystals: Int

  /// Crystals whose symmetry was looked for, and those where a space group was found.
  public let examined: Int
  public let found: Int

  /// Crystals of more than ``mostSites`` sites, which are left out.
  public let tooLarge: Int

  /// Positions that an operation maps within this distance of another are mapped onto it, Å.
  public let tolerance: Double

  /// What the sample was drawn from.
  public let seed: UInt64

  /// Larger crystals are left out: the search takes the square of the number of sites.
  public static let mostSites = 500

  /// Finding symmetry takes 1 to 40 ms for each crystal.
  public static let usualSample = 4_000

  /// Whether crystals that could have been looked at were left out.
  public var isSample: Bool { examined < crystals - tooLarge }

  /// `4000 of 10500 crystals, drawn at random (seed 0)`.
  public var scope: String {
    let large =
      tooLarge > 0 ? "; \(tooLarge) of more than \(Self.mostSites) sites are left out" : ""
    return isSample
      ? "\(examined) of \(crystals) crystals, drawn at random (seed \(seed))\(large)"
      : "all \(examined) crystals\(large)"
  }
}
