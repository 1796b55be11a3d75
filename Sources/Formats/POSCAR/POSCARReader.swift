import Foundation
import Matter

/// Takes a POSCAR apart, line by line.
struct POSCARReader {
  private var lines: TokenLines
  private var comment = ""
  private var notices: [ReadingNotice] = []

  init(_ bytes: [UInt8], file: String) {
    lines = TokenLines(bytes, file: file)
  }

  mutating func entry() throws(ReadingError) -> StructureEntry {
    guard lines.next() else { throw lines.failure("The file is empty.") }
    comment = try lines.wholeLine()
    let (lattice, scale) = try cell()
    let groups = try self.groups()
    let mode = try self.mode()
    let sites = try positions(groups, hasFlags: mode.isSelective)
    let positions =
      mode.isCartesian ? sites.positions.map { lattice.fractional($0 * scale) } : sites.positions
    for (site, position) in positions.enumerated()
    where position.max() > POSCAR.largestNumber || position.min() < -POSCAR.largestNumber {
      throw lines.failure(
        line: sites.firstLine + site, "The atom is more than a million cells away; correct it.")
    }
    let species = try species(groups, sites)
    return try entry(lattice, species, positions, flags: sites.flags)
  }

  private func entry(
    _ lattice: Lattice, _ species: [Species], _ positions: [SIMD3<Double>], flags: [Double]
  ) throws(ReadingError) -> StructureEntry {
    do throws(CrystalError) {
      let crystal = try Crystal(
        lattice: lattice, occupants: species.map { Occupant($0) }, positions: positions)
      return StructureEntry(
        name: comment.isEmpty ? nil : comment, line: 1, arrangement: .crystal(crystal),
        properties: flags.isEmpty
          ? []
          : [.init("selective_dynamics", .numbers(flags, shape: [positions.count, 3]))],
        notices: notices)
    } catch {
      throw lines.failure(line: 0, "\(error)")
    }
  }

  // MARK: The cell

  /// The lattice, and the factors by which Cartesian positions are to be multiplied.
  private mutating func cell() throws(ReadingError) -> (Lattice, SIMD3<Double>) {
    try lines.advance(to: "the scale factor")
    let scaleLine = lines.number
    let scales = try self.scales()
    var vectors: [SIMD3<Double>] = []
    for name in ["first", "second", "third"] {
      try lines.advance(to: "the \(name) cell vector")
      vectors.append(try lines.vector())
    }
    var factors = scales
    if scales.x < 0 {
      let volume = abs(dot(vectors[0], cross(vectors[1], vectors[2])))
      guard volume > 0, volume.isFinite else { throw lines.failure("\(LatticeError.noVolume)") }
      factors = SIMD3(repeating: cbrt(-scales.x / volume))
    }
    let scaled = vectors.map { $0 * factors }
    guard scaled.allSatisfy({ max($0.max(), -$0.min()) <= POSCAR.largestNumber }) else {
      throw lines.failure(
        line: scaleLine,
        "A cell vector is longer than a million ångström; correct scale or vectors.")
    }
    do throws(LatticeError) {
      return (try Lattice(a: scaled[0], b: scaled[1], c: scaled[2]), factors)
    } catch {
      throw lines.failure("\(error)")
    }
  }

  /// One factor for all components or, negative, the volume of the cell; or three factors for x, y, z.
  private mutating func scales() throws(ReadingError) -> SIMD3<Double> {
    let first = try lines.requiredNumber()
    let second = lines.optionalNumber()
    let third = lines.optionalNumber()
    guard let second, let third else {
      guard first != 0 else {
        throw lines.failure("The scale factor is 0; 1.0 takes the vectors as they are.")
      }
      return SIMD3(repeating: first)
    }
    guard first > 0, second > 0, third > 0 else {
      throw lines.failure("Three scale factors must all be positive; a volume is a single number.")
    }
    return SIMD3(first, second, third)
  }

  // MARK: Species and counts

  private struct Groups {
    /// `nil` in version 4.
    var species: [Species]?
    var counts: [Int]
    var line: Int
    var total: Int
  }

  private mutating func groups() throws(ReadingError) -> Groups {
    try lines.advance(to: "the element symbols or the counts of atoms")
    let first = lines.peekByte()
    guard let first else {
      throw lines.failure("A blank line stands where element symbols or counts of atoms belong.")
    }
    let isNumber =
      (48...57).contains(first) || first == UInt8(ascii: "-")
      || first == UInt8(ascii: "+")
    return try isNumber ? counted(species: nil) : named()
  }

  private mutating func named() throws(ReadingError) -> Groups {
    var species: [Species] = []
    repeat {
      while let token = lines.token(), !lines.isComment(token) {
        let word = lines.text(token)
        guard let found = POSCAR.species(word) else {
          throw lines.failure(
            at: token,
            "\"\(word.prefix(20))\" is not an element; symbols are case-sensitive (Co, not CO).")
        }
        species.append(found)
      }
      try lines.advance(to: "the counts of atoms")
    } while lines.peekByte().map { !(43...57).contains($0) } ?? false
    return try counted(species: species)
  }

  /// The counts, on as many lines as it takes to have one for each species.
  private mutating func counted(species: [Species]?) throws(ReadingError) -> Groups {
    let line = lines.number
    var counts: [Int] = []
    var total = 0
    repeat {
      if !counts.isEmpty { try lines.advance(to: "\(species?.count ?? 0) counts of atoms") }
      let before = counts.count
      while counts.count < species?.count ?? .max, let token = lines.token() {
        if lines.isComment(token) || (species == nil && Int(lines.text(token)) == nil) { break }
        counts.append(try count(token, total: &total))
      }
      guard counts.count > before else {
        throw lines.failure(
          "\(counts.count) counts of atoms for \(species?.count ?? 1) symbols; give one for each.")
      }
    } while counts.count < species?.count ?? 0
    if species != nil, let extra = lines.token(), Int(lines.text(extra)) != nil {
      throw lines.failure(
        at: extra, "More counts of atoms than the \(counts.count) symbols above; give one for each."
      )
    }
    guard total > 0 else { throw lines.failure("The counts of atoms are all 0.") }
    // A position takes at least "0 0 0" and a line end.
    guard total <= lines.bytesLeft / 6 + 1 else {
      throw lines.failure("\(total) atoms are announced, more than the rest of the file can hold.")
    }
    return Groups(species: species, counts: counts, line: line, total: total)
  }

  private func count(_ token: Range<Int>, total: inout Int) throws(ReadingError) -> Int {
    let text = lines.text(token)
    guard let count = Int(text), count >= 0 else {
      throw lines.failure(at: token, "\"\(text.prefix(20))\" is not a count of atoms.")
    }
    let sum = total.addingReportingOverflow(count)
    guard !sum.overflow else { throw lines.failure(at: token, "More atoms than can be counted.") }
    total = sum.partialValue
    return count
  }

  // MARK: Positions

  private mutating func mode() throws(ReadingError) -> (isSelective: Bool, isCartesian: Bool) {
    try lines.advance(to: "\"Direct\" or \"Cartesian\"")
    var first = lines.peekByte() ?? 0
    let isSelective = first | 32 == UInt8(ascii: "s")
    if isSelective {
      try lines.advance(to: "\"Direct\" or \"Cartesian\"")
      first = lines.peekByte() ?? 0
    }
    let letter = first | 32
    guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) else {
      throw lines.failure("\"Direct\" or \"Cartesian\" is expected here.")
    }
    if letter == UInt8(ascii: "c") || letter == UInt8(ascii: "k") { return (isSelective, true) }
    let word = lines.token().map(lines.text) ?? ""
    if !["d", "direct"].contains(word.lowercased()) {
      notices.append(
        ReadingNotice(
          line: lines.number, "\"\(word.prefix(20))\" is taken for Direct, as VASP does."))
    }
    return (isSelective, false)
  }

  private struct Sites {
    var positions: [SIMD3<Double>] = []
    /// Three for each site, or none.
    var flags: [Double] = []
    /// Behind the positions of each site, if they are elements on all lines.
    var names: [Species]? = []
    var firstLine = 0
  }

  private mutating func positions(
    _ groups: Groups, hasFlags: Bool
  ) throws(ReadingError) -> Sites {
    var sites = Sites()
    sites.firstLine = lines.number + 1
    sites.positions.reserveCapacity(groups.total)
    while sites.positions.count < groups.total {
      guard lines.next(), lines.peekByte() != nil else {
        throw lines.failure(
          "\(groups.total) atoms are announced, but the positions end after "
            + "\(sites.positions.count).")
      }
      sites.positions.append(try lines.vector())
      if hasFlags { sites.flags.append(contentsOf: try flags()) }
      noteName(in: &sites, isFlagged: hasFlags)
    }
    return sites
  }

  private mutating func flags() throws(ReadingError) -> [Double] {
    var flags: [Double] = []
    for _ in 0..<3 {
      guard let token = lines.token(), let flag = lines.flag(token) else {
        throw lines.failure("Three flags T or F follow each position under selective dynamics.")
      }
      flags.append(flag ? 1 : 0)
    }
    return flags
  }

  private mutating func noteName(in sites: inout Sites, isFlagged: Bool) {
    guard sites.names != nil else { return }
    // Flags without the line that announces them are no elements, though F would be one.
    guard let token = lines.token(), !lines.isComment(token),
      !(lines.flag(token) != nil && lines.peekByte().map { "TFtf.".utf8.contains($0) } == true),
      let species = POSCAR.species(lines.text(token))
    else {
      sites.names = nil
      return
    }
    sites.names?.append(species)
  }

  /// The species of all sites.
  private mutating func species(
    _ groups: Groups, _ sites: Sites
  ) throws(ReadingError) -> [Species] {
    if let species = groups.species {
      let all = repeated(species, groups.counts)
      if let names = sites.names,
        let site = all.indices.first(where: { names[$0].element != all[$0].element })
      {
        notices.append(
          ReadingNotice(
            line: sites.firstLine + site,
            "The line ends with \(names[site].symbol), but the sixth line makes the atom "
              + "\(all[site].symbol), which is taken."))
      }
      return all
    }
    if let names = sites.names { return names }
    guard let species = POSCARComment.species(comment, counts: groups.counts) else {
      throw lines.failure(
        line: groups.line,
        "The file names no elements (VASP 4); add a line of symbols above the counts.")
    }
    notices.append(
      ReadingNotice(
        line: 1, "The elements are taken from the comment, since nothing else names them."))
    return repeated(species, groups.counts)
  }

  private func repeated(_ species: [Species], _ counts: [Int]) -> [Species] {
    zip(species, counts).flatMap { Array(repeating: $0, count: $1) }
  }
}
