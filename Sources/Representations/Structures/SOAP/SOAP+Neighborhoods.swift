import Matter

extension SOAP {
  /// The atoms around each center, row by row.
  struct Neighborhoods: Sendable {
    /// The site that each center is, which is not in its own row, or -1.
    var centers: [Int]
    /// `[centers]`, places in the arrays below.
    var rows: [Range<Int>]
    var sites: [Int32]
    /// From the center, Å.
    var vectors: [SIMD3<Double>]

    /// The sites of a row, each once, and the center last where it is a site.
    func movingSites(of center: Int) -> [Int] {
      let own = centers[center]
      var result: [Int] = []
      for place in rows[center] {
        let site = Int(sites[place])
        if site != own, site != result.last { result.append(site) }
      }
      return own >= 0 ? result + [own] : result
    }
  }

  /// - Throws: ``SOAPError`` or ``NeighborListError`` when centers or positions are not usable.
  func neighborhoods(
    of structure: AtomicStructure, _ centers: Centers
  ) throws -> Neighborhoods {
    switch centers {
    case .positions(let points):
      guard !points.isEmpty else { throw SOAPError.noCenters }
      return try around(points, in: structure)
    case .allSites:
      return try around(Array(0..<structure.siteCount), in: structure)
    case .sites(let sites):
      for site in sites where !(0..<structure.siteCount).contains(site) {
        throw SOAPError.noSuchSite(site, count: structure.siteCount)
      }
      return try around(sites, in: structure)
    }
  }

  private func around(_ sites: [Int], in structure: AtomicStructure) throws -> Neighborhoods {
    guard !sites.isEmpty else { throw SOAPError.noCenters }
    let list = try structure.neighbors(within: reach)
    return Neighborhoods(
      centers: sites, rows: sites.map { list.offsets[$0]..<list.offsets[$0 + 1] },
      sites: list.sites, vectors: list.vectors)
  }

  /// O(points · sites), and for small cells their images.
  private func around(
    _ points: [SIMD3<Double>], in structure: AtomicStructure
  ) throws -> Neighborhoods {
    var result = Neighborhoods(centers: [], rows: [], sites: [], vectors: [])
    for (center, point) in points.enumerated() {
      guard point.x.isFinite, point.y.isFinite, point.z.isFinite else {
        throw SOAPError.positionNotFinite(center: center)
      }
      let start = result.sites.count
      for (site, position) in structure.positions.enumerated() {
        guard let lattice = structure.lattice else {
          add(site, position - point, to: &result)
          continue
        }
        let ranges = try imageRanges(position - point, in: lattice, center: center)
        for i in ranges.0 {
          for j in ranges.1 {
            for k in ranges.2 {
              let shift = lattice.cartesian(SIMD3(Double(i), Double(j), Double(k)))
              add(site, position - point + shift, to: &result)
            }
          }
        }
      }
      result.rows.append(start..<result.sites.count)
      result.centers.append(-1)
    }
    return result
  }

  private func add(_ site: Int, _ vector: SIMD3<Double>, to result: inout Neighborhoods) {
    guard dot(vector, vector) < reach * reach else { return }
    result.sites.append(Int32(site))
    result.vectors.append(vector)
  }

  /// The copies of a site that may lie within reach of a center.
  private func imageRanges(
    _ offset: SIMD3<Double>, in lattice: Lattice, center: Int
  ) throws -> (ClosedRange<Int>, ClosedRange<Int>, ClosedRange<Int>) {
    let (u, v, w) = lattice.reciprocal
    func range(_ normal: SIMD3<Double>) throws -> ClosedRange<Int> {
      let (place, width) = (dot(offset, normal), reach * length(normal))
      guard abs(place) + width < NeighborList.farthestCell else {
        throw SOAPError.positionTooFar(center: center)
      }
      let first = Int((-place - width).rounded(.down))
      return first...max(first, Int((width - place).rounded(.up)))
    }
    return (try range(u), try range(v), try range(w))
  }
}
