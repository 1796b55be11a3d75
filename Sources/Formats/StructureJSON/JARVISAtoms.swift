import Matter

/// One dictionary of JARVIS-Tools' `Atoms`, or a POSCAR text in its place.
enum JARVISAtoms {
  static func entry(_ node: JSONNode) throws(ReadingError) -> StructureEntry {
    guard let elements = node["elements"], let symbols = elements.items,
      let coords = node["coords"], let positions = coords.vectors
    else {
      throw node.error("JARVIS atoms need \"elements\" and \"coords\", three numbers for each.")
    }
    guard symbols.count == positions.count else {
      throw coords.error("\(positions.count) positions for \(symbols.count) elements.")
    }
    let lattice = try lattice(node)
    let isCartesian = node["cartesian"]?.flag ?? false
    var list = SiteList()
    for (symbol, position) in zip(symbols, positions) {
      let text = symbol.text ?? ""
      let species = POSCAR.species(text)
      guard species != nil || SiteList.isVacancy(text) else {
        throw symbol.error("\"\(text.prefix(20))\" is not an element.")
      }
      list.append(
        species.map { [Occupant($0)] } ?? [],
        position: isCartesian ? lattice.fractional(position) : position)
    }
    var entry = StructureEntry(arrangement: .crystal(try list.crystal(lattice, at: node)))
    entry.notices = list.notices
    return entry
  }

  private static func lattice(_ node: JSONNode) throws(ReadingError) -> Lattice {
    if let matrix = node["lattice_mat"] {
      guard let vectors = matrix.vectors else {
        throw matrix.error("\"lattice_mat\" must be three vectors of three finite numbers.")
      }
      return try SiteList.lattice(vectors, at: matrix)
    }
    guard let lengths = node["abc"]?.vector, let angles = node["angles"]?.vector else {
      throw node.error("JARVIS atoms need \"lattice_mat\", or \"abc\" and \"angles\".")
    }
    return try SiteList.lattice(lengths: lengths, degrees: angles, at: node)
  }

  /// The structure in a POSCAR text, its line ends written out or as backslash and n; `nil` for
  /// another text.
  static func entry(text: String, at node: JSONNode) throws(ReadingError) -> StructureEntry? {
    var lines: [UInt8] = []
    lines.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if byte == UInt8(ascii: "n"), lines.last == UInt8(ascii: "\\") {
        lines[lines.count - 1] = 10
      } else {
        lines.append(byte)
      }
    }
    guard lines.reduce(0, { $1 == 10 ? $0 + 1 : $0 }) >= 6 else { return nil }
    do throws(ReadingError) {
      return try POSCAR.structures(lines, file: node.document.file).first
    } catch {
      throw node.error("In the POSCAR text, line \(error.line): \(error.message)")
    }
  }
}
