internal import Foundation
internal import Matter

/// How distances are distributed: by their length, in units of the spacing of the atoms and of the
/// radii of the two, and weighted by what the two are.
enum DistributionFeatures {
  /// Å.
  private static let lengths = stride(from: 1.5, through: 6, by: 0.5).map { $0 }
  private static let smearing = 0.25

  /// In units of the cube root of the volume per atom.
  private static let spacings = stride(from: 0.6, through: 2.5, by: 0.1).map { $0 }
  private static let spacingSmearing = 0.06

  /// In units of the sum of the covalent radii.
  private static let ratios = stride(from: 0.8, through: 2, by: 0.2).map { $0 }
  private static let ratioSmearing = 0.1

  /// Farther atoms are not looked for, Å.
  private static let reach = 10.0

  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) throws {
    let spacing = cbrt(crystal.lattice.volume / crystal.atomCount)
    let cutoff = min(reach, max(7, 2.7 * spacing))
    let pairs = try crystal.structure.neighbors(within: cutoff)
    let polarity = crystal.means { $0.electronegativity ?? .nan }
    var radial = Smeared(lengths, smearing)
    var likeness = Smeared(lengths, smearing)
    var unlikeness = Smeared(lengths, smearing)
    var scaled = Smeared(spacings, spacingSmearing)
    var sites = [Smeared](
      repeating: Smeared(ratios, ratioSmearing), count: crystal.siteCount)
    for site in 0..<crystal.siteCount {
      let own = crystal.weights[site]
      for pair in pairs.offsets[site]..<pairs.offsets[site + 1] {
        let other = Int(pairs.sites[pair])
        let weight = crystal.weights[other]
        let distance = length(pairs.vectors[pair])
        radial.add(distance, own * weight)
        scaled.add(distance / spacing, own * weight)
        likeness.add(distance, own * weight * polarity[site] * polarity[other])
        unlikeness.add(distance, own * weight * abs(polarity[site] - polarity[other]))
        sites[site].add(distance / (crystal.radii[site] + crystal.radii[other]), weight)
      }
    }
    let atoms = crystal.atomCount
    for (place, center) in lengths.enumerated() {
      let shell = 4 * Double.pi * center * center / (spacing * spacing * spacing)
      list.add("pairs at \(center) Å", radial.values[place] / atoms / shell)
      list.add("polarity at \(center) Å", likeness.values[place] / atoms)
      list.add("polarity difference at \(center) Å", unlikeness.values[place] / atoms)
    }
    for (place, center) in spacings.enumerated() {
      list.add(
        "pairs at \((center * 10).rounded() / 10) spacings",
        scaled.values[place] / atoms / (4 * .pi * center * center))
    }
    for (place, center) in ratios.enumerated() {
      let summary = WeightedSummary(
        sites.map { $0.values[place] }, weights: crystal.weights)
      list.add("mean neighbors at \((center * 10).rounded() / 10) radii", summary.mean)
      list.add("deviation neighbors at \((center * 10).rounded() / 10) radii", summary.deviation)
    }
  }

  /// A density of weighted points, smeared by Gaussians and read off at some centers.
  private struct Smeared {
    private let centers: [Double]
    private let width: Double
    private(set) var values: [Double]

    init(_ centers: [Double], _ width: Double) {
      (self.centers, self.width) = (centers, width)
      values = [Double](repeating: 0, count: centers.count)
    }

    mutating func add(_ point: Double, _ weight: Double) {
      let factor = weight / (width * (2 * Double.pi).squareRoot())
      for (place, center) in centers.enumerated() {
        let x = (point - center) / width
        // NaN goes in, so that what is not known shows.
        if abs(x) > 6 { continue }
        values[place] += factor * exp(-0.5 * x * x)
      }
    }
  }
}
