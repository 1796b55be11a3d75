import Representations

/// What each of many rows adds to a number on the straight way between two points: the integral of
/// the gradient, row by row (Sundararajan, Taly and Yan, arXiv:1703.01365, equation 1).
///
/// By the fundamental theorem the integrals sum to the difference of the ends. The way is cut into
/// panels with a Gauss–Legendre rule each; where a panel misses the difference of its ends, it is
/// halved.
struct PathIntegral: Sendable {
  /// The number at both ends.
  var start: Double
  var end: Double

  /// One for each row.
  var contributions: [Double]

  /// A number on the way, and how fast it changes there by the move of each row.
  struct Point: Sendable {
    var value: Double
    var slopes: [Double]
  }

  /// What the contributions miss of the difference.
  var remainder: Double { end - start - contributions.reduce(0, +) }

  private struct Panel {
    let start, end: Double
    var width: Double { end - start }
    var middle: Double { 0.5 * (start + end) }
  }

  private static let rule = GaussLegendre(count: 5, end: 1)
  private static let panels = 4
  /// How often a panel is halved at most.
  private static let mostHalvings = 6

  /// - Parameters:
  ///   - tolerance: What the contributions may miss of the difference together, as far as halving
  ///     brings that about.
  ///   - evaluate: The points at shares of the way, 0 ... 1, in their order.
  init(tolerance: Double, _ evaluate: ([Double]) throws -> [Point]) throws {
    var values: [Double: Double] = [:]
    var open = (0..<Self.panels).map { place in
      Panel(
        start: Double(place) / Double(Self.panels), end: Double(place + 1) / Double(Self.panels))
    }
    var unknown = open.map(\.start) + [1]
    var sums: [Double] = []
    for halving in 0...Self.mostHalvings {
      let inner = open.flatMap { panel in Self.rule.places.map { panel.start + panel.width * $0 } }
      let points = try evaluate(unknown + inner)
      for (place, point) in zip(unknown, points) { values[place] = point.value }
      if sums.isEmpty { sums = points.first.map { $0.slopes.map { _ in 0 } } ?? [] }
      var missed: [Panel] = []
      for (place, panel) in open.enumerated() {
        let own = points[(unknown.count + place * Self.rule.places.count)...]
        var parts = [Double](repeating: 0, count: sums.count)
        for (point, weight) in zip(own, Self.rule.weights) {
          for row in parts.indices { parts[row] += panel.width * weight * point.slopes[row] }
        }
        let change = (values[panel.end] ?? 0) - (values[panel.start] ?? 0)
        let gap = abs(change - parts.reduce(0, +))
        if gap > tolerance * panel.width, halving < Self.mostHalvings {
          missed.append(panel)
        } else {
          for row in parts.indices { sums[row] += parts[row] }
        }
      }
      guard !missed.isEmpty else { break }
      unknown = missed.map(\.middle)
      open = missed.flatMap {
        [Panel(start: $0.start, end: $0.middle), Panel(start: $0.middle, end: $0.end)]
      }
    }
    (start, end) = (values[0] ?? 0, values[1] ?? 0)
    contributions = sums
  }

  /// The weighted sum of integrals over equal rows.
  static func sum(_ parts: [(integral: PathIntegral, weight: Double)]) -> PathIntegral? {
    guard var result = parts.first?.integral else { return nil }
    func total(_ value: (PathIntegral) -> Double) -> Double {
      parts.reduce(0) { $0 + $1.weight * value($1.integral) }
    }
    let ends = (total(\.start), total(\.end))
    for row in result.contributions.indices {
      result.contributions[row] = total { $0.contributions[row] }
    }
    (result.start, result.end) = ends
    return result
  }
}
