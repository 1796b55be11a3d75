import Matter

extension CIFStructureReader {
  /// Images of an atom nearer than this are one atom whose coordinates were rounded, Å.
  private static let rounding = 0.05

  /// Images nearer than this are one atom where two could not be: when it fills more than half of its
  /// site, Å. The same distance as gemmi's for special positions.
  private static let overlap = 0.4

  /// The atoms of the whole cell: each listed one followed by its images, in the order of the
  /// operations.
  ///
  /// An atom near a special position is moved onto it, to the mean of the images that coincide, so that
  /// 0.333 becomes 1/3 and all of its images lie right.
  mutating func expand(
    _ sites: CIFSites, moments: [SIMD3<Double>]?, by operations: [CIFOperation], _ lattice: Lattice
  ) throws(CIFFault) -> CIFArrangement {
    let count = sites.positions.count
    guard count * (operations.count + 1) <= CIF.mostExpandedAtoms else {
      throw CIFFault(
        offset: offset,
        message: "\(count) atoms and \(operations.count + 1) operations make more than "
          + "\(CIF.mostExpandedAtoms) atoms; write the asymmetric unit of a smaller cell.")
    }
    noteMetric(operations, lattice)
    var result = CIFArrangement(sites: CIFSites(), moments: moments.map { _ in [] })
    result.sites.hasLabels = sites.hasLabels
    result.sites.positions.reserveCapacity(count * (operations.count + 1))
    let near = PeriodicCloseness(lattice, radius: Self.rounding)
    let far = PeriodicCloseness(lattice, radius: Self.overlap)
    var images: [SIMD3<Double>] = []
    var makers: [Int] = []
    for site in 0..<count {
      let closeness = sites.occupants[site].occupancy > 0.505 ? far : near
      let start = Self.special(sites.positions[site], operations, closeness)
      Self.findImages(of: start, operations, closeness, &images, &makers)
      for (image, maker) in zip(images, makers) {
        result.sites.positions.append(image)
        result.sites.occupants.append(sites.occupants[site])
        result.sites.labels.append(sites.labels[site])
        if let moment = moments?[site] {
          result.moments?.append(
            maker < 0 ? moment : Self.turn(moment, operations[maker], lattice))
        }
      }
    }
    return result
  }

  /// The mean of the images that coincide with an atom; the atom itself where it has none or is
  /// already there to 1e-7 Å.
  private static func special(
    _ position: SIMD3<Double>, _ operations: [CIFOperation], _ closeness: PeriodicCloseness
  ) -> SIMD3<Double> {
    var shift = SIMD3<Double>.zero
    var matches = 1.0
    for operation in operations {
      let image = operation.rotate(position) + operation.translation
      guard closeness.squaredDistance(image, position) != nil else { continue }
      shift += PeriodicCloseness.shortest(image - position)
      matches += 1
    }
    guard matches > 1 else { return position }
    shift /= matches
    let moved = closeness.lattice.cartesian(shift)
    return dot(moved, moved) < 1e-14 ? position : position + shift
  }

  /// The different images of an atom in the cell, itself first, and the operations that make them
  /// (−1: none).
  private static func findImages(
    of start: SIMD3<Double>, _ operations: [CIFOperation], _ closeness: PeriodicCloseness,
    _ images: inout [SIMD3<Double>], _ makers: inout [Int]
  ) {
    images.removeAll(keepingCapacity: true)
    makers.removeAll(keepingCapacity: true)
    images.append(start)
    makers.append(-1)
    for (index, operation) in operations.enumerated() {
      let image = wrapped(operation.rotate(start) + operation.translation)
      var isNew = true
      for other in images where closeness.squaredDistance(image, other) != nil {
        isNew = false
        break
      }
      guard isNew else { continue }
      images.append(image)
      makers.append(index)
    }
  }

  /// Into 0 ..< 1; what rounding leaves just below 1 is 0.
  private static func wrapped(_ position: SIMD3<Double>) -> SIMD3<Double> {
    var result = position - position.rounded(.down)
    for axis in 0..<3 where result[axis] > 1 - 1e-12 { result[axis] = 0 }
    return result
  }

  /// A moment, an axial vector, under an operation; Cartesian before and after.
  private static func turn(
    _ moment: SIMD3<Double>, _ operation: CIFOperation, _ lattice: Lattice
  ) -> SIMD3<Double> {
    let turned = lattice.cartesian(operation.rotate(lattice.fractional(moment)))
    return operation.timeReversal * operation.determinant * turned
  }

  /// Notes operations that do not keep the lengths and angles of the cell to 1 %.
  private mutating func noteMetric(_ operations: [CIFOperation], _ lattice: Lattice) {
    let columns = [lattice.a, lattice.b, lattice.c]
    let scale = columns.map { dot($0, $0) }.max() ?? 1
    for operation in operations {
      // The images of the cell vectors.
      let axes = [SIMD3<Double>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
      let turned = axes.map { lattice.cartesian(operation.rotate($0)) }
      for i in 0..<3 {
        for j in 0...i
        where abs(dot(turned[i], turned[j]) - dot(columns[i], columns[j])) > 0.01 * scale {
          notices.append(
            CIFNotice(
              offset: offset,
              message: "The symmetry operations do not fit the cell: they change its shape."))
          return
        }
      }
    }
  }
}
