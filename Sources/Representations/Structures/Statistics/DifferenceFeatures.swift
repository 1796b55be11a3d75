internal import Foundation
internal import Matter

/// How much bonded atoms differ.
enum DifferenceFeatures {
  /// Ward et al., Phys. Rev. B 96, 024104 (2017), compares 22; these say different things.
  private static let properties: [(name: String, value: @Sendable (Element) -> Double)] = [
    ("electronegativity", { $0.electronegativity ?? .nan }),
    ("covalent radius", { $0.covalentRadius ?? .nan }),
    ("Mendeleev number", { $0.value(of: .mendeleevNumber) ?? .nan }),
    ("column", { Double($0.column) }),
    ("row", { Double($0.period) }),
    ("mass", { $0.mass }),
    ("melting temperature", { $0.value(of: .meltingTemperature) ?? .nan }),
    ("valence electrons", { $0.value(of: .valence) ?? .nan }),
    ("unfilled states", { $0.value(of: .unfilled) ?? .nan }),
    ("elemental volume", { $0.value(of: .groundStateVolume) ?? .nan }),
  ]

  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    for property in properties {
      let values = crystal.means(property.value)
      let differences = (0..<crystal.siteCount).map { site in
        localDifference(crystal, site, values)
      }
      list.add(
        "\(property.name) difference",
        WeightedSummary(differences, weights: crystal.weights))
    }
    addBonds(crystal, to: &list)
    addOrder(crystal, to: &list)
  }

  /// `Σ A_n |p_n − p| / Σ A_n` over the walls of a site.
  private static func localDifference(
    _ crystal: CrystalSurroundings, _ site: Int, _ values: [Double]
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for contact in crystal.contacts(of: site) {
      let weight = contact.area * crystal.weights[contact.neighbor]
      sum += weight * abs(values[contact.neighbor] - values[site])
      total += weight
    }
    return sum / total
  }

  private static func addBonds(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    let polarity = crystal.means { $0.electronegativity ?? .nan }
    var (ionic, attraction, reduced) = (
      WeightedSummary(), WeightedSummary(), WeightedSummary()
    )
    let masses = crystal.means(\.mass)
    for site in 0..<crystal.siteCount {
      for contact in crystal.contacts(of: site) {
        let other = contact.neighbor
        let weight = contact.weight * contact.weight * crystal.weights[site] * crystal.weights[other]
        let difference = polarity[site] - polarity[other]
        ionic.add(1 - exp(-0.25 * difference * difference), weight)
        attraction.add(
          polarity[site] * polarity[other] / (contact.distance * contact.distance), weight)
        reduced.add(1 / (1 / masses[site] + 1 / masses[other]), weight)
      }
    }
    list.add("bond ionicity", ionic)
    list.add("bond attraction", attraction)
    list.add("bond reduced mass", reduced)
  }

  /// The share of bonds between equal elements, and the same against a random mixture.
  private static func addOrder(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var amounts = [Double](repeating: 0, count: Element.count + 1)
    for (element, share) in crystal.structure.occupants { amounts[element.atomicNumber] += share }
    let random = amounts.reduce(0) { $0 + $1 * $1 } / (crystal.atomCount * crystal.atomCount)
    var (alike, total) = (0.0, 0.0)
    for site in 0..<crystal.siteCount {
      for contact in crystal.contacts(of: site) {
        for (element, share) in crystal.structure.occupants(of: site) {
          for (other, part) in crystal.structure.occupants(of: contact.neighbor) {
            let weight = contact.weight * share * part
            if element == other { alike += weight }
            total += weight
          }
        }
      }
    }
    list.add("bonds between equals", alike / total)
    list.add("order of elements", random < 1 - 1e-9 ? (random - alike / total) / (1 - random) : 0)
  }
}
