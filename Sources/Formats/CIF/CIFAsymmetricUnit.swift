import Matter

/// The sites of a crystal of which symmetry operations make the others, as CIF lists them.
///
/// Operations are those of the crystal's own cell that keep everything that CIF writes for an atom:
/// its occupants to the last digit and, turned, its moment. Only translations by multiples of 1/24 of
/// the cell are taken, which other programs can read; such operations are a group.
struct CIFAsymmetricUnit {
  /// The identity is the first.
  let operations: [SymmetryOperation]

  /// −1 for those that turn moments round besides, `[operations]`; `nil` without moments.
  let timeReversals: [Int]?

  /// The first site of each orbit.
  let sites: [Int]

  /// How many sites of the cell each stands for, `[sites]`.
  let multiplicities: [Int]

  /// The setting that has just these operations; `nil` in cells outside Hall's list, such as primitive
  /// cells of centered groups.
  let setting: SpaceGroupSetting?

  /// 1...230.
  let spaceGroupNumber: Int

  /// The search takes the square of the number of sites.
  private static let mostSites = 5000

  /// - Returns: `nil` where there is no operation besides the identity, or where some are left out and the
  ///   rest has no name.
  init?(of crystal: Crystal, tolerance: Double) {
    guard
      let symmetry = try? CrystalSymmetry(
        of: crystal, tolerance: tolerance, mostSites: Self.mostSites)
    else { return nil }
    let finder = CIFSiteFinder(crystal, tolerance: tolerance)
    var kept: [(operation: SymmetryOperation, images: [Int], timeReversal: Int)] = []
    for operation in Set(symmetry.operations.compactMap(Self.inSteps)).sorted() {
      guard let images = finder.images(under: operation),
        let sign = finder.timeReversal(of: operation, images)
      else { continue }
      kept.append((operation, images, sign))
    }
    let operations = kept.map(\.operation)
    guard operations.count > 1, operations.first == .identity,
      SymmetryOperation.group(generatedBy: operations, limit: operations.count) == operations
    else { return nil }
    self.operations = operations
    timeReversals = crystal.magneticMoments == nil ? nil : kept.map(\.timeReversal)
    (sites, multiplicities) = Self.orbits(kept.map(\.images), count: crystal.siteCount)
    setting = Self.setting(of: operations, near: symmetry.setting)
    guard setting != nil || operations.count == symmetry.operations.count else { return nil }
    spaceGroupNumber = setting?.number ?? symmetry.setting.number
  }

  /// An operation whose translation is moved to the nearest multiple of 1/24 of each cell vector.
  private static func inSteps(_ operation: SymmetryOperation) -> SymmetryOperation? {
    let steps = (operation.translation * 24).rounded(.toNearestOrEven)
    return try? SymmetryOperation(rotation: operation.rotation, translation: steps / 24)
  }

  private static func orbits(_ images: [[Int]], count: Int) -> (sites: [Int], sizes: [Int]) {
    var isTaken = [Bool](repeating: false, count: count)
    var sites: [Int] = []
    var sizes: [Int] = []
    for site in 0..<count where !isTaken[site] {
      let orbit = Set(images.map { $0[site] })
      for other in orbit { isTaken[other] = true }
      sites.append(site)
      sizes.append(orbit.count)
    }
    return (sites, sizes)
  }

  private static func setting(
    of operations: [SymmetryOperation], near likely: SpaceGroupSetting
  ) -> SpaceGroupSetting? {
    let wanted = Set(operations)
    func fits(_ setting: SpaceGroupSetting) -> Bool {
      setting.operations.count == wanted.count && Set(setting.operations) == wanted
    }
    return fits(likely) ? likely : SpaceGroupSetting.all.first(where: fits)
  }
}

/// Finds the site of a crystal at a place.
struct CIFSiteFinder {
  private let crystal: Crystal
  private let closeness: PeriodicCloseness
  private var boxes: PeriodicBoxes

  /// A number for the occupants of each site, equal for equal ones in any order.
  private let kinds: [Int]

  /// Moments that differ by less are equal, Bohr magnetons.
  private static let momentTolerance = 1e-4

  init(_ crystal: Crystal, tolerance: Double) {
    self.crystal = crystal
    closeness = PeriodicCloseness(crystal.lattice, radius: tolerance)
    boxes = PeriodicBoxes(bounds: closeness.bounds, capacity: crystal.siteCount)
    for (site, position) in crystal.positions.enumerated() { boxes.add(site, at: position) }
    var known: [Set<Occupant>: Int] = [:]
    kinds = (0..<crystal.siteCount).map { site in
      let next = known.count
      let occupants = Set(crystal.occupants(of: site))
      defer { known[occupants] = known[occupants] ?? next }
      return known[occupants] ?? next
    }
  }

  /// The nearest site within the tolerance of a place; the first of those that are as near.
  func site(at position: SIMD3<Double>) -> Int? {
    var best: (site: Int, distance: Double)?
    boxes.nearby(position) { site in
      if let distance = closeness.squaredDistance(crystal.positions[site], position),
        best.map({ (distance, site) < ($0.distance, $0.site) }) ?? true
      {
        best = (site, distance)
      }
      return false
    }
    return best?.site
  }

  /// Where an operation takes each site, `[sites]`; `nil` unless to one of the same occupants, and to
  /// each just once.
  func images(under operation: SymmetryOperation) -> [Int]? {
    var isTaken = [Bool](repeating: false, count: crystal.siteCount)
    var images: [Int] = []
    for (site, position) in crystal.positions.enumerated() {
      guard let image = self.site(at: operation.apply(to: position)), !isTaken[image],
        kinds[image] == kinds[site]
      else { return nil }
      isTaken[image] = true
      images.append(image)
    }
    return images
  }

  /// 1 or −1 as the moments, which are axial vectors, ask; `nil` where neither gives those of the images.
  func timeReversal(of operation: SymmetryOperation, _ images: [Int]) -> Int? {
    guard let moments = crystal.magneticMoments else { return 1 }
    let (lattice, r) = (crystal.lattice, operation.rotation)
    let turned = moments.map { moment in
      Double(r.determinant) * lattice.cartesian(r * lattice.fractional(moment))
    }
    return [1, -1].first { sign in
      zip(turned, images).allSatisfy { moment, image in
        length(Double(sign) * moment - moments[image]) < Self.momentTolerance
      }
    }
  }

  /// Whether another crystal has the same sites in any order, within the tolerance.
  func isSame(as other: Crystal) -> Bool {
    guard other.siteCount == crystal.siteCount, other.lattice == crystal.lattice,
      (other.labels == nil) == (crystal.labels == nil),
      (other.magneticMoments == nil) == (crystal.magneticMoments == nil)
    else { return false }
    var isTaken = [Bool](repeating: false, count: crystal.siteCount)
    for (place, position) in other.positions.enumerated() {
      guard let site = site(at: position), !isTaken[site],
        Set(other.occupants(of: place)) == Set(crystal.occupants(of: site))
      else { return false }
      isTaken[site] = true
      if let a = other.magneticMoments?[place], let b = crystal.magneticMoments?[site],
        length(a - b) > 2 * Self.momentTolerance
      {
        return false
      }
    }
    return true
  }
}
