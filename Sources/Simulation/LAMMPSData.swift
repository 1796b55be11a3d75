public import Matter

/// A crystal in the format of LAMMPS' `read_data`, with `atom_style atomic` and metal units.
///
/// LAMMPS wants the first cell vector along x and the second in the xy plane, so the crystal is
/// rotated; ``rotated(_:)`` takes vectors along. Cells more skewed than LAMMPS accepts by default
/// need `box tilt large` before `read_data`.
public struct LAMMPSData: Sendable {
  /// The file: cell, masses, one line for each site.
  public let text: String

  /// The axes of the file in the frame of the crystal: x, y, z.
  let frame: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  /// - Parameter elements: Types 1, 2, … in the order in which `pair_coeff` names them.
  /// - Throws: ``PotentialError`` when the crystal holds an element that is not listed, or one
  ///   outside the sixteen metals (whose masses the file gives).
  public init(_ crystal: Crystal, elements: [Element]) throws(PotentialError) {
    let (a, b, c) = (crystal.lattice.a, crystal.lattice.b, crystal.lattice.c)
    let x = a / length(a)
    var z = cross(a, b)
    z /= length(z)
    // LAMMPS wants a right-handed cell; a mirrored crystal has the same energy.
    if dot(z, c) < 0 { z = -z }
    let up = b - dot(b, x) * x
    let y = up / length(up)
    frame = (x, y, z)
    var text = "Written by Athanor\n\n\(crystal.siteCount) atoms\n"
    text += "\(elements.count) atom types\n\n"
    text += "0 \(dot(a, x)) xlo xhi\n0 \(dot(b, y)) ylo yhi\n0 \(dot(c, z)) zlo zhi\n"
    text += "\(dot(b, x)) \(dot(c, x)) \(dot(c, y)) xy xz yz\n\nMasses\n\n"
    for (type, element) in elements.enumerated() {
      guard let parameters = ZhouParameters.of(element) else {
        throw .unsupported(element, supported: EmbeddedAtomPotential.supportedElements)
      }
      text += "\(type + 1) \(parameters.mass)\n"
    }
    text += "\nAtoms\n\n"
    for (site, element) in try EmbeddedAtomPotential.elements(of: crystal).enumerated() {
      guard let type = elements.firstIndex(of: element) else {
        throw .unsupported(element, supported: elements)
      }
      let r = crystal.lattice.cartesian(crystal.positions[site])
      text += "\(site + 1) \(type + 1) \(dot(r, x)) \(dot(r, y)) \(dot(r, z))\n"
    }
    self.text = text
  }

  /// A vector of the crystal in the frame of the file.
  public func rotated(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(vector, frame.0), dot(vector, frame.1), dot(vector, frame.2))
  }
}
