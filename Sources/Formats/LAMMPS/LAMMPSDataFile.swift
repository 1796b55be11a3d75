public import Matter

/// Data files of LAMMPS (docs.lammps.org/read_data.html): cell, masses, atoms, velocities.
///
/// Atom styles `atomic`, `charge`, `molecular` (also `bond` and `angle`) and `full`; lengths are taken
/// as Å, charges as e. Bonds, coefficients and all other sections are skipped.
public enum LAMMPSDataFile {
  /// The structure of a file: a crystal with charges, molecules and velocities as properties.
  ///
  /// - Parameter elements: Those of types 1, 2, …; without them the type labels or the nearest
  ///   atomic masses say what the types are, with a notice where that is in doubt.
  /// - Throws: ``ReadingError`` with the line.
  public static func entry(
    _ bytes: [UInt8], file: String, elements: [Element]? = nil
  ) throws(ReadingError) -> StructureEntry {
    var reader = DataFileReader(bytes, file: file)
    let data = try reader.read()
    var notices: [ReadingNotice] = []
    let frame = try data.frame(elements: elements, file: file, notices: &notices)
    var entry = try frame.entry(file: file)
    entry.notices = notices + entry.notices
    return entry
  }

  /// The same as a frame. Atoms are sorted by their numbers.
  public static func frame(
    _ bytes: [UInt8], file: String, elements: [Element]? = nil
  ) throws(ReadingError) -> AtomicFrame {
    var reader = DataFileReader(bytes, file: file)
    let data = try reader.read()
    var notices: [ReadingNotice] = []
    return try data.frame(elements: elements, file: file, notices: &notices)
  }

  /// A crystal as a data file of style `atomic`, or `charge` where charges are given.
  ///
  /// LAMMPS wants a along x, b in the xy plane and a right-handed cell: the crystal is rotated, and
  /// the first two vectors of a left-handed cell are exchanged. Types are numbered in the order in
  /// which the elements first occur; the masses carry their symbols as comments. Cells more skewed
  /// than LAMMPS accepts by default need `box tilt large` before `read_data`.
  ///
  /// - Parameter charges: e, one for each site.
  /// - Throws: ``ReadingError`` when a site is shared or partly vacant: data files have whole atoms.
  public static func text(
    _ crystal: Crystal, charges: [Double]? = nil, file: String = "structure"
  ) throws(ReadingError) -> String {
    guard crystal.isOrdered else {
      throw ReadingError(
        file: file, message: "LAMMPS data files hold whole atoms; order the crystal's sites first.")
    }
    precondition(
      charges.map { $0.count == crystal.siteCount } ?? true, "Give one charge for each site.")
    let lattice = crystal.lattice
    let isLeftHanded = dot(lattice.a, cross(lattice.b, lattice.c)) < 0
    let (a, b, c) =
      isLeftHanded ? (lattice.b, lattice.a, lattice.c) : (lattice.a, lattice.b, lattice.c)
    let x = a / length(a)
    let up = b - dot(b, x) * x
    let y = up / length(up)
    let z = cross(x, y)
    var species: [Species] = []
    let types = crystal.occupants.map { occupant in
      let plain = Species(occupant.element, massNumber: occupant.species.massNumber)
      if let known = species.firstIndex(of: plain) { return known + 1 }
      species.append(plain)
      return species.count
    }
    var text = "Written by Athanor\n\n\(crystal.siteCount) atoms\n\(species.count) atom types\n\n"
    text += "0.0 \(dot(a, x)) xlo xhi\n0.0 \(dot(b, y)) ylo yhi\n0.0 \(dot(c, z)) zlo zhi\n"
    text += "\(dot(b, x)) \(dot(c, x)) \(dot(c, y)) xy xz yz\n\nMasses\n\n"
    for (type, species) in species.enumerated() {
      text += "\(type + 1) \(MassMatch.mass(species)) # \(species.symbol)\n"
    }
    text += "\nAtoms # \(charges == nil ? "atomic" : "charge")\n\n"
    for (site, type) in types.enumerated() {
      let r = lattice.cartesian(crystal.positions[site])
      text += "\(site + 1) \(type) "
      if let charges { text += "\(charges[site]) " }
      text += "\(dot(r, x)) \(dot(r, y)) \(dot(r, z))\n"
    }
    return text
  }
}
