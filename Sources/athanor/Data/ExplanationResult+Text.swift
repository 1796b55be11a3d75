import Foundation
import Learning
import Matter
import Reporting

/// Explanations as lines for a terminal.
extension ExplanationResult {
  /// Each material up to so many; of more, what they have in common.
  private static let mostMaterials = 12

  private var unit: String { model.card.learnedUnit.map { " \($0)" } ?? "" }

  var text: String {
    var lines =
      names.count <= Self.mostMaterials
      ? ["\(model.card.learnedName), explained by \(model.card.surrogate)", ""] : []
    if names.count <= Self.mostMaterials {
      for (place, explanation) in table.explanations.enumerated() {
        let id = identifiers[place].map { $0 == names[place] ? "" : " (\($0))" } ?? ""
        lines += self.lines(names[place] + id, explanation) + [""]
      }
    }
    if names.count > Self.mostMaterials { lines += summary + [""] }
    return lines.dropLast().joined(separator: "\n")
  }

  // MARK: One material

  private func lines(_ name: String, _ explanation: Explanation) -> [String] {
    let prediction = explanation.prediction
    let elements = explanation.elements
    // A chance has no interval.
    let interval =
      model.card.classes == nil
      ? "  (\(Report.percent(prediction.coverage)): \(Report.number(prediction.lowerBound)) to "
        + "\(Report.number(prediction.upperBound)))" : ""
    var lines = [
      "\(name): \(Report.number(prediction.mean))\(unit)\(interval)",
      "  \(Report.number(elements.base))  \(origin)",
    ]
    let reach = elements.parts.map { abs($0.contribution) }.max() ?? 0
    let width = elements.parts.map { label($0).count }.max() ?? 0
    for part in elements.parts.sorted(by: { abs($0.contribution) > abs($1.contribution) }) {
      lines.append("  " + line(part, width: width, reach: reach))
    }
    if let sites = explanation.sites { lines += SiteText(sites).lines }
    if let features = explanation.features { lines += self.lines(features) }
    if let attention = explanation.attention { lines += self.lines(attention) }
    return lines
  }

  private func label(_ part: ElementContributions.Part) -> String {
    guard let amount = part.amount, part.kind != .absentElements else { return part.name }
    let share = part.kind == .element ? Self.percent(amount) : Report.number(amount)
    guard let other = part.referenceAmount, part.kind == .element else {
      return "\(part.name) \(share)"
    }
    return "\(part.name) \(share) (there \(Self.percent(other)))"
  }

  private func line(
    _ part: ElementContributions.Part, width: Int, reach: Double
  ) -> String {
    let number = Self.padded(signed(part.contribution), to: 9, isLeft: false)
    let bar = Self.bar(part.contribution, reach: reach)
    let error = part.standardError.map { "  ± \(Report.number($0, significant: 2))" } ?? ""
    let effect = part.effectOfOnePercent.map { "  1 % more: \(signed($0))" } ?? ""
    let further = error + effect
    return
      "\(Self.padded(label(part), to: width)) \(number)  \(further.isEmpty ? Self.trimmed(bar) : bar + further)"
  }

  /// Atomic percent to two digits, however small.
  private static func percent(_ fraction: Double) -> String {
    fraction > 0 && fraction < 0.0995
      ? Report.number(100 * fraction, significant: 2) + "\u{202f}%" : Report.percent(fraction)
  }

  private static func trimmed(_ bar: String) -> String {
    String(bar.reversed().drop { $0 == " " }.reversed())
  }

  private func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Report.number(value)
  }

  /// A bar to the left or to the right of a middle.
  private static func bar(_ value: Double, reach: Double) -> String {
    let half = 12
    let share = reach > 0 ? abs(value) / reach : 0
    let cells = Int((share * Double(half)).rounded())
    let blank = String(repeating: " ", count: half - cells)
    let full = String(repeating: "█", count: cells)
    return value < 0
      ? blank + full + "│" + String(repeating: " ", count: half)
      : String(repeating: " ", count: half) + "│" + full + blank
  }

  private static func padded(_ text: String, to width: Int, isLeft: Bool = true) -> String {
    let blank = String(repeating: " ", count: max(0, width - text.count))
    return isLeft ? text + blank : blank + text
  }

  private func lines(_ features: FeatureContributions) -> [String] {
    let methods = features.methods.map { method in
      switch method {
      case .treeShapley: "Shapley values of trees"
      case .integratedGradients: "integrated gradients of the process"
      }
    }
    var lines = [
      "  Features (\(methods.joined(separator: ", ")); from \(Report.number(features.base))):"
    ]
    let width = features.features.map(\.name.count).max() ?? 0
    for feature in features.features {
      let mean = feature.trainingMean.map { " (training \(Report.number($0)))" } ?? ""
      let value = feature.value.map { Report.number($0) } ?? "missing"
      lines.append(
        "    \(Self.padded(signed(feature.contribution), to: 9, isLeft: false))  "
          + "\(Self.padded(feature.name, to: width))  \(value)\(mean)")
    }
    lines.append("    \(Self.padded(signed(features.others), to: 9, isLeft: false))  all others")
    let scale = features.features.first.map { abs($0.contribution) } ?? 0
    if abs(features.remainder) > 0.005 * scale {
      lines.append(
        "    \(Self.padded(signed(features.remainder), to: 9, isLeft: false))  not of features: "
          + "the median of trees beside their mean"
          + (features.share < 0.999
            ? ", networks (\(Report.percent(1 - features.share)) of the model)" : ""))
    }
    return lines
  }

  private func lines(_ attention: AttentionFlow) -> [String] {
    let shares = attention.elements.indices.map { place in
      "\(attention.elements[place]) \(Report.percent(attention.rollout[place])) "
        + "(gathered \(Report.percent(attention.pooling[place])))"
    }
    var lines = [
      "  Attention: what the networks gather starts at \(shares.joined(separator: ", "))"
    ]
    for pair in attention.pairs.prefix(6) {
      lines.append("    \(pair.receiver) ← \(pair.sender)  \(Report.percent(pair.weight))")
    }
    return lines
  }

  // MARK: All materials

  private var summary: [String] {
    var lines = [
      "\(model.card.learnedName) of \(names.count) materials, contributions counted from \(origin)",
      "  element  materials       mean  mean size",
    ]
    let elements = table.elements.sorted { $0.meanMagnitude > $1.meanMagnitude }
    let reach = elements.map { abs($0.mean) }.max() ?? 0
    for element in elements.prefix(20) {
      lines.append("  " + line(element, width: 7, reach: reach))
    }
    if elements.count > 20 {
      lines.append("  and \(elements.count - 20) more; --report or --json has them all")
    }
    lines.append("  families")
    let width = table.families.map(\.name.count).max() ?? 0
    for family in table.families {
      lines.append("  " + line(family, width: max(width, 7), reach: reach))
    }
    guard !table.features.isEmpty else { return lines }
    lines.append("  features: mean size, trend (higher values raise: +, lower: −)")
    for feature in table.features.prefix(10) {
      let trend = feature.trend.map { Report.number(($0 * 100).rounded() / 100) } ?? "–"
      lines.append(
        "    \(Self.padded(Report.number(feature.meanMagnitude), to: 9, isLeft: false))  "
          + "\(Self.padded(trend, to: 6, isLeft: false))  \(feature.name)")
    }
    return lines
  }

  private func line(
    _ summary: ExplanationTable.ElementSummary, width: Int, reach: Double
  ) -> String {
    let numbers = [signed(summary.mean), Report.number(summary.meanMagnitude)]
      .map { Self.padded($0, to: 10, isLeft: false) }
    return Self.padded(summary.name, to: width)
      + Self.padded("\(summary.materials)", to: 11, isLeft: false) + numbers.joined()
      + "  " + Self.trimmed(Self.bar(summary.mean, reach: reach))
  }
}
