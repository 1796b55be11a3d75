extension CrystalSymmetry {
  /// The crystal in the conventional cell of its space group: axes and origin of ``setting``.
  ///
  /// Sites carry occupants and labels of the sites they are. Moments are carried, turned with the
  /// cell, where all sites that fall together agree on theirs; else the result has none, since a
  /// smaller cell cannot hold the magnetic order.
  ///
  /// - Parameter idealized: Whether the cell and positions are moved onto the symmetry, with a along
  ///   x where the system allows; else they keep the crystal's own values and orientation.
  /// - Throws: ``SymmetryError`` where the result is no crystal, as for a flat cell.
  public func conventionalCell(idealized: Bool = true) throws(SymmetryError) -> Crystal {
    let cell = standardCell(idealized: idealized)
    return try crystal(
      cell.vectors, sites: cell.sites, positions: cell.positions, isTurned: idealized)
  }

  /// The crystal in a primitive cell of the conventional one.
  ///
  /// The cell vectors are those that spglib defines for each centring. Properties are carried as in
  /// ``conventionalCell(idealized:)``.
  public func primitiveCell(idealized: Bool = true) throws(SymmetryError) -> Crystal {
    let cell = standardCell(idealized: idealized)
    let centring = Centring(setting)
    let (a, b, c) = cell.vectors
    func combined(_ column: SIMD3<Double>) -> SIMD3<Double> {
      column.x * a + column.y * b + column.z * c
    }
    let columns = centring.vectors
    let inverse = centring.vectors.transpose.inverse
    let kept = primitiveMembers
    return try crystal(
      (combined(columns.x), combined(columns.y), combined(columns.z)),
      sites: kept.map { cell.sites[$0] },
      positions: kept.map { inverse * cell.positions[$0] }, isTurned: idealized)
  }

  /// The site of the crystal that each site of ``conventionalCell(idealized:)`` is.
  public var conventionalSites: [Int] { standardSources().map(\.site) }

  /// The site of the crystal that each site of ``primitiveCell(idealized:)`` is.
  public var primitiveSites: [Int] {
    let sites = conventionalSites
    return primitiveMembers.map { sites[$0] }
  }

  /// The sites of the conventional cell that make up the primitive one: one for each of its atoms.
  private var primitiveMembers: [Int] {
    var seen: Set<Int> = []
    return findings.standardPrimitiveAtoms.indices.filter {
      seen.insert(findings.standardPrimitiveAtoms[$0]).inserted
    }
  }

  private typealias Vectors = (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  /// The conventional cell: the site of the crystal that each of its sites is, and where it lies.
  private func standardCell(
    idealized: Bool
  ) -> (vectors: Vectors, sites: [Int], positions: [SIMD3<Double>]) {
    let sources = standardSources()
    if idealized {
      return (findings.standardVectors, sources.map(\.site), findings.standardPositions)
    }
    // (a b c) of the standard cell is (a b c) of the crystal times the inverse of P.
    let back = findings.transformation.inverse.transpose
    let positions = sources.map { source in
      standardPosition(wrappedIntoCell(crystal.positions[source.site]) + source.image)
    }
    return (
      (
        crystal.lattice.cartesian(back.x), crystal.lattice.cartesian(back.y),
        crystal.lattice.cartesian(back.z)
      ), sources.map(\.site), positions
    )
  }

  /// For each site of the standard cell, the nearest copy of a site of the crystal that is the same
  /// atom of the primitive cell.
  private func standardSources() -> [(site: Int, image: SIMD3<Double>)] {
    var sitesOfAtom = [[Int]](repeating: [], count: primitiveSiteCount)
    for (site, atom) in findings.primitiveAtoms.enumerated() { sitesOfAtom[atom].append(site) }
    let back = findings.transformation.inverse
    return zip(findings.standardPositions, findings.standardPrimitiveAtoms).map { position, atom in
      let place = back * (position - findings.originShift)
      var best = (site: 0, image: SIMD3<Double>.zero)
      var shortest = Double.infinity
      for site in sitesOfAtom[atom] {
        let difference = place - wrappedIntoCell(crystal.positions[site])
        let image = difference.rounded(.toNearestOrEven)
        let distance = length(crystal.lattice.cartesian(difference - image))
        if distance < shortest { (best, shortest) = ((site, image), distance) }
      }
      return best
    }
  }

  private func crystal(
    _ vectors: Vectors, sites: [Int], positions: [SIMD3<Double>], isTurned: Bool
  ) throws(SymmetryError) -> Crystal {
    let moments = sharedMoments().map { moments in
      sites.map { isTurned ? turned(moments[$0]) : moments[$0] }
    }
    let lattice: Lattice
    do { lattice = try Lattice(a: vectors.0, b: vectors.1, c: vectors.2) } catch {
      throw .cellNotBuilt(error.description)
    }
    do {
      return try crystal.rearranged(
        sites: sites, positions: positions.map(wrappedIntoCell), lattice: lattice,
        magneticMoments: moments)
    } catch { throw .cellNotBuilt(error.description) }
  }

  /// The moments, where equal atoms of the primitive cell have equal ones.
  private func sharedMoments() -> [SIMD3<Double>]? {
    guard let moments = crystal.magneticMoments else { return nil }
    var ofAtom: [Int: SIMD3<Double>] = [:]
    for (atom, moment) in zip(findings.primitiveAtoms, moments) {
      guard let known = ofAtom[atom] else {
        ofAtom[atom] = moment
        continue
      }
      guard length(moment - known) < 1e-3 else { return nil }
    }
    return moments
  }

  /// A moment is an axial vector: a mirror does not reverse it.
  private func turned(_ moment: SIMD3<Double>) -> SIMD3<Double> {
    findings.rotation * moment * (findings.rotation.determinant < 0 ? -1 : 1)
  }
}

/// The primitive vectors of a centred cell, in fractions of its own, as rows.
private struct Centring {
  let vectors: RealMatrix

  /// The choice of spglib's documentation, "Transformation to the primitive cell".
  init(_ setting: SpaceGroupSetting) {
    let (t, s) = (1.0 / 3, 2.0 / 3)
    vectors =
      switch setting.fullSymbol.first {
      case "A":
        RealMatrix(SIMD3(1, 0, 0), SIMD3(0, 0.5, 0.5), SIMD3(0, -0.5, 0.5))
      case "C":
        RealMatrix(SIMD3(0.5, -0.5, 0), SIMD3(0.5, 0.5, 0), SIMD3(0, 0, 1))
      case "I":
        RealMatrix(SIMD3(-0.5, 0.5, 0.5), SIMD3(0.5, -0.5, 0.5), SIMD3(0.5, 0.5, -0.5))
      case "F":
        RealMatrix(SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0))
      case "R" where setting.choice == "H":
        RealMatrix(SIMD3(s, t, t), SIMD3(-t, t, t), SIMD3(-t, -s, t))
      default:
        RealMatrix(SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1))
      }
  }
}
