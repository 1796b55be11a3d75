package import Discovery
package import Matter

/// What the map of a campaign is a projection of.
package struct MapCoordinates {
  /// Of the columns.
  package let names: [String]

  /// `[candidates, names]`, row by row.
  package let values: [Double]

  /// For people.
  package let explanation: String

  /// Atomic fractions of the elements that occur; the variables, each divided by its range, where
  /// candidates are conditions alone.
  package init(_ candidates: [Candidate], _ plan: CampaignPlan) {
    let elements = Set(candidates.flatMap(\.composition.elements)).sorted()
    guard elements.isEmpty else {
      names = elements.map(\.symbol)
      values = candidates.flatMap { candidate in
        elements.map { candidate.composition.fraction(of: $0) }
      }
      explanation =
        "Compositions close to each other on the map are made of similar amounts of the same "
        + "elements (first two principal components of the atomic fractions)."
      return
    }
    let count = candidates.first?.variables.count ?? 0
    let ranges = (0..<count).map { place in
      let column = candidates.map { $0.variables[place] }
      return (column.max() ?? 0) - (column.min() ?? 0)
    }
    names = (0..<count).map { plan.variableNames?[$0] ?? "variable \($0 + 1)" }
    values = candidates.flatMap { candidate in
      (0..<count).map { ranges[$0] > 0 ? candidate.variables[$0] / ranges[$0] : 0 }
    }
    explanation =
      "Points close to each other on the map have similar conditions (first two principal "
      + "components of the variables, each divided by its range)."
  }
}
