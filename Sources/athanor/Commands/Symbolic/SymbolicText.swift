import Foundation
import Learning
import Reporting

/// What a search for formulas says to a person.
enum SymbolicText {
  static func lines(_ result: SymbolicResult, file: String) -> [String] {
    guard let best = result.formulas.first else { return [] }
    let what = result.classes.map { "\($0[0]) or \($0[1])" } ?? result.targetUnit ?? "numbers"
    var lines = [
      "\(result.target) (\(what)) from \(best.training.rows) training rows of \(file)",
      "Held out inside the training rows:",
    ]
    for choice in result.choices {
      let isChosen = choice.rung == result.rung && choice.dimension == result.dimension
      lines.append(
        "\(isChosen ? "→" : " ") rung \(choice.rung), dimension \(choice.dimension): "
          + "\(error(choice, result))  (\(choice.features) features)")
    }
    if result.isCut {
      lines.append(
        "  Rung \(result.rung) was made of \(result.operands) features of the rung below; --budget "
          + "allows for more.")
    }
    for (place, found) in result.formulas.enumerated() {
      lines.append(place == 0 ? "Formula:" : "Next best:")
      lines.append("  \(found.text)")
      let units = found.coefficientUnits.filter { !$0.isEmpty }
      if !units.isEmpty {
        lines.append(
          "  numbers in \(found.coefficientUnits.map { $0.isEmpty ? "1" : $0 }.joined(separator: "; "))"
        )
      }
      lines.append(
        "  training: \(figures(found.training, result))"
          + (found.test.map {
            "; test (\($0.rows) \($0.rows == 1 ? "row" : "rows")): \(figures($0, result))"
          } ?? ""))
      if place == 0 { lines.append("  LaTeX: \(found.latex)") }
    }
    return lines
  }

  private static func error(_ choice: SymbolicResult.Choice, _ result: SymbolicResult) -> String {
    let mean = choice.loss / Double(max(choice.rows, 1))
    guard result.classes == nil else { return "\(percent(1 - mean)) right" }
    return "RMSE \(Report.number(mean.squareRoot()))\(unit(result))"
  }

  /// To a tenth: formulas are compared by few rows.
  private static func percent(_ share: Double) -> String {
    String(format: "%.1f %%", 100 * share)
  }

  static func figures(_ figures: FormulaFigures, _ result: SymbolicResult) -> String {
    self.figures(figures, unit: unit(result))
  }

  private static func unit(_ result: SymbolicResult) -> String {
    result.targetUnit.map { " \($0)" } ?? ""
  }

  static func figures(_ figures: FormulaFigures, unit: String) -> String {
    var parts: [String] = []
    if let accuracy = figures.accuracy {
      parts.append("\(percent(accuracy)) right")
      if let balanced = figures.balancedAccuracy {
        parts.append("\(percent(balanced)) balanced")
      }
    }
    if let rmse = figures.rmse { parts.append("RMSE \(Report.number(rmse))\(unit)") }
    if let mae = figures.mae { parts.append("MAE \(Report.number(mae))\(unit)") }
    if let r2 = figures.r2 { parts.append("R² \(Report.number(r2, significant: 4))") }
    if figures.rowsWithoutValue > 0 { parts.append("\(figures.rowsWithoutValue) without a value") }
    return parts.joined(separator: ", ")
  }
}
