internal import Foundation
internal import Matter

/// Frequencies and moduli of a crystal whose bonds are springs.
///
/// Stiffness by Gordy's rule, J. Chem. Phys. 14, 305 (1946): `k = 1.67 N (χ_A χ_B / d²)^¾ + 0.30`
/// mdyn/Å, here with Pauling's bond order `N` (J. Am. Chem. Soc. 69, 542, 1947) for both terms, so that
/// far neighbors have none; a tenth of it holds across the bond. No more than a scale for vibrations,
/// but one that knows masses, lengths and connections.
struct SpringFeatures {
  /// √(mdyn/Å/u) in 1/cm: `1/(2πc) √(100 N/m / u)`.
  private static let wavenumber = 1302.79

  /// mdyn/Å · Å² / Å³ in GPa.
  private static let gigapascals = 1000.0

  /// Of the stiffness, across a bond.
  private static let transverse = 0.1

  private struct Spring {
    let site: Int
    let other: Int
    let direction: SIMD3<Double>

    /// mdyn/Å.
    let stiffness: Double
    let distance: Double

    /// How many cells of each vector lie between the ends.
    let image: SIMD3<Int>
  }

  private let springs: [Spring]
  private let masses: [Double]
  private let isKnown: Bool

  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    let model = SpringFeatures(crystal)
    model.addSites(crystal, to: &list)
    model.addModuli(crystal, to: &list)
    model.addModes(to: &list)
  }

  private init(_ crystal: CrystalSurroundings) {
    let polarity = crystal.means { $0.electronegativity ?? .nan }
    masses = crystal.means(\.mass)
    let places = crystal.structure.positions.map(crystal.lattice.fractional)
    var springs: [Spring] = []
    for site in 0..<crystal.siteCount {
      for contact in crystal.contacts(of: site) {
        let other = contact.neighbor
        let distance = contact.distance
        let ratio = (crystal.radii[site] + crystal.radii[other]) / distance
        let gordy = 1.67 * pow(polarity[site] * polarity[other] / (distance * distance), 0.75) + 0.3
        let shift =
          crystal.lattice.fractional(contact.vector) - (places[other] - places[site])
        springs.append(
          Spring(
            site: site, other: other, direction: contact.vector / distance,
            stiffness: BondFeatures.bondOrder(distance, ratio) * gordy
              * crystal.weights[site] * crystal.weights[other],
            distance: distance, image: SIMD3<Int>(shift.rounded(.toNearestOrEven))))
      }
    }
    self.springs = springs
    isKnown = !springs.isEmpty && springs.allSatisfy(\.stiffness.isFinite)
  }

  /// Atoms that vibrate alone, and pairs.
  private func addSites(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var stiffness = [Double](repeating: 0, count: masses.count)
    var pairs = WeightedSummary()
    for spring in springs {
      stiffness[spring.site] += spring.stiffness * (1 + 2 * Self.transverse) / 3
      let mass = 1 / (1 / masses[spring.site] + 1 / masses[spring.other])
      pairs.add(Self.wavenumber * (spring.stiffness / mass).squareRoot(), spring.stiffness)
    }
    let frequencies = zip(stiffness, masses).map { Self.wavenumber * ($0 / $1).squareRoot() }
    list.add("site stiffness", WeightedSummary(isKnown ? stiffness : [], weights: crystal.weights))
    list.add(
      "site frequency", WeightedSummary(isKnown ? frequencies : [], weights: crystal.weights))
    list.add("pair frequency", pairs)
  }

  /// `Σ k d² n n / V` over bonds, GPa: its trace over 9 is a bulk modulus.
  private func addModuli(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var tensor = SymmetricTensor()
    // Each bond is listed from both ends.
    for spring in springs {
      tensor.add(spring.direction, 0.5 * spring.stiffness * spring.distance * spring.distance)
    }
    let scale = Self.gigapascals / crystal.lattice.volume
    let values = isKnown ? tensor.eigenvalues.map { $0 * scale } : [.nan, .nan, .nan]
    list.add("bond modulus", (values[0] + values[1] + values[2]) / 9)
    list.add("largest bond modulus", values[0])
    list.add("smallest bond modulus", values[2])
    list.add("bond modulus anisotropy", values[2] / values[0])
  }

  /// Modes at the eight points of reciprocal space with components 0 and ½, which are the same for
  /// every choice of the primitive cell.
  private func addModes(to list: inout FeatureList) {
    guard isKnown else {
      for name in ["highest mode", "highest mode at center", "mean mode", "mode spread"] {
        list.add(name, Double.nan)
      }
      return
    }
    var highest = 0.0
    var atCenter = 0.0
    var moments = (0.0, 0.0)
    for point in 0..<8 {
      let matrix = DynamicalMatrix(
        sites: masses.count, bonds: springs.map { bond(of: $0, point: point) })
      let value = matrix.largestEigenvalue()
      highest = max(highest, value)
      if point == 0 { atCenter = value }
      let (first, second) = matrix.moments()
      moments.0 += first / 8
      moments.1 += second / 8
    }
    list.add("highest mode", Self.wavenumber * max(0, highest).squareRoot())
    list.add("highest mode at center", Self.wavenumber * max(0, atCenter).squareRoot())
    list.add("mean mode", Self.wavenumber * max(0, moments.0).squareRoot())
    list.add("mode spread", max(0, moments.1 - moments.0 * moments.0).squareRoot() / moments.0)
  }

  private func bond(of spring: Spring, point: Int) -> DynamicalMatrix.Bond {
    let odd =
      (point & 1) * spring.image.x + (point >> 1 & 1) * spring.image.y
      + (point >> 2 & 1) * spring.image.z
    return DynamicalMatrix.Bond(
      site: spring.site, other: spring.other, direction: spring.direction,
      own: spring.stiffness / masses[spring.site],
      shared: (odd % 2 == 0 ? 1 : -1) * spring.stiffness
        / (masses[spring.site] * masses[spring.other]).squareRoot())
  }

  /// Sums of springs between sites, divided by masses: `[3 sites, 3 sites]`, kept bond by bond.
  private struct DynamicalMatrix {
    struct Bond {
      let site: Int
      let other: Int
      let direction: SIMD3<Double>
      let own: Double
      let shared: Double
    }

    let sites: Int
    let bonds: [Bond]

    func applied(to vector: [SIMD3<Double>]) -> [SIMD3<Double>] {
      var result = [SIMD3<Double>](repeating: .zero, count: sites)
      for bond in bonds {
        let pull = bond.own * vector[bond.site] - bond.shared * vector[bond.other]
        let along = dot(pull, bond.direction) * bond.direction
        result[bond.site] += (1 - transverse) * along + transverse * pull
      }
      return result
    }

    /// Trace of the matrix and of its square, by its width.
    func moments() -> (Double, Double) {
      var (first, second) = (0.0, 0.0)
      var vector = [SIMD3<Double>](repeating: .zero, count: sites)
      // Exact for small cells; a spread of columns stands for large ones.
      let step = max(1, sites / 32)
      let places = stride(from: 0, to: sites, by: step)
      for site in places {
        for axis in 0..<3 {
          vector[site][axis] = 1
          let column = applied(to: vector)
          vector[site][axis] = 0
          first += column[site][axis]
          for value in column { second += dot(value, value) }
        }
      }
      let count = Double(3 * Array(places).count)
      return (first / count, second / count)
    }

    /// By Lanczos' method with full orthogonalization: Golub and Van Loan, Matrix Computations, 4th
    /// ed. (2013), section 10.3.
    func largestEigenvalue(steps: Int = 40) -> Double {
      var basis: [[SIMD3<Double>]] = []
      var (diagonal, side): ([Double], [Double]) = ([], [])
      // A start that no symmetry makes blind to a mode.
      var next = (0..<sites).map { (site: Int) -> SIMD3<Double> in
        let place = Double(site)
        return SIMD3<Double>(
          1 + 0.6 * sin(3 * place + 1), 0.7 + 0.6 * cos(5 * place), 0.4 + 0.6 * sin(7 * place + 2))
      }
      var size = norm(next)
      for _ in 0..<min(steps, 3 * sites) {
        let current = next.map { $0 / size }
        var image = applied(to: current)
        diagonal.append(inner(image, current))
        basis.append(current)
        for _ in 0..<2 {
          for vector in basis {
            let share = inner(image, vector)
            for site in 0..<sites { image[site] -= share * vector[site] }
          }
        }
        next = image
        size = norm(next)
        guard size > 1e-10 * (diagonal.max() ?? 0) + 1e-300 else { break }
        side.append(size)
      }
      return Self.largestEigenvalue(diagonal: diagonal, side: side)
    }

    private func inner(_ a: [SIMD3<Double>], _ b: [SIMD3<Double>]) -> Double {
      var sum = 0.0
      for (x, y) in zip(a, b) { sum += dot(x, y) }
      return sum
    }

    private func norm(_ a: [SIMD3<Double>]) -> Double { inner(a, a).squareRoot() }

    /// Of a tridiagonal matrix, by bisection on the signs of its leading minors.
    private static func largestEigenvalue(diagonal: [Double], side: [Double]) -> Double {
      var low = diagonal.max() ?? 0
      var high = low
      for place in diagonal.indices {
        let reach =
          (place > 0 ? side[place - 1] : 0) + (place + 1 < diagonal.count ? side[place] : 0)
        high = max(high, diagonal[place] + reach)
      }
      for _ in 0..<80 {
        let middle = 0.5 * (low + high)
        var isBelow = true
        var pivot = 1.0
        for place in diagonal.indices {
          let previous = place > 0 ? side[place - 1] * side[place - 1] / pivot : 0
          pivot = middle - diagonal[place] - previous
          if pivot <= 0 {
            isBelow = false
            break
          }
        }
        if isBelow { high = middle } else { low = middle }
      }
      return high
    }
  }
}
