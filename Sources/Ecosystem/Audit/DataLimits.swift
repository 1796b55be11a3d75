import Foundation
import Matter

/// What data cannot support, said in sentences; each follows from a stated rule.
struct DataLimits {
  let rows: Int
  let elementRows: [String: Int]
  let arity: DataAudit.Distribution
  let chemistry: DataAudit.Distribution
  let crystalSystems: DataAudit.Distribution?
  let crystalSurvey: SpaceGroupSurvey?
  let fidelities: DataAudit.Distribution?
  let protocols: [ProtocolFamily]
  let sources: DataAudit.Distribution?
  let target: DataAudit.TargetSummary?
  let noise: LabelNoise?
  let leakage: SplitLeakage?

  /// Fewer rows of an element than this support nothing about it.
  static let fewRows = 10

  /// Fewer repeated rows than this say nothing about noise in general.
  static let fewRepeats = 30

  /// A class below this share is called rare.
  static let rareShare = 0.05

  var sentences: [String] {
    (families + [rareElements] + arities + crystals + values + [noiseFloor] + methods + leaks)
      .compactMap { $0 }
  }

  // MARK: Elements

  private static let groups: [(name: String, numbers: [Int])] = [
    ("rare earths (La to Lu)", Array(57...71)), ("actinides", Array(89...103)),
    ("alkali metals", [3, 11, 19, 37, 55]), ("alkaline earths", [4, 12, 20, 38, 56]),
    ("3d metals", Array(21...30)), ("4d metals", Array(39...48)), ("5d metals", Array(72...80)),
    ("halogens", [9, 17, 35, 53]), ("oxygen", [8]),
    ("sulfur, selenium or tellurium", [16, 34, 52]),
    ("nitrogen", [7]), ("hydrogen", [1]), ("carbon", [6]),
  ]

  private var families: [String?] {
    let missing = Self.groups.filter { group in
      group.numbers.allSatisfy { count($0) == 0 }
    }.map(\.name)
    guard !missing.isEmpty else { return [] }
    return ["No row holds \(Self.list(missing, last: "or"))."]
  }

  private var rareElements: String? {
    let rare = Element.all.filter { (1..<Self.fewRows).contains(count($0.atomicNumber)) }
    guard !rare.isEmpty else { return nil }
    let names = rare.prefix(15).map(\.symbol).joined(separator: ", ")
    let more = rare.count > 15 ? " and \(rare.count - 15) more" : ""
    let subject = rare.count == 1 ? "One element occurs" : "\(rare.count) elements occur"
    return "\(subject) in fewer than \(Self.fewRows) rows: \(names)\(more)."
  }

  private func count(_ number: Int) -> Int {
    Element(atomicNumber: number).flatMap { elementRows[$0.symbol] } ?? 0
  }

  // MARK: Arity and crystals

  private var arities: [String?] {
    guard let most = arity.counts.keys.compactMap({ Int($0) }).max() else { return [] }
    let tail = (1...max(most, 1)).last { arity.share(of: "\($0)") >= 0.01 } ?? most
    var sentences: [String?] = []
    if tail < most {
      let share = (tail + 1...most).reduce(0) { $0 + arity.share(of: "\($1)") }
      sentences.append(
        "\(Self.percent(share)) of the rows have more than \(tail) elements, none more than \(most)."
      )
    } else {
      sentences.append("No row has more than \(most) \(most == 1 ? "element" : "elements").")
    }
    if let imbalance = chemistry.imbalance, imbalance.largestShare > 0.6, imbalance.classes > 1 {
      sentences.append(
        "\(Self.percent(imbalance.largestShare)) of the rows are of one class (\(imbalance.largest))."
      )
    }
    return sentences
  }

  private var crystals: [String?] {
    guard let crystalSystems, crystalSystems.imbalance != nil else {
      return ["Nothing is known of the crystals: polymorphs cannot be told apart."]
    }
    let absent = CrystalSystem.allCases.filter { crystalSystems.counts[$0.rawValue] == nil }
    let rare = CrystalSystem.allCases.filter {
      crystalSystems.counts[$0.rawValue] != nil
        && crystalSystems.share(of: $0.rawValue) < Self.rareShare
    }
    let names = rare.map {
      "\(Self.percent(crystalSystems.share(of: $0.rawValue))) are \($0.rawValue)"
    }
    return [
      absent.isEmpty ? nil : "No row is \(Self.list(absent.map(\.rawValue), last: "or")).",
      names.isEmpty ? nil : "Of the rows, \(Self.list(names, last: "and")).",
      crystalSystems.unknown == 0
        ? nil : "The crystal system of \(crystalSystems.unknown) rows is not known.",
      crystalSurvey.flatMap { survey in
        survey.isSample ? "Symmetry was looked for in \(survey.scope): shares are estimates." : nil
      },
    ]
  }

  // MARK: Values

  private var values: [String?] {
    guard let target else { return [] }
    let unit = target.unit.map { " \($0)" } ?? ""
    let low = Self.number(target.minimum)
    let high = Self.number(target.maximum)
    var sentences: [String?] = ["No row lies below \(low)\(unit) or above \(high)\(unit)."]
    if target.missing > 0 {
      sentences.append("\(target.missing) rows have no value of \(target.name).")
    }
    if target.commonestShare > 0.2, target.minimum < target.maximum {
      sentences.append(
        "\(Self.percent(target.commonestShare)) of the values are exactly "
          + "\(Self.number(target.commonest))\(unit): whether and how much are two questions.")
    }
    if target.skewness.magnitude > 2 {
      sentences.append(
        "The values have a long tail (skewness \(Self.number(target.skewness))): the mean of errors "
          + "is ruled by few rows.")
    }
    return sentences
  }

  private var noiseFloor: String? {
    guard let noise, noise.pooledStandardDeviation > 0, noise.repeatedRows >= Self.fewRepeats
    else { return nil }
    let unit = target?.unit.map { " \($0)" } ?? ""
    return "Repeated compositions differ by \(Self.number(noise.pooledStandardDeviation))\(unit) "
      + "(pooled standard deviation of \(noise.repeatedRows) rows): from the composition alone, a "
      + "mean absolute error below about \(Self.number(noise.attainableError))\(unit) on such rows "
      + "cannot be expected."
  }

  private var methods: [String?] {
    [
      fidelities == nil ? "No column says how the values were obtained." : nil,
      protocols.count { $0.kind != .unknown } > 1
        ? "The values come from \(protocols.count) families of methods "
          + "(\(protocols.prefix(4).map(\.name).joined(separator: ", "))): harmonize them before "
          + "they are learned as one property." : nil,
      sources.map { $0.counts.count == 1 } ?? false
        ? "All rows come from one source: how far another would differ is not known." : nil,
    ]
  }

  private var leaks: [String?] {
    guard let leakage else { return [] }
    let crystals = leakage.overall.sameCrystal.flatMap { share in
      share > 0.01
        ? "\(Self.percent(share)) of the test rows with a crystal have the same crystal in training."
        : nil
    }
    return [compositionLeak(leakage), crystals]
  }

  private func compositionLeak(_ leakage: SplitLeakage) -> String? {
    guard leakage.overall.nearComposition > 0.01 else { return nil }
    return "\(Self.percent(leakage.overall.nearComposition)) of the test rows have a composition "
      + "within \(Self.percent(leakage.tolerance)) of the atoms in training: errors on them say "
      + "little about new compositions."
  }

  // MARK: Words

  private static func list(_ words: [String], last: String) -> String {
    guard words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(last) " + (words.last ?? "")
  }

  private static func percent(_ share: Double) -> String {
    String(
      format: share >= 0.0995 || share == 0 ? "%.0f %%" : share >= 0.001 ? "%.1f %%" : "%.2g %%",
      100 * share)
  }

  private static func number(_ value: Double) -> String { String(format: "%.4g", value) }
}
