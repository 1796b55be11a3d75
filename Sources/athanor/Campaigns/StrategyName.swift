import Discovery

/// What an acquisition is called in reports.
enum StrategyName {
  static func text(_ acquisition: StandardAcquisition) -> String {
    switch acquisition.kind {
    case .convex: "convex (α = \(acquisition.alpha))"
    case .riskAverse: "risk-averse (worst \(acquisition.share ?? 0.2))"
    case .ucb: "ucb (β = \(acquisition.beta))"
    case .random: "random search"
    default: acquisition.kind.rawValue
    }
  }
}
