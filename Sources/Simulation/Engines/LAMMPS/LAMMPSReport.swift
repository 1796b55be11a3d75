import Matter

/// What LAMMPS has printed and dumped after its last step.
struct LAMMPSReport {
  let version: String
  let crystal: Crystal
  let evaluation: Evaluation

  /// eV/Å³ in one bar.
  private static let bar = 1e-4 / Stress.gigapascals

  /// - Parameters:
  ///   - output: Standard output, with a thermo table at its end.
  ///   - dump: `id xs ys zs fx fy fz` of all atoms, sorted.
  ///   - crystal: That of the task; positions come back near its own, not wrapped into the cell.
  init(
    output: String, dump: String, of crystal: Crystal, _ data: LAMMPSData
  ) throws(EngineError) {
    let lines = output.split(whereSeparator: \.isNewline)
    version = Self.version(lines)
    guard let header = lines.lastIndex(where: { $0.hasPrefix("Step ") }), header + 1 < lines.count
    else { throw Self.unreadable("it has no table of results.") }
    let numbers = lines[header + 1].split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 14, numbers.allSatisfy(\.isFinite) else {
      throw Self.unreadable("its last line of results does not hold 14 finite numbers.")
    }
    let rows = try Self.atoms(dump, count: crystal.siteCount)
    self.crystal = try Self.crystal(numbers, rows, crystal, data)
    // Bar, order xx yy zz xy xz yz; LAMMPS' pressure is positive under compression.
    let p = numbers[8...].map { -$0 * Self.bar }
    let stress = Stress(xx: p[0], yy: p[1], zz: p[2], yz: p[5], xz: p[4], xy: p[3])
    evaluation = Evaluation(
      energy: numbers[1],
      forces: rows.map { data.frame.unrotated(SIMD3($0[4], $0[5], $0[6])) },
      stress: data.frame.unrotated(stress))
  }

  /// The error that LAMMPS prints, classified; `nil` where there is none.
  static func error(in text: String, potential: String) -> EngineError? {
    guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("ERROR") })
    else { return nil }
    let words = String(line.prefix(500))
    if words.contains("KIM Model name not found") {
      return .notInstalled(
        potential,
        remedy: "Scripts/setup.sh engines installs models (Debian package "
          + "openkim-models)")
    }
    if let symbol = words.word(after: "symbol not found: "),
      let element = Element(symbol: symbol)
    {
      return .noPotential(element, in: potential)
    }
    if words.contains("memory") { return .outOfMemory(limitMB: nil, lastWords: words) }
    return .crashed("LAMMPS", lastWords: words)
  }

  static func version(_ lines: [Substring]) -> String {
    lines.first { $0.hasPrefix("LAMMPS (") }.map(String.init) ?? "LAMMPS"
  }

  private static func atoms(_ dump: String, count: Int) throws(EngineError) -> [[Double]] {
    let lines = dump.split(whereSeparator: \.isNewline)
    guard let header = lines.lastIndex(where: { $0.hasPrefix("ITEM: ATOMS") }) else {
      throw unreadable("no atoms were dumped.")
    }
    let rows = lines[(header + 1)...].map { $0.split(separator: " ").compactMap { Double($0) } }
    guard rows.count == count, rows.allSatisfy({ $0.count == 7 && $0.allSatisfy(\.isFinite) })
    else { throw unreadable("the dump does not hold 7 finite numbers of \(count) atoms.") }
    return rows
  }

  private static func crystal(
    _ numbers: [Double], _ rows: [[Double]], _ old: Crystal, _ data: LAMMPSData
  ) throws(EngineError) -> Crystal {
    let n = numbers
    let positions = zip(rows, old.positions).map { row, before in
      let now = SIMD3(row[1], row[2], row[3])
      return now - (now - before).rounded(.toNearestOrEven)
    }
    do {
      let lattice = try Lattice(
        a: data.frame.unrotated(SIMD3(n[2], 0, 0)), b: data.frame.unrotated(SIMD3(n[5], n[3], 0)),
        c: data.frame.unrotated(SIMD3(n[6], n[7], n[4])))
      return try Crystal(lattice: lattice, occupants: old.occupants, positions: positions)
    } catch {
      throw unreadable("the cell is none: \(error)")
    }
  }

  private static func unreadable(_ reason: String) -> EngineError {
    .unreadable("LAMMPS", reason: reason)
  }
}

extension String {
  /// The word behind a text; `nil` where the text does not occur.
  fileprivate func word(after text: String) -> String? {
    guard let range = firstRange(of: text) else { return nil }
    return self[range.upperBound...].split(separator: " ").first.map(String.init)
  }
}
