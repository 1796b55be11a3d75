import Matter

/// Integrated gradients of networks.
extension Explainer {
  func gradients(
    _ ensemble: DeepEnsemble, _ candidates: [Candidate], _ means: [Double]
  ) throws -> [ElementContributions] {
    let card = model.card
    var rows: [Element: Int] = [:]
    for element in card.elements { rows[element] = card.elementRows[element.symbol] }
    let paths = try ensemble.integratedGradients(candidates, elementRows: rows)
    let columns = ensemble.inputStandardization.columns
    return zip(zip(candidates, paths), means).map { pair, mean in
      let (candidate, path) = pair
      let composition = candidate.composition
      var parts = [
        ElementContributions.Part(
          kind: .amounts, name: "amounts", contribution: path.start - card.targetMean)
      ]
      for (place, element) in composition.elements.enumerated() {
        parts.append(
          .init(
            kind: .element, name: element.symbol, amount: composition.fraction(of: element),
            contribution: path.values[place]))
      }
      for (column, value) in zip(columns, path.values.dropFirst(composition.elements.count)) {
        parts.append(
          .init(
            kind: .variable, name: card.variableNames[column],
            amount: candidate.variables[column], contribution: value))
      }
      return ElementContributions(
        method: .integratedGradients, baseKind: .trainingMean, base: card.targetMean, parts: parts,
        remainder: mean - card.targetMean - parts.reduce(0) { $0 + $1.contribution })
    }
  }
}
