import Matter

/// Reads the crystal of one block.
struct CIFStructureReader {
  let document: CIFDocument
  let section: Int
  let slots: CIFSlots
  var notices: [CIFNotice] = []

  init(_ document: CIFDocument, section: Int) {
    self.document = document
    self.section = section
    slots = CIFSlots(document, section: section)
  }

  /// - Returns: `nil` when the block has no atoms.
  mutating func read() throws(CIFFault) -> StructureEntry? {
    guard let frame = frame() else { return nil }
    if frame == .cartesian, try isMolecule() { return try molecule() }
    let cell = try cell()
    var sites = CIFSites()
    try readSites(frame, cell.lattice, into: &sites)
    guard !sites.positions.isEmpty else { return nil }
    let symmetry = try symmetry(cell)
    let moments = try readMoments(of: sites, cell.lattice)
    var arrangement = CIFArrangement(sites: sites, moments: moments)
    if !symmetry.operations.isEmpty {
      arrangement = try expand(sites, moments: moments, by: symmetry.operations, cell.lattice)
    }
    let crystal = try crystal(arrangement, cell.lattice)
    check(crystal, cell)
    return StructureEntry(
      name: name, arrangement: .crystal(crystal), declaredSpaceGroup: symmetry.declared)
  }

  // MARK: Values

  /// Where the block begins: the place of what concerns it as a whole.
  var offset: Int { document.sections[section].offset }

  private var name: String? {
    if slots[.ownName] != nil {
      return single(.ownName).map { document.text(document.tokens[$0].range) }
    }
    let range = document.sections[section].name
    return range.isEmpty ? nil : document.text(range)
  }

  /// The token of an item that has a value, or of the first row of its column.
  func single(_ tag: CIFTag) -> Int? {
    guard let (entry, column) = slots[tag], document.entries[entry].rows > 0 else { return nil }
    let token = document.entries[entry].token(row: 0, column: column)
    return document.isMissing(token) ? nil : token
  }

  func number(_ token: Int) -> Double? { document.number(token) }

  func quote(_ token: Int) -> String { document.quote(token) }

  func fault(_ token: Int, _ message: String) -> CIFFault { document.fault(token, message) }

  /// The number of an item, or a fault; `nil` where it has no value.
  func optionalNumber(_ tag: CIFTag) throws(CIFFault) -> Double? {
    guard let token = single(tag) else { return nil }
    guard let value = number(token) else {
      throw fault(token, "\(quote(token)) is not a number.")
    }
    return value
  }

  // MARK: Which atoms

  enum Frame { case fractional, cartesian }

  private func frame() -> Frame? {
    guard slots[.label] != nil || slots[.typeSymbol] != nil else { return nil }
    for (tags, frame) in [
      ([CIFTag.fractX, .fractY, .fractZ], Frame.fractional),
      ([CIFTag.cartnX, .cartnY, .cartnZ], Frame.cartesian),
    ] {
      let first = slots[tags[0]]?.entry
      guard let first, document.entries[first].rows > 0 else { continue }
      if slots[tags[1]]?.entry == first && slots[tags[2]]?.entry == first { return frame }
    }
    return nil
  }

  /// Whether Cartesian atoms have no cell, or the cell of 1 Å that stands for none.
  private func isMolecule() throws(CIFFault) -> Bool {
    let lengths = [
      try optionalNumber(.lengthA), try optionalNumber(.lengthB), try optionalNumber(.lengthC),
    ]
    return lengths.allSatisfy { $0 == nil } || lengths.allSatisfy { $0 == 1 }
  }

  private mutating func molecule() throws(CIFFault) -> StructureEntry? {
    var sites = CIFSites()
    try readSites(.cartesian, nil, into: &sites)
    guard !sites.positions.isEmpty else { return nil }
    if sites.occupants.contains(where: { $0.occupancy != 1 }) {
      throw CIFFault(
        offset: offset, message: "A molecule without a cell has partly occupied atoms.")
    }
    do {
      let molecule = try Molecule(
        elements: sites.occupants.map(\.element), positions: sites.positions)
      return StructureEntry(name: name, arrangement: .molecule(molecule))
    } catch {
      throw CIFFault(offset: offset, message: error.description)
    }
  }
}

/// The atoms that a block lists.
struct CIFSites {
  var positions: [SIMD3<Double>] = []
  var occupants: [Occupant] = []

  /// The token of each atom's label, or of its symbol where it has none.
  var labels: [Int32] = []

  var hasLabels = true
}

/// The atoms of a whole cell: the listed ones and their images.
struct CIFArrangement {
  var sites: CIFSites
  var moments: [SIMD3<Double>]?
}
