import DenseMath
import Foundation
import Matter

@testable import Reporting

/// One figure of each kind, made of small invented numbers.
enum Samples {
  static let strength = Quantity("Yield strength", unit: "MPa")

  static func charts(name: String = "Fe0.7Ni0.3") -> [Chart] {
    [
      .bestSoFar(strategies(name), objective: strength, initialCount: 2),
      .foundFraction(
        strategies(name, scale: 0.1), poolSize: 40, topShare: 0.05, notes: ["EF 3.1", name],
        initialCount: 1),
      .parity(
        [
          ParityPoint(name: name, measured: 1, predicted: 1.2, lower: 0.7, upper: 1.7),
          ParityPoint(name: "Ni", measured: 2, predicted: 1.4, lower: 1.2, upper: 1.6),
        ], quantity: strength,
        quality: Quality(
          meanAbsoluteError: 0.4, rSquared: 0.71, coverage: 0.5, nominalCoverage: 0.9)),
      .calibration(
        [
          CoverageLine("calibrated", nominal: [0.5, 0.9], observed: [0.55, 0.88]),
          CoverageLine(name, nominal: [0.5, 0.9], observed: [0.3, 0.6]),
        ], count: 50),
      .compositionMap(
        [
          mapPoint(name, 0, 5, isFeasible: true, order: 1),
          mapPoint("Ni", 1, 9, isFeasible: false, order: 2),
          mapPoint("Cu", 2, 7, isFeasible: true, order: 3),
        ], objective: strength, axisTitles: (x: "Direction 1", y: "Direction 2")),
      .periodicTable(
        Dictionary(
          uniqueKeysWithValues: [3, 26, 57, 92, 118].compactMap { number in
            Element(atomicNumber: number).map { ($0, Double(number)) }
          }), quantity: Quantity("Importance", unit: "MPa")),
      .residuals([-1, -0.4, 0.1, 0.2, 0.9, 1.4], quantity: strength),
      .bars([(name, 1.5), ("mean", 4)], quantity: strength, emphasized: name),
      .abstention(kept: [1, 0.5], error: [3, 2], oracle: [3, 1], quantity: strength),
    ]
  }

  static func strategies(_ name: String, scale: Double = 1) -> [Strategy] {
    [
      Strategy(
        "random", runs: [[1, 1, 2], [1, 1, 1]].map { $0.map { $0 * scale } }, role: .baseline),
      Strategy(name, runs: [[1, 3, 4], [2, 3, 5]].map { $0.map { $0 * scale } }, role: .main),
      Strategy("other", runs: [[.nan, 2, 2], [1, 2, 3]].map { $0.map { $0 * scale } }),
    ]
  }

  static func mapPoint(
    _ formula: String, _ x: Double, _ value: Double, isFeasible: Bool, order: Int
  ) -> MapPoint {
    MapPoint(
      formula: formula, x: x, y: -x, objective: value, isFeasible: isFeasible, order: order,
      isInitial: order == 1)
  }

  /// Every text of the report is `text`.
  static func report(text: String) -> Report {
    let table = ReportTable(
      caption: text, columns: [.init(text, unit: text), .init(text)],
      rows: [[.text(text), .formula(text)], [.sentence(text), .verdict(false, text)], [.missing]])
    return Report(
      title: text, subtitle: text, summary: text,
      cards: [
        .init(text, value: text, unit: text, note: text),
        .init(text, value: text, isFormula: true),
      ],
      sections: charts(name: text).map { .init(title: text, text: text, content: .chart($0)) }
        + [
          .init(
            title: text, content: .table(table), .preformatted(text), .paragraph(text),
            isHalfWidth: true)
        ],
      recipe: text, provenance: [.init(text, text)])
  }
}

/// The folder that holds the package.
let packageRoot = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A decoded specification, to ask for its parts.
struct Specification {
  let root: [String: Any]

  init(_ json: String) throws {
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
    root = value as? [String: Any] ?? [:]
  }

  /// All layers without layers of their own, each with the channels that it inherits.
  var leaves: [[String: Any]] { Specification.leaves(root, inherited: [:]) }

  private static func leaves(_ node: [String: Any], inherited: [String: Any]) -> [[String: Any]] {
    let own = node["encoding"] as? [String: Any] ?? [:]
    let encoding = inherited.merging(own) { $1 }
    guard let layers = node["layer"] as? [[String: Any]] else {
      var leaf = node
      leaf["encoding"] = encoding
      return [leaf]
    }
    return layers.flatMap { leaves($0, inherited: encoding) }
  }
}
