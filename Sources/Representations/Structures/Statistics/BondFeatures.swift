internal import Foundation
internal import Matter

/// Nearest neighbors, coordination, lengths and angles of bonds, and how regular they are.
enum BondFeatures {
  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    addSites(crystal, to: &list)
    addLengths(crystal, to: &list)
    addAngles(crystal, to: &list)
    addShapes(crystal, to: &list)
  }

  private static func addSites(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var nearest: [Double] = []
    var relative: [Double] = []
    var coordination: [Double] = []
    var covalent: [Double] = []
    var order: [Double] = []
    for site in 0..<crystal.siteCount {
      let row = crystal.contacts(of: site)
      nearest.append(row.map(\.distance).min() ?? .nan)
      let radius = crystal.radii[site]
      let near = row.map { $0.distance / (radius + crystal.radii[$0.neighbor]) }
      relative.append(near.filter(\.isFinite).min() ?? .nan)
      coordination.append(row.isEmpty ? .nan : row.reduce(0) { $0 + $1.weight })
      let ratios = row.map { ($0, (radius + crystal.radii[$0.neighbor]) / $0.distance) }
      // Grimme et al., J. Chem. Phys. 132, 154104 (2010), equation 15.
      covalent.append(
        ratios.reduce(0) {
          $0 + crystal.weights[$1.0.neighbor] / (1 + exp(-16 * (4.0 / 3 * $1.1 - 1)))
        })
      // Pauling's bond orders, J. Am. Chem. Soc. 69, 542 (1947).
      order.append(
        ratios.reduce(0) {
          $0 + crystal.weights[$1.0.neighbor] * bondOrder($1.0.distance, $1.1)
        })
    }
    let weights = crystal.weights
    list.add("nearest distance", WeightedSummary(nearest, weights: weights))
    list.add("nearest distance to radii", WeightedSummary(relative, weights: weights))
    list.add("coordination", WeightedSummary(coordination, weights: weights))
    list.add("covalent coordination", WeightedSummary(covalent, weights: weights))
    list.add("bond order", WeightedSummary(order, weights: weights))
  }

  /// - Parameter ratio: The sum of the radii over the distance.
  static func bondOrder(_ distance: Double, _ ratio: Double) -> Double {
    min(exp(distance * (ratio - 1) / 0.37), 10)
  }

  private static func addLengths(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var lengths = WeightedSummary()
    var relative = WeightedSummary()
    var within = WeightedSummary()
    for site in 0..<crystal.siteCount {
      var own = WeightedSummary()
      for contact in crystal.contacts(of: site) {
        let weight = contact.weight * contact.weight * crystal.weights[contact.neighbor]
        let radii = crystal.radii[site] + crystal.radii[contact.neighbor]
        lengths.add(contact.distance, weight * crystal.weights[site])
        relative.add(contact.distance / radii, weight * crystal.weights[site])
        own.add(contact.distance, weight)
      }
      within.add(own.deviation / own.mean, crystal.weights[site])
    }
    list.add("bond length", lengths)
    list.add("bond length to radii", relative)
    list.add("bond length variation", within)
  }

  /// Smeared shares of angles, degrees.
  private static let angles = [50.0, 60, 70, 80, 90, 100, 110, 120, 135, 150, 165, 180]
  private static let smearing = 8.0

  private static func addAngles(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var summary = WeightedSummary()
    var cosines = WeightedSummary()
    var histogram = [Double](repeating: 0, count: angles.count)
    var total = 0.0
    for site in 0..<crystal.siteCount {
      let row = crystal.contacts(of: site)
      for first in row.indices {
        for second in first + 1..<max(row.endIndex, first + 1) {
          let (a, b) = (row[first], row[second])
          let weight =
            a.weight * a.weight * b.weight * b.weight * crystal.weights[a.neighbor]
            * crystal.weights[b.neighbor] * crystal.weights[site]
          guard weight > 1e-3 else { continue }
          let cosine = max(-1, min(1, dot(a.vector, b.vector) / (a.distance * b.distance)))
          let angle = acos(cosine) * 180 / .pi
          summary.add(angle, weight)
          cosines.add(cosine * cosine, weight)
          total += weight
          for (place, center) in angles.enumerated() {
            let x = (angle - center) / smearing
            if abs(x) < 8 { histogram[place] += weight * exp(-0.5 * x * x) }
          }
        }
      }
    }
    list.add("bond angle", summary)
    list.add("mean squared cosine", cosines.mean)
    for (place, center) in angles.enumerated() {
      list.add("share of angles at \(Int(center))", histogram[place] / total)
    }
  }

  /// Rotation invariants of the walls around each site.
  ///
  /// `q_l² = Σ A_f A_g P_l(cos θ_fg) / A²`: Steinhardt et al., Phys. Rev. B 28, 784 (1983), with the
  /// weights of Mickel et al., J. Chem. Phys. 138, 044501 (2013), here by solid angle.
  private static func addShapes(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var invariants = [[Double]](repeating: [], count: 4)
    for site in 0..<crystal.siteCount {
      let row = crystal.contacts(of: site)
      var sums = [Double](repeating: 0, count: 4)
      for a in row {
        for b in row {
          let cosine = max(-1, min(1, dot(a.vector, b.vector) / (a.distance * b.distance)))
          let square = cosine * cosine
          let weight = a.share * b.share
          sums[0] += weight * cosine
          sums[1] += weight * (1.5 * square - 0.5)
          sums[2] += weight * ((35 * square - 30) * square + 3) / 8
          sums[3] += weight * (((231 * square - 315) * square + 105) * square - 5) / 16
        }
      }
      for (place, sum) in sums.enumerated() {
        invariants[place].append(row.isEmpty ? .nan : max(0, sum).squareRoot())
      }
    }
    for (name, values) in zip(["q1", "q2", "q4", "q6"], invariants) {
      list.add(name, WeightedSummary(values, weights: crystal.weights))
    }
  }
}
