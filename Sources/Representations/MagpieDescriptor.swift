internal import Foundation
public import Matter

/// The 132 element statistics of Magpie, in matminer's order and names.
///
/// 22 properties × minimum, maximum, range, mean, avg_dev, mode. Ward et al., npj Comput. Mater. 2,
/// 16028 (2016); matminer 0.10.1 `ElementProperty.from_preset("magpie")` without imputation.
public struct MagpieDescriptor: FixedDescriptor {
  public let name = "magpie"
  public let version = 1
  public let columns: [String]

  public init() {
    let statistics = ["minimum", "maximum", "range", "mean", "avg_dev", "mode"]
    columns = ElementProperty.allCases.flatMap { property in
      statistics.map { "MagpieData \($0) \(property.rawValue)" }
    }
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    var rows = [Double](repeating: 0, count: compositions.count * ElementStatistics.count)
    var statistics = ElementStatistics()
    var span = rows.mutableSpan
    for (index, composition) in compositions.enumerated() {
      statistics.write(composition, into: &span, at: index * ElementStatistics.count)
    }
    return rows
  }
}

/// The number of elements and norms of the vector of atomic fractions.
///
/// p = 0, 2, 3, 5, 7, 10; p = 0 counts elements. Ward et al. (2016), section "stoichiometric
/// attributes".
public struct StoichiometryDescriptor: FixedDescriptor {
  public let name = "stoichiometry"
  public let version = 1
  public let columns = ["0-norm", "2-norm", "3-norm", "5-norm", "7-norm", "10-norm"]

  public init() {}

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    compositions.flatMap { composition in
      let fractions = composition.fractions
      return [Double(fractions.count)]
        + [2, 3, 5, 7, 10].map { StoichiometryDescriptor.norm(fractions, $0) }
    }
  }

  private static func norm(_ fractions: [Double], _ p: Double) -> Double {
    pow(fractions.reduce(0) { $0 + pow($1, p) }, 1 / p)
  }
}

/// Mean numbers of s, p, d and f valence electrons per atom, and their shares of the total.
///
/// matminer's `ValenceOrbital`; a composition with an element that has no value, or without any
/// valence electron, gives NaN.
public struct ValenceDescriptor: FixedDescriptor {
  public let name = "valence"
  public let version = 1
  public let columns: [String]

  private static let orbitals: [ElementProperty] = [.sValence, .pValence, .dValence, .fValence]

  public init() {
    columns = ["avg", "frac"].flatMap { kind in
      ["s", "p", "d", "f"].map { "\(kind) \($0) valence electrons" }
    }
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    compositions.flatMap { composition in
      let fractions = composition.fractions
      let means = ValenceDescriptor.orbitals.map { orbital in
        zip(composition.elements, fractions).reduce(0.0) {
          $0 + $1.1 * ($1.0.value(of: orbital) ?? .nan)
        }
      }
      let total = means.reduce(0, +)
      return means + means.map { $0 / total }
    }
  }
}
