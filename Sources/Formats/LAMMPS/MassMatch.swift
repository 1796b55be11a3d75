import Matter

/// The element whose mass is nearest.
struct MassMatch {
  let species: Species

  /// Set where another element is nearly as near, or the mass is far from any.
  let doubt: String?

  /// - Parameter mass: u. 2.014 and 3.016 are the heavy isotopes of hydrogen.
  /// - Returns: `nil` when no element is within 1 u.
  init?(_ mass: Double) {
    let candidates =
      ["H", "D", "T"].compactMap { Species(symbol: $0) }
      + Element.all.dropFirst().map { Species($0) }
    let ranked = candidates.map { ($0, abs(Self.mass($0) - mass)) }.sorted { $0.1 < $1.1 }
    guard ranked.count > 1, ranked[0].1 <= 1 else { return nil }
    let (best, second) = (ranked[0], ranked[1])
    species = best.0
    doubt =
      best.1 > 0.2 || second.1 < 2 * best.1
      ? "The mass \(mass) is read as \(best.0.symbol); \(second.0.symbol) is near too." : nil
  }

  /// The standard atomic weight, u; of the isotopes their mass (AME2020).
  static func mass(_ species: Species) -> Double {
    switch species.massNumber {
    case 2: 2.014_101_778
    case 3: 3.016_049_281
    default: species.element.mass
    }
  }
}
