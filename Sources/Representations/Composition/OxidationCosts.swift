internal import Foundation
internal import Matter

/// What it costs each element to bear a state: −ln of the share of its reports, in nats.
///
/// Reports of ``OxidationStateTable``. Beside the states themselves stands their lower convex hull:
/// what a mean state costs when atoms of the element share it between two states.
struct OxidationCosts: Sendable {
  /// A step down the hull of an element.
  struct Step: Sendable {
    let high: Double
    let low: Double

    /// Cost of one atom for each unit of charge that it gives up.
    let slope: Double
  }

  struct States: Sendable {
    let states: [Double]
    let costs: [Double]

    /// From the highest state to the lowest; slopes rise.
    let steps: [Step]
  }

  /// Element Z stands at Z − 1; without states, there are none known.
  let elements: [States]

  let tableHash: UInt64

  static let shared = OxidationCosts()

  private init() {
    elements = Element.all.map { element in
      let reports = OxidationGuess.reports(of: element)
      let states = reports.map(\.state)
      let costs = reports.map { -log($0.share) }
      return States(states: states, costs: costs, steps: Self.steps(states, costs))
    }
    var hash = StableHash()
    hash.add(OxidationStateTable.offsets)
    hash.add(OxidationStateTable.states)
    hash.add(OxidationStateTable.reports)
    tableHash = hash.value
  }

  /// The lower convex hull of points with rising states (Andrew's chain), walked from its right end.
  private static func steps(_ states: [Double], _ costs: [Double]) -> [Step] {
    var hull: [Int] = []
    for point in states.indices {
      while hull.count >= 2, let last = hull.last {
        let before = hull[hull.count - 2]
        let turn =
          (costs[last] - costs[before]) * (states[point] - states[last])
          - (costs[point] - costs[last]) * (states[last] - states[before])
        if turn < 0 { break }
        hull.removeLast()
      }
      hull.append(point)
    }
    return zip(hull, hull.dropFirst()).reversed().map { low, high in
      Step(
        high: states[high], low: states[low],
        slope: (costs[low] - costs[high]) / (states[high] - states[low]))
    }
  }
}
