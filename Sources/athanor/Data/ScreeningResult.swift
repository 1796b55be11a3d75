import Formats
import Foundation
import Learning

/// What `screen` says.
struct ScreeningResult: Encodable {
  struct Candidate: Encodable {
    let rank: Int
    /// Of rows that have a name of their own.
    let id: String?
    let formula: String
    let line: Int
    let variables: [String: Double]
    let score: Double
    let prediction: ModelPrediction
  }

  struct Refused: Encodable {
    let id: String?
    let formula: String
    let line: Int
    let reason: String
  }

  let file: String
  let target: String
  let unit: String?
  let tally: Screening.Tally
  /// The first of them.
  let refused: [Refused]
  let best: [Candidate]
  private let variableNames: [String]

  private enum CodingKeys: CodingKey {
    case file, target, unit, tally, refused, best
  }

  init(_ screening: Screening, file: String) {
    let card = screening.model.card
    self.file = file
    target = card.classes == nil ? card.target : card.learnedName
    unit = card.unit
    tally = screening.tally
    variableNames = card.variableNames
    refused = screening.refusals.map {
      Refused(
        id: $0.row.name, formula: $0.row.formula, line: $0.row.line, reason: $0.reason)
    }
    best = screening.best.enumerated().map { place, found in
      Candidate(
        rank: place + 1, id: found.row.name, formula: found.row.formula, line: found.row.line,
        variables: Dictionary(
          zip(card.variableNames, found.row.variables), uniquingKeysWith: { first, _ in first }),
        score: found.score, prediction: found.prediction)
    }
  }

  /// Says on standard error what became of the rows.
  func log() {
    if tally.refused > 0 {
      Terminal.log("athanor: \(tally.refused) of \(tally.rows) rows were left out:")
      for row in refused {
        let name = row.id ?? "\"\(row.formula.prefix(60))\""
        Terminal.log("  \(file):\(row.line): \(name): \(row.reason)")
      }
      if tally.refused > refused.count {
        Terminal.log("  and \(tally.refused - refused.count) more")
      }
    }
    var parts = ["\(tally.rows) rows"]
    if tally.excluded > 0 { parts.append("\(tally.excluded) excluded") }
    if tally.outsideDomain > 0 { parts.append("\(tally.outsideDomain) outside the domain") }
    Terminal.log("Screened \(parts.joined(separator: ", ")); \(best.count) candidates are left.")
  }

  /// - Parameter isScored: Whether the number that ranks is none of the others.
  func csv(isScored: Bool) -> String {
    let haveNames = best.contains { $0.id != nil }
    let numbers = ["lower", "upper", "raw_deviation", "raw_epistemic", "in_domain"]
    var table = CSVText(
      header: ["rank"] + (haveNames ? ["id"] : []) + ["formula"] + variableNames + [target]
        + numbers
        + (isScored ? ["score"] : []) + ["line"])
    for found in best {
      let prediction = found.prediction
      let values =
        [
          prediction.mean, prediction.lowerBound, prediction.upperBound,
          prediction.standardDeviation, prediction.epistemicDeviation, prediction.inDomainScore,
        ] + (isScored ? [found.score] : [])
      table.append(
        ["\(found.rank)"] + (haveNames ? [found.id ?? ""] : []) + [found.formula]
          + variableNames.map { CSVText.number(found.variables[$0] ?? .nan) }
          + values.map(Terminal.rounded) + ["\(found.line)"])
    }
    return table.text
  }
}
