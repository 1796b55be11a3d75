import Ecosystem
import Formats
import Learning
import Matter

/// What a model of classes says about materials.
struct ClassAnswers {
  struct Row: Encodable {
    /// Of rows that have a name of their own.
    let id: String?
    let formula: String
    /// The class with the largest chance.
    let label: String?
    /// By label.
    let chances: [String: Double]?
    /// Labels among which the true one lies with the coverage, the most likely first.
    let set: [String]?
    let coverage: Double
    let inDomainScore: Double?
    /// Why there is no answer.
    let note: String?
  }

  let rows: [Row]
  private let labels: [String]

  /// - Parameters:
  ///   - coverage: The probability with which the true class lies in the set.
  ///   - haveNames: Whether rows have names of their own.
  init(
    _ model: Model, _ classes: ClassCard, _ questions: [Questions.Question], coverage: Double,
    haveNames: Bool
  ) throws {
    labels = classes.labels
    var chances = try model.chances(questions.compactMap { try? $0.material.get() }).makeIterator()
    rows = questions.map { question in
      let id = haveNames ? question.name : nil
      switch question.material {
      case .failure(let skipped):
        return Row(
          id: id, formula: question.formula, label: nil, chances: nil, set: nil,
          coverage: coverage, inDomainScore: nil, note: skipped.row.reason)
      case .success(let candidate):
        // As many as there are candidates.
        let chances = chances.next() ?? []
        return Row(
          id: id, formula: question.formula,
          label: classes.labels[ClassQuality.leading(chances)],
          chances: Dictionary(
            zip(classes.labels, chances), uniquingKeysWith: { first, _ in first }),
          set: classes.set(chances, coverage: coverage).map { classes.labels[$0] },
          coverage: coverage, inDomainScore: model.card.inDomainScore(of: candidate), note: nil)
      }
    }
  }

  /// Columns: the leading class, the chance of each, the set (labels between bars), `in_domain`; where
  /// rows have names, these in front and a note behind.
  static func header(_ classes: ClassCard, target: String, haveNames: Bool) -> [String] {
    (haveNames ? ["id"] : []) + ["formula", target] + classes.labels.map { "chance \($0)" }
      + ["set", "in_domain"] + (haveNames ? ["note"] : [])
  }

  var cells: [[String]] {
    rows.map { row in
      (row.id.map { [$0] } ?? []) + [row.formula, row.label ?? ""]
        + labels.map { label in row.chances.map { Terminal.rounded($0[label] ?? 0) } ?? "" }
        + [
          row.set?.joined(separator: "|") ?? "", row.inDomainScore.map(Terminal.rounded) ?? "",
        ]
        + (row.id == nil ? [] : [row.note ?? ""])
    }
  }
}
