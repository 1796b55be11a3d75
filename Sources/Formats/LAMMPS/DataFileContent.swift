import Matter

/// What a LAMMPS data file says of its atoms, before it is known what their columns mean.
struct DataFileContent {
  var atomCount: Int?
  var typeCount: Int?
  var box: DumpBox?
  /// From the comment behind `Atoms`.
  var style: String?
  var atomsLine = 0
  /// Values of each atom.
  var width: Int?
  var atoms: [Atom] = []
  var velocities: [Int: SIMD3<Double>] = [:]
  /// By type or label: the mass, u, and the first word of the comment.
  var masses: [String: (mass: Double, comment: String?)] = [:]
  var labels: [Int: String] = [:]

  struct Atom {
    let identifier: Int
    let line: Int
    let words: [String]
  }

  /// Where the values of an atom stand.
  struct Columns {
    var type: Int
    var position: Int
    var molecule: Int?
    var charge: Int?

    /// `nil` for styles that are not read.
    init?(style: String) {
      switch style {
      case "atomic": (type, position) = (1, 2)
      case "charge": (type, charge, position) = (1, 2, 3)
      case "molecular", "bond", "angle": (molecule, type, position) = (1, 2, 3)
      case "full": (molecule, type, charge, position) = (1, 2, 3, 4)
      default: return nil
      }
    }
  }

  func frame(
    elements: [Element]?, file: String, notices: inout [ReadingNotice]
  ) throws(ReadingError) -> AtomicFrame {
    guard let box else { throw ReadingError(file: file, message: "There is no box.") }
    let columns = try self.columns(file: file, notices: &notices)
    let ordered = atoms.sorted { ($0.identifier, $0.line) < ($1.identifier, $1.line) }
    for (one, next) in zip(ordered, ordered.dropFirst()) where one.identifier == next.identifier {
      throw ReadingError(
        file: file, line: next.line, message: "Atom \(next.identifier) occurs twice.")
    }
    var (symbols, positions): ([String], [SIMD3<Double>]) = ([], [])
    var (known, charges, molecules): ([String: String], [Double], [Int]) = ([:], [], [])
    for atom in ordered {
      func refuse(_ message: String) -> ReadingError {
        ReadingError(file: file, line: atom.line, message: message)
      }
      let type = atom.words[columns.type]
      if known[type] == nil {
        known[type] = try symbol(type, elements, line: atom.line, file: file, notices: &notices)
      }
      symbols.append(known[type] ?? "X")
      let r = atom.words[columns.position..<columns.position + 3].compactMap {
        DecimalParser.value($0)
      }
      guard r.count == 3, r.allSatisfy({ abs($0) <= AtomicFrame.farthest }) else {
        throw refuse("The atom needs three coordinates, at most 10⁹ Å.")
      }
      positions.append(SIMD3(r[0], r[1], r[2]))
      if let column = columns.charge {
        guard let charge = DecimalParser.value(atom.words[column]) else {
          throw refuse("\"\(atom.words[column].prefix(40))\" is not a charge; correct it.")
        }
        charges.append(charge)
      }
      if let column = columns.molecule { molecules.append(Int(atom.words[column]) ?? 0) }
    }
    var extra: [AtomicFrame.Column] = []
    if columns.charge != nil { extra.append(.init("charge", .reals(charges))) }
    if columns.molecule != nil { extra.append(.init("molecule", .integers(molecules))) }
    if !velocities.isEmpty {  // atoms that are not listed are at rest, as in LAMMPS
      let values = ordered.flatMap { atom in
        let velocity = velocities[atom.identifier] ?? .zero
        return [velocity.x, velocity.y, velocity.z]
      }
      extra.append(.init("velocities", width: 3, .reals(values)))
    }
    return AtomicFrame(
      line: atomsLine, symbols: symbols, positions: positions, cell: box.cell, columns: extra)
  }

  /// From the style that the file names, else from the number of values: 3 more are image flags.
  private func columns(
    file: String, notices: inout [ReadingNotice]
  ) throws(ReadingError) -> Columns {
    func refuse(_ message: String) -> ReadingError {
      ReadingError(file: file, line: atomsLine, message: message)
    }
    guard let width else { throw refuse("The file has no atoms; a structure needs one.") }
    let named = style.map { String($0.prefix { $0 != "/" }) }
    let guessed: String? =
      switch width {
      case 5, 8: "atomic"
      case 6, 9: hasMolecules ? "molecular" : "charge"
      case 7, 10: "full"
      default: nil
      }
    guard let style = named ?? guessed, let columns = Columns(style: style) else {
      throw refuse(
        "Atoms of \(named.map { "style \($0)" } ?? "\(width) values") are not read; use atom_style "
          + "atomic, charge, molecular or full.")
    }
    guard width == columns.position + 3 || width == columns.position + 6 else {
      throw refuse("Atoms of style \(style) have \(columns.position + 3) values, not \(width).")
    }
    if named == nil, width == 6 || width == 9 {
      notices.append(
        ReadingNotice(line: atomsLine, "The atom style is not named; it is read as \(style)."))
    }
    return columns
  }

  /// Whether number, molecule and type are whole numbers and the types within their count: a charge
  /// has a point.
  private var hasMolecules: Bool {
    atoms.allSatisfy { atom in
      guard let type = Int(atom.words[2]), Int(atom.words[1]) != nil else { return false }
      return type >= 1 && type <= typeCount ?? .max
    }
  }

  /// The symbol of a type: from the given elements, its label, or its mass.
  private func symbol(
    _ type: String, _ elements: [Element]?, line: Int, file: String,
    notices: inout [ReadingNotice]
  ) throws(ReadingError) -> String {
    func refuse(_ message: String) -> ReadingError {
      ReadingError(file: file, line: line, message: message)
    }
    let number = Int(type) ?? labels.first { $0.value == type }?.key
    if let elements {
      guard let number, elements.indices.contains(number &- 1) else {
        throw refuse("Type \(type.prefix(40)) has no element; \(elements.count) were named.")
      }
      return elements[number - 1].symbol
    }
    let label = number.flatMap { labels[$0] }
    if let label, let species = Species(symbol: label) { return species.symbol }
    guard let entry = masses[type] ?? label.flatMap({ masses[$0] }) else {
      throw refuse(
        "Type \(type.prefix(40)) has no mass; add a Masses section or name the elements.")
    }
    if let comment = entry.comment, let species = Species(symbol: comment),
      abs(MassMatch.mass(species) - entry.mass) < 1
    {
      return species.symbol
    }
    guard let match = MassMatch(entry.mass) else {
      throw refuse("No element has the mass \(entry.mass) of type \(type); name the elements.")
    }
    if let doubt = match.doubt { notices.append(ReadingNotice(line: line, doubt)) }
    return match.species.symbol
  }
}
