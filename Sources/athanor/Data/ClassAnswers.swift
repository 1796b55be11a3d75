import Formats
import Learning
import Matter

/// What a model of classes says about materials.
struct ClassAnswers {
  struct Row: Encodable {
    let formula: String
    /// The class with the largest chance.
    let label: String
    /// By label.
    let chances: [String: Double]
    /// Labels among which the true one lies with the coverage, the most likely first.
    let set: [String]
    let coverage: Double
    let inDomainScore: Double
  }

  let rows: [Row]
  private let labels: [String]

  /// - Parameter coverage: The probability with which the true class lies in the set.
  init(
    _ model: Model, _ classes: ClassCard, _ questions: [(name: String, candidate: Candidate)],
    coverage: Double
  ) throws {
    labels = classes.labels
    let chances = try model.chances(questions.map(\.candidate))
    rows = zip(questions, chances).map { question, chances in
      Row(
        formula: question.name, label: classes.labels[ClassQuality.leading(chances)],
        chances: Dictionary(
          zip(classes.labels, chances), uniquingKeysWith: { first, _ in first }),
        set: classes.set(chances, coverage: coverage).map { classes.labels[$0] },
        coverage: coverage, inDomainScore: model.card.inDomainScore(of: question.candidate))
    }
  }

  /// Columns: the leading class, the chance of each, the set (labels between bars), `in_domain`.
  func csv(target: String) -> String {
    var table = CSVText(
      header: ["formula", target] + labels.map { "chance \($0)" } + ["set", "in_domain"])
    for row in rows {
      table.append(
        [row.formula, row.label] + labels.map { Terminal.rounded(row.chances[$0] ?? 0) }
          + [row.set.joined(separator: "|"), Terminal.rounded(row.inDomainScore)])
    }
    return table.text
  }
}
