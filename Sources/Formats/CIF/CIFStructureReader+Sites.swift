import Matter

extension CIFStructureReader {
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
    let document = document
    var row = Int(entry.first) + Int(entry.columns)
    for _ in 0..<rows {
      defer { row += Int(entry.columns) }
      guard let position = try document.position(row, columns) else {
        noteSkipped(row, "Atoms without coordinates are left out.")
        continue
      }
      if let flag = columns.flag, document.isDummy(row + flag) {
        noteSkipped(row, "Dummy atoms (calc_flag dum) are left out.")
        continue
      }
      var occupancy = 1.0
      if let column = columns.occupancy {
        occupancy = try document.occupancy(row + column)
        if occupancy != 1, try !isOccupied(row, &occupancy) { continue }
      }
      guard
        var found = try species.species(
          symbol: columns.symbol.map { row + $0 }, label: columns.label.map { row + $0 },
          notices: &notices)
      else {
        noteSkipped(row, "Vacancies and dummy atoms are left out.")
        continue
      }
      if let column = columns.massNumber, let mass = document.number(row + column),
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

  /// One notice for all atoms that are left out for the same reason.
  private mutating func noteSkipped(_ row: Int, _ message: String) {
    guard !notices.contains(where: { $0.message == message }) else { return }
    notices.append(
      CIFNotice(offset: Int(document.tokens[row].start), message: message))
  }

  /// Notes occupancies of 0, which leave an atom out, and those that rounding puts above 1.
  private mutating func isOccupied(_ row: Int, _ occupancy: inout Double) throws(CIFFault) -> Bool {
    if occupancy > 1 {
      noteSkipped(row, "Occupancies above 1 by up to 0.01 are read as 1.")
      occupancy = 1
    } else if occupancy == 0 {
      noteSkipped(row, "Atoms with an occupancy of 0 are left out.")
    }
    return occupancy > 0
  }
}

extension CIFDocument {
  /// Coordinates beyond this are damaged numbers: fractions, or Å.
  private static let farthest = 1e4

  /// `nil` where a coordinate is not known.
  @inline(__always)
  fileprivate func position(
    _ row: Int, _ columns: CIFSiteColumns
  ) throws(CIFFault) -> SIMD3<Double>? {
    if let x = number(row + columns.x), let y = number(row + columns.y),
      let z = number(row + columns.z), max(abs(x), abs(y), abs(z)) < Self.farthest
    {
      return SIMD3(x, y, z)
    }
    return try unusualPosition([row + columns.x, row + columns.y, row + columns.z])
  }

  @inline(never)
  private func unusualPosition(_ coordinates: [Int]) throws(CIFFault) -> SIMD3<Double>? {
    for token in coordinates where !isMissing(token) {
      guard let value = number(token) else {
        throw fault(token, "\(quote(token)) is not a coordinate.")
      }
      guard abs(value) < Self.farthest else {
        throw fault(token, "A coordinate of \(value); it must be within ±10,000.")
      }
    }
    return nil
  }

  fileprivate func isDummy(_ index: Int) -> Bool {
    let token = tokens[index]
    return token.end - token.start >= 3
      && CIFScan.has("dum", bytes.span, at: Int(token.start))
  }

  /// 0 to ``Crystal/mostOccupancy``; 1 where nothing is said.
  @inline(__always)
  fileprivate func occupancy(_ token: Int) throws(CIFFault) -> Double {
    guard let value = number(token) else {
      if isMissing(token) { return 1 }
      throw fault(token, "\(quote(token)) is not an occupancy.")
    }
    guard value >= 0, value <= Crystal.mostOccupancy else {
      throw fault(token, "An occupancy of \(value); it must be between 0 and 1.")
    }
    return value
  }

  /// A token for a message, cut where it is long.
  func quote(_ token: Int) -> String {
    let text = text(tokens[token].range)
    return text.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
  }

  func fault(_ token: Int, _ message: String) -> CIFFault {
    CIFFault(offset: Int(tokens[token].start), message: message)
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
