import Matter

/// A record as a subject of filters.
///
/// Names are those of OPTIMADE structures (`elements`, `nelements`, `elements_ratios`,
/// `chemical_formula_reduced`, `chemical_formula_hill`, `chemical_formula_anonymous`, `nsites`, `id`,
/// `type`), `formula` as Athanor writes it (`TiO2`, not `O2Ti`), and every measured property, in lower
/// case with `_` for what is neither a letter nor a digit: `band gap` is `band_gap`, and `band_gap.pbe`
/// its value by the method PBE. Of several values, the last recorded counts.
public struct RecordSubject: FilterSubject {
  private let record: Record
  private let siteCount: Int?

  /// - Parameter siteCount: `nil` for a composition alone.
  public init(_ record: Record, siteCount: Int? = nil) {
    self.record = record
    self.siteCount =
      siteCount ?? record.crystal?.siteCount ?? record.molecule?.elements.count
  }

  /// Names with a meaning of their own; a measured property of the same name is not seen.
  static let standardNames: Set<String> = [
    "id", "type", "elements", "nelements", "elements_ratios", "chemical_formula_reduced",
    "chemical_formula_hill", "chemical_formula_anonymous", "formula", "nsites",
  ]

  public func value(of property: [String]) -> FilterValue? {
    guard let name = property.first else { return nil }
    guard Self.standardNames.contains(name) else { return measured(property) }
    guard property.count == 1 else { return nil }
    let composition = record.composition
    switch name {
    case "id": return .text(record.key)
    case "type": return .text("structures")
    case "elements": return .list(alphabetical.map { .text(composition.elements[$0].symbol) })
    case "nelements": return .number(Double(composition.elements.count))
    case "elements_ratios":
      let fractions = composition.fractions
      return .list(alphabetical.map { .number(fractions[$0]) })
    case "chemical_formula_hill": return .text(composition.hillFormula)
    case "chemical_formula_reduced": return .text(reducedFormula)
    case "chemical_formula_anonymous": return .text(anonymousFormula)
    case "formula": return .text(composition.formula)
    case "nsites": return siteCount.map { .number(Double($0)) }
    default: return nil
    }
  }

  private func measured(_ path: [String]) -> FilterValue? {
    guard path.count <= 2 else { return nil }
    let found = record.measurements.last { sourced in
      Self.name(sourced.measurement.property) == path[0]
        && (path.count == 1 || sourced.measurement.fidelity.map(Self.name) == path[1])
    }
    return found.map { .number($0.measurement.value) }
  }

  /// Places in the composition in the alphabetical order of the symbols.
  private var alphabetical: [Int] {
    let elements = record.composition.elements
    return elements.indices.sorted { elements[$0].symbol < elements[$1].symbol }
  }

  /// Elements in alphabetical order, as OPTIMADE has it.
  private var reducedFormula: String {
    let composition = record.composition
    return alphabetical.map {
      composition.elements[$0].symbol + Self.amount(composition.amounts[$0])
    }.joined()
  }

  /// `A` for the most frequent element, as OPTIMADE has it: `A3B2` for Fe2O3.
  private var anonymousFormula: String {
    let letters = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
    return record.composition.amounts.sorted(by: >).enumerated().map { place, amount in
      let name =
        place < 26 ? letters[place] : letters[place / 26 - 1] + letters[place % 26].lowercased()
      return name + Self.amount(amount)
    }.joined()
  }

  private static func amount(_ value: Double) -> String {
    guard let whole = Int(exactly: value) else { return "\(value)" }
    return whole == 1 ? "" : "\(whole)"
  }

  /// The name by which a filter asks for a property.
  public static func name(_ property: String) -> String {
    var name = ""
    for scalar in property.lowercased().unicodeScalars {
      let isWord = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      name.unicodeScalars.append(isWord ? scalar : "_")
    }
    return name.first?.isNumber == true ? "_" + name : name
  }
}
