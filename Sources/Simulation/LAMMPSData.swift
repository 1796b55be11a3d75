public import Matter

/// A crystal in the format of LAMMPS' `read_data`, with `atom_style atomic` and metal units.
///
/// LAMMPS wants the first cell vector along x and the second in the xy plane, so the crystal is
/// rotated; ``rotated(_:)`` takes vectors along. Cells more skewed than LAMMPS accepts by default
/// need `box tilt large` before `read_data`.
public struct LAMMPSData: Sendable {
  /// The file: cell, masses, one line for each site.
  public let text: String

  /// The axes of the file in the frame of the crystal.
  let frame: StandardFrame

  /// - Parameter elements: Types 1, 2, … in the order in which `pair_coeff` names them.
  /// - Throws: ``PotentialError`` when the crystal holds an element that is not listed, or a site
  ///   is shared.
  public init(_ crystal: Crystal, elements: [Element]) throws(PotentialError) {
    let frame = StandardFrame(crystal.lattice)
    let (a, b, c) = (
      frame.rotated(crystal.lattice.a), frame.rotated(crystal.lattice.b),
      frame.rotated(crystal.lattice.c)
    )
    self.frame = frame
    var text = "Written by Athanor\n\n\(crystal.siteCount) atoms\n"
    text += "\(elements.count) atom types\n\n"
    text += "0 \(a.x) xlo xhi\n0 \(b.y) ylo yhi\n0 \(c.z) zlo zhi\n"
    text += "\(b.x) \(c.x) \(c.y) xy xz yz\n\nMasses\n\n"
    for (type, element) in elements.enumerated() {
      text += "\(type + 1) \(element.mass)\n"
    }
    text += "\nAtoms\n\n"
    for (site, element) in try EmbeddedAtomPotential.elements(of: crystal).enumerated() {
      guard let type = elements.firstIndex(of: element) else {
        throw .unsupported(element, supported: elements)
      }
      let r = frame.rotated(crystal.lattice.cartesian(crystal.positions[site]))
      text += "\(site + 1) \(type + 1) \(r.x) \(r.y) \(r.z)\n"
    }
    self.text = text
  }

  /// A vector of the crystal in the frame of the file.
  public func rotated(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    frame.rotated(vector)
  }
}
