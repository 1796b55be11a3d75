import Formats
import Foundation
import Learning
import Matter
import Reporting

/// What `explain` found, for the terminal, as JSON and as CSV.
struct ExplanationResult {
  let table: ExplanationTable
  let names: [String]

  /// Names of structures besides.
  let identifiers: [String?]
  let candidates: [Candidate]
  let model: Model

  /// What contributions are counted from, for people.
  let origin: String

  init(
    _ table: ExplanationTable, names: [String], identifiers: [String?], candidates: [Candidate],
    model: Model, origin: String
  ) {
    self.table = table
    self.names = names
    self.identifiers = identifiers
    self.candidates = candidates
    self.model = model
    self.origin = origin
  }

  /// What the reader of the numbers has to know.
  var notes: [String] {
    var notes: [String] = []
    let card = model.card
    let outside = zip(names, candidates).filter { card.inDomainScore(of: $0.1) < 1 }
    if let (name, candidate) = outside.first {
      let unknown = candidate.composition.elements.filter { card.elementRows[$0.symbol] == nil }
      let reason =
        unknown.isEmpty
        ? "has variables beyond those of the training rows"
        : "holds \(unknown.map(\.symbol).joined(separator: ", ")), which no training row holds"
      let others = outside.count - 1
      notes.append(
        "\(name) \(reason)"
          + (others > 0 ? ", and \(others) more \(others == 1 ? "is" : "are") like it" : "")
          + ": there the model extrapolates, and so does its explanation.")
    }
    if table.explanations.contains(where: { $0.elements.method == .sampledShapley }) {
      notes.append(
        "materials of many elements were explained by sampled orders; --coalitions sets how many.")
    }
    if !table.features.isEmpty, table.describedRows < names.count {
      notes.append(
        "features were explained for \(table.describedRows) of \(names.count) materials, evenly "
          + "spread, since the trees are large.")
    }
    return notes
  }
}

extension ExplanationResult: Encodable {
  private enum Key: String, CodingKey {
    case target, unit, surrogate, origin, materials, global
  }

  private struct Material: Encodable {
    let formula: String
    let id: String?
    let explanation: Explanation

    private enum Key: String, CodingKey { case formula, id }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(formula, forKey: .formula)
      try container.encodeIfPresent(id, forKey: .id)
      try explanation.encode(to: encoder)
    }
  }

  private struct Global: Encodable {
    let elements: [ExplanationTable.ElementSummary]
    let families: [ExplanationTable.ElementSummary]
    let features: [FeatureSummary]
    let describedRows: Int
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(model.card.learnedName, forKey: .target)
    try container.encode(model.card.learnedUnit, forKey: .unit)
    try container.encode(model.card.surrogate, forKey: .surrogate)
    try container.encode(origin, forKey: .origin)
    try container.encode(
      names.indices.map { place in
        Material(
          formula: names[place], id: identifiers[place], explanation: table.explanations[place])
      }, forKey: .materials)
    try container.encode(
      Global(
        elements: table.elements, families: table.families, features: table.features,
        describedRows: table.describedRows), forKey: .global)
  }
}

extension ExplanationResult {
  /// One line for each contribution; numbers in full.
  var csv: String {
    var text = CSVText(header: [
      "row", "formula", "prediction", "lower", "upper", "in_domain", "base", "method", "kind",
      "name",
      "amount", "contribution", "standard_error", "effect_of_one_percent",
    ])
    for (place, explanation) in table.explanations.enumerated() {
      let prediction = explanation.prediction
      let start =
        ["\(place + 1)", names[place]]
        + [
          prediction.mean, prediction.lowerBound, prediction.upperBound, prediction.inDomainScore,
        ].map { "\($0)" }
      let elements = explanation.elements
      for part in elements.parts {
        let numbers = [part.amount, part.contribution, part.standardError, part.effectOfOnePercent]
        text.append(
          start + ["\(elements.base)", elements.method.rawValue, part.kind.rawValue, part.name]
            + numbers.map { $0.map { "\($0)" } ?? "" })
      }
      if let sites = explanation.sites { Self.append(sites, behind: start, to: &text) }
      guard let features = explanation.features else { continue }
      let method = features.methods.map(\.rawValue).joined(separator: "+")
      for feature in features.features {
        text.append(
          start + [
            "\(features.base)", method, "feature", feature.name,
            feature.value.map { "\($0)" } ?? "", "\(feature.contribution)", "", "",
          ])
      }
    }
    return text.text
  }

  /// Each site with its occupancy; each bond, by the numbers of its sites, with its length in Å.
  private static func append(
    _ sites: SiteContributions, behind start: [String], to text: inout CSVText
  ) {
    let method = ElementContributions.Method.integratedGradients.rawValue
    for site in sites.sites {
      let filled = site.occupants.reduce(0) { $0 + $1.share }
      text.append(
        start + [
          "\(sites.base)", method, "site", CellPicture.name(of: site), "\(filled)",
          "\(site.contribution)", "", "",
        ])
    }
    for bond in sites.bonds?.bonds ?? [] {
      let cell = bond.image.map { "\($0)" }.joined(separator: " ")
      text.append(
        start + [
          "\(sites.base)", method, "bond", "\(bond.first)-\(bond.second) (\(cell))",
          "\(bond.distance)", "\(bond.contribution)", "", "",
        ])
    }
  }
}
