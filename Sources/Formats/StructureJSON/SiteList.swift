import Matter

/// Sites on their way from JSON into a crystal or a molecule.
struct SiteList {
  var occupants: [Occupant] = []
  var counts: [Int] = []
  var positions: [SIMD3<Double>] = []
  var labels: [String] = []
  var moments: [SIMD3<Double>?] = []

  /// Sites that nothing fills, which are left out.
  private(set) var emptySites = 0

  /// Coordinates and vector components beyond this, Å or cells, are damage and not data.
  static let largestNumber = 1e6

  /// Symbols that stand for no atom.
  private static let vacancies: Set<String> = [
    "X", "vacancy", "Vacancy", "vac", "Vac", "Va", "VAC", "Vc",
  ]

  static func isVacancy(_ symbol: String) -> Bool { vacancies.contains(symbol) }

  mutating func append(
    _ site: [Occupant], position: SIMD3<Double>, label: String? = nil, moment: SIMD3<Double>? = nil
  ) {
    guard !site.isEmpty else {
      emptySites += 1
      return
    }
    occupants += site
    counts.append(site.count)
    positions.append(position)
    label.map { labels.append($0) }
    moments.append(moment)
  }

  /// The lattice of three vectors.
  static func lattice(_ vectors: [SIMD3<Double>], at node: JSONNode) throws(ReadingError) -> Lattice
  {
    guard vectors.count == 3 else { throw node.error("A cell needs three vectors.") }
    guard vectors.allSatisfy({ max($0.max(), -$0.min()) <= largestNumber }) else {
      throw node.error("A cell vector is longer than a million ångström; correct it.")
    }
    do throws(LatticeError) {
      return try Lattice(a: vectors[0], b: vectors[1], c: vectors[2])
    } catch {
      throw node.error("\(error)")
    }
  }

  /// The lattice of three lengths, Å, and three angles, degrees.
  static func lattice(
    lengths: SIMD3<Double>, degrees: SIMD3<Double>, at node: JSONNode
  ) throws(ReadingError) -> Lattice {
    guard lengths.max() <= largestNumber else {
      throw node.error("A cell vector is longer than a million ångström; correct it.")
    }
    let angles = degrees * (Double.pi / 180)
    do throws(LatticeError) {
      return try Lattice(
        Lattice.Parameters(
          a: lengths.x, b: lengths.y, c: lengths.z, alpha: angles.x, beta: angles.y,
          gamma: angles.z))
    } catch {
      throw node.error("\(error)")
    }
  }

  func crystal(_ lattice: Lattice, at node: JSONNode) throws(ReadingError) -> Crystal {
    try checkPositions(at: node)
    let hasMoments = moments.contains { $0 != nil }
    do throws(CrystalError) {
      return try Crystal(
        lattice: lattice, occupants: occupants, counts: counts, positions: positions,
        labels: labels.count == positions.count && !labels.isEmpty ? labels : nil,
        magneticMoments: hasMoments ? moments.map { $0 ?? .zero } : nil)
    } catch {
      throw node.error("\(error)")
    }
  }

  func molecule(at node: JSONNode) throws(ReadingError) -> Molecule {
    try checkPositions(at: node)
    guard counts.allSatisfy({ $0 == 1 }), occupants.allSatisfy({ $0.occupancy == 1 }) else {
      throw node.error("An atom of a molecule is shared or partly vacant.")
    }
    do throws(CrystalError) {
      return try Molecule(elements: occupants.map(\.element), positions: positions)
    } catch {
      throw node.error("\(error)")
    }
  }

  private func checkPositions(at node: JSONNode) throws(ReadingError) {
    for (site, position) in positions.enumerated()
    where !(position.max() <= Self.largestNumber && position.min() >= -Self.largestNumber) {
      throw node.error(
        "Site \(site + 1) is more than a million cells or ångström away; correct it.")
    }
  }

  var notices: [ReadingNotice] {
    guard emptySites > 0 else { return [] }
    return [
      ReadingNotice("\(emptySites) sites without an atom (vacancies, placeholders) are left out.")
    ]
  }
}
