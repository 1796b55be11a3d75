import Matter

extension CIFStructureReader {
  /// Magnetic moments of the listed atoms, Cartesian, Bohr magnetons; `nil` where the block has none.
  ///
  /// By label, along the axes of the cell (`_atom_site_moment_crystalaxis_x`) or Cartesian. Atoms that
  /// the loop leaves out have none.
  func readMoments(
    of sites: CIFSites, _ lattice: Lattice
  ) throws(CIFFault) -> [SIMD3<Double>]? {
    guard let label = slots[.momentLabel], let siteLabel = slots[.label] else { return nil }
    for (tags, isCartesian) in [
      ([CIFTag.momentCartnX, .momentCartnY, .momentCartnZ], true),
      ([CIFTag.momentX, .momentY, .momentZ], false),
    ] {
      let slots = tags.compactMap { self.slots[$0] }.filter { $0.entry == label.entry }
      guard slots.count == 3 else { continue }
      let byLabel = try moments(label, slots.map(\.column))
      let shift = siteLabel.column - labelColumn
      return sites.labels.map { token in
        let text = document.text(document.tokens[Int(token) + shift].range)
        guard let moment = byLabel[text] else { return .zero }
        return isCartesian ? moment : Self.cartesian(moment, lattice)
      }
    }
    return nil
  }

  /// The column that ``CIFSites/labels`` point to.
  private var labelColumn: Int {
    guard let atoms = slots[.label]?.entry, let own = slots[.ownLabel], own.entry == atoms else {
      return slots[.label]?.column ?? 0
    }
    return own.column
  }

  private func moments(
    _ label: (entry: Int, column: Int), _ columns: [Int]
  ) throws(CIFFault) -> [String: SIMD3<Double>] {
    let entry = document.entries[label.entry]
    var found: [String: SIMD3<Double>] = [:]
    for row in 0..<entry.rows {
      var moment = SIMD3<Double>()
      for axis in 0..<3 {
        let token = entry.token(row: row, column: columns[axis])
        guard let value = number(token) else {
          if document.isMissing(token) { continue }
          throw fault(token, "\(quote(token)) is not a magnetic moment.")
        }
        moment[axis] = value
      }
      let name = document.tokens[entry.token(row: row, column: label.column)].range
      found[document.text(name)] = moment
    }
    return found
  }

  /// From components along unit vectors in the directions of the cell's axes.
  private static func cartesian(_ moment: SIMD3<Double>, _ lattice: Lattice) -> SIMD3<Double> {
    moment.x / length(lattice.a) * lattice.a + moment.y / length(lattice.b) * lattice.b
      + moment.z / length(lattice.c) * lattice.c
  }
}
