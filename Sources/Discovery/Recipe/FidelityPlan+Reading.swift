import Formats

extension FidelityPlan {
  /// Reads the recipe's `fidelities`; the one that counts, the last or `targetFidelity`, comes last.
  ///
  /// - Parameter initial: Candidates of the initial design, for a fidelity that has no number of its own.
  init(_ root: RecipeMapping, initial: Int, costLimit: Double) throws(ReadingError) {
    let items = try root.mappings("fidelities")
    var levels = try items.map { (item) throws(ReadingError) in
      Level(
        try item.string("name"), cost: try item.double("cost"),
        initial: try item.integer("initial", default: initial))
    }
    guard !levels.isEmpty else { throw root.error(at: "fidelities", "the list is empty.") }
    if let name = try root.optionalString("targetFidelity") {
      guard let place = levels.firstIndex(where: { $0.name == name }) else {
        throw root.error(
          at: "targetFidelity",
          "there is no fidelity \"\(name)\"; there are \(levels.map(\.name).joined(separator: ", "))."
        )
      }
      levels.append(levels.remove(at: place))
    }
    self.init(levels, costLimit: costLimit)
  }
}
