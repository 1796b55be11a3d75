import Matter

extension CIFStructureReader {
  /// Coordinates beyond this are damaged numbers: fractions, or Å.
  private static let farthest = 1e4

  /// Reads the loop of atoms.
  ///
  /// - Parameter lattice: Turns Cartesian positions into fractions; `nil` leaves them in Å.
  mutating func readSites(
    _ frame: Frame, _ lattice: Lattice?, into sites: inout CIFSites
  ) throws(CIFFault) {
    guard let columns = CIFSiteColumns(self, frame) else { return }
    let entry = document.entries[columns.entry]
    let rows = entry.rows
    sites.positions.reserveCapacity(rows)
    sites.occupants.reserveCapacity(rows)
    sites.labels.reserveCapacity(rows)
    sites.hasLabels = columns.label != nil && slots[.generatedLabels] == nil
    var species = CIFSpeciesReader(self)
    var row = Int(entry.first) + Int(entry.columns)
    for _ in 0..<rows {
      defer { row += Int(entry.columns) }
      guard let position = try position(row, columns), try !isDummy(row, columns) else { continue }
      guard let occupancy = try occupancy(row, columns) else { continue }
      guard
        var found = try species.species(
          symbol: columns.symbol.map { row + $0 }, label: columns.label.map { row + $0 },
          notices: &notices)
      else {
        noteSkipped(row, "Vacancies and dummy atoms are left out.")
        continue
      }
      if let column = columns.massNumber, let mass = number(row + column),
        let massNumber = Int(exactly: mass)
      {
        found = Species(found.element, oxidationState: found.oxidationState, massNumber: massNumber)
      }
      sites.positions.append(
        frame == .cartesian ? lattice.map { $0.fractional(position) } ?? position : position)
      sites.occupants.append(Occupant(found, occupancy: occupancy))
      sites.labels.append(Int32(row + (columns.ownLabel ?? columns.label ?? columns.symbol ?? 0)))
    }
  }

  /// `nil` with a notice where a coordinate is not known.
  @inline(__always)
  private mutating func position(
    _ row: Int, _ columns: CIFSiteColumns
  ) throws(CIFFault) -> SIMD3<Double>? {
    if let x = number(row + columns.x), let y = number(row + columns.y),
      let z = number(row + columns.z), max(abs(x), abs(y), abs(z)) < Self.farthest
    {
      return SIMD3(x, y, z)
    }
    for column in [columns.x, columns.y, columns.z] {
      let token = row + column
      if document.isMissing(token) {
        noteSkipped(row, "Atoms without coordinates are left out.")
        return nil
      }
      guard let value = number(token) else {
        throw fault(token, "\(quote(token)) is not a coordinate.")
      }
      guard abs(value) < Self.farthest else {
        throw fault(token, "A coordinate of \(value); it must be within ±10,000.")
      }
    }
    return nil
  }

  /// One notice for all atoms that are left out for the same reason.
  private mutating func noteSkipped(_ row: Int, _ message: String) {
    guard !notices.contains(where: { $0.message == message }) else { return }
    notices.append(
      CIFNotice(offset: Int(document.tokens[row].start), message: message))
  }

  private mutating func isDummy(_ row: Int, _ columns: CIFSiteColumns) throws(CIFFault) -> Bool {
    guard let column = columns.flag else { return false }
    let token = document.tokens[row + column]
    guard token.end - token.start >= 3,
      CIFScan.has("dum", document.bytes.span, at: Int(token.start))
    else { return false }
    noteSkipped(row, "Dummy atoms (calc_flag dum) are left out.")
    return true
  }

  /// `nil` with a notice where nothing sits; 1 where nothing is said.
  @inline(__always)
  private mutating func occupancy(
    _ row: Int, _ columns: CIFSiteColumns
  ) throws(CIFFault) -> Double? {
    guard let column = columns.occupancy else { return 1 }
    let token = row + column
    guard let value = number(token) else {
      if document.isMissing(token) { return 1 }
      throw fault(token, "\(quote(token)) is not an occupancy.")
    }
    if value == 1 { return 1 }
    guard value >= 0, value <= Crystal.mostOccupancy else {
      throw fault(token, "An occupancy of \(value); it must be between 0 and 1.")
    }
    if value > 1 {
      noteSkipped(row, "Occupancies above 1 by up to 0.01 are read as 1.")
      return 1
    }
    if value == 0 {
      noteSkipped(row, "Atoms with an occupancy of 0 are left out.")
      return nil
    }
    return value
  }
}

/// Where the values of an atom stand in its row.
struct CIFSiteColumns {
  var entry: Int
  var x, y, z: Int
  var label, symbol, occupancy, flag, massNumber, ownLabel: Int?

  init?(_ reader: CIFStructureReader, _ frame: CIFStructureReader.Frame) {
    let slots = reader.slots
    let isFractional = frame == .fractional
    guard let x = slots[isFractional ? .fractX : .cartnX],
      let y = slots[isFractional ? .fractY : .cartnY],
      let z = slots[isFractional ? .fractZ : .cartnZ]
    else { return nil }
    func column(_ tag: CIFTag) -> Int? {
      slots[tag].flatMap { $0.entry == x.entry ? $0.column : nil }
    }
    entry = x.entry
    self.x = x.column
    self.y = y.column
    self.z = z.column
    label = column(.label)
    symbol = column(.typeSymbol)
    occupancy = column(.occupancy)
    flag = column(.calculationFlag)
    massNumber = column(.massNumber)
    ownLabel = column(.ownLabel)
    guard label != nil || symbol != nil else { return nil }
  }
}
