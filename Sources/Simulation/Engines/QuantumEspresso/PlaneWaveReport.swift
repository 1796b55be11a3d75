import Matter

/// What `pw.x` has printed, of its last structure.
struct PlaneWaveReport {
  let version: String
  let crystal: Crystal
  let evaluation: Evaluation

  /// What has not converged, as the beginning of a sentence; `nil` where all has.
  let missing: String?

  /// - Throws: ``EngineError/unreadable(_:reason:)``. An electronic search that has not converged
  ///   brings no forces; they are then zero and ``missing`` says why.
  init(_ text: String, of task: EngineTask) throws(EngineError) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    version = Self.version(lines)
    crystal = try Self.crystal(lines, of: task)
    if text.contains("convergence NOT achieved") && !Self.endsConverged(lines) {
      missing = "The electrons of pw.x did not converge"
      evaluation = Evaluation(
        energy: .nan, forces: [],
        stress: Stress(xx: 0, yy: 0, zz: 0, yz: 0, xz: 0, xy: 0))
      return
    }
    let isAtRest = task.kind == .singlePoint || text.contains("bfgs converged in")
    missing = isAtRest ? nil : "pw.x did not bring the atoms to rest"
    evaluation = Evaluation(
      energy: try Self.energy(lines),
      forces: try Self.forces(lines, count: crystal.siteCount), stress: try Self.stress(lines))
  }

  /// The error that `pw.x` prints between two lines of %, classified; `nil` where there is none.
  static func error(in text: String) -> EngineError? {
    guard let start = text.firstRange(of: "Error in routine") else { return nil }
    let block = text[start.lowerBound...].prefix(600).prefix { $0 != "%" }
    let words = block.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if words.contains("allocat") { return .outOfMemory(limitMB: nil, lastWords: words) }
    if words.contains("too many bands are not converged")
      || words.contains("c_bands")
    {
      return .notConverged("The bands of pw.x did not converge: \(words)")
    }
    return .crashed("pw.x", lastWords: words)
  }

  private typealias Lines = [Substring]

  static func version(_ lines: [Substring]) -> String {
    let line = lines.first { $0.contains("Program PWSCF") } ?? ""
    let number = line.split(separator: " ").first { $0.hasPrefix("v.") }?.dropFirst(2) ?? ""
    return "Quantum ESPRESSO \(number)"
  }

  /// Whether the last self-consistent search has converged.
  private static func endsConverged(_ lines: Lines) -> Bool {
    let last = lines.last {
      $0.contains("convergence NOT achieved") || $0.contains("convergence has been achieved")
    }
    return last?.contains("has been achieved") ?? false
  }

  private static func energy(_ lines: Lines) throws(EngineError) -> Double {
    guard let line = lines.last(where: { $0.hasPrefix("!") }),
      let value = numbers(line).first, value.isFinite
    else { throw unreadable("it has no total energy.") }
    return value / PlaneWaveInput.rydberg
  }

  private static func forces(
    _ lines: Lines, count: Int
  ) throws(EngineError) -> [SIMD3<Double>] {
    guard let header = lines.lastIndex(where: { $0.contains("Forces acting on atoms") }) else {
      throw unreadable("it has no forces.")
    }
    let rows = lines[(header + 1)...].lazy.filter { $0.contains("force =") }.prefix(count)
    let scale = 1 / (PlaneWaveInput.rydberg * PlaneWaveInput.bohr)
    let forces = rows.map { row -> [Double] in
      guard let start = row.firstRange(of: "force =") else { return [] }
      return numbers(row[start.upperBound...])
    }
    guard forces.count == count,
      forces.allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isFinite) })
    else { throw unreadable("it does not hold three numbers of the force on each atom.") }
    return forces.map { scale * SIMD3($0[0], $0[1], $0[2]) }
  }

  /// `pw.x` prints the pressure: positive under compression. Ry/bohr³ become eV/Å³.
  private static func stress(_ lines: Lines) throws(EngineError) -> Stress {
    guard let header = lines.lastIndex(where: { $0.contains("total   stress") }),
      header + 3 < lines.count
    else { throw unreadable("it has no stress.") }
    let rows = lines[(header + 1)...(header + 3)].map { numbers($0) }
    guard rows.allSatisfy({ $0.count == 6 && $0.allSatisfy(\.isFinite) }) else {
      throw unreadable("its stress does not hold nine numbers.")
    }
    let bohr = PlaneWaveInput.bohr
    let scale = -1 / (PlaneWaveInput.rydberg * bohr * bohr * bohr)
    return Stress(
      xx: scale * rows[0][0], yy: scale * rows[1][1], zz: scale * rows[2][2],
      yz: scale * rows[1][2], xz: scale * rows[0][2], xy: scale * rows[0][1])
  }

  /// The last cell and positions that are printed, those of the task where there are none.
  private static func crystal(_ lines: Lines, of task: EngineTask) throws(EngineError) -> Crystal {
    let old = task.crystal
    var (lattice, positions) = (old.lattice, old.positions)
    do {
      if let header = lines.lastIndex(where: { $0.hasPrefix("CELL_PARAMETERS (angstrom)") }) {
        let v = vectors(lines[(header + 1)...].prefix(3))
        guard v.count == 3 else { throw unreadable("its cell is not three vectors.") }
        lattice = try Lattice(a: v[0], b: v[1], c: v[2])
      }
      if let header = lines.lastIndex(where: { $0.hasPrefix("ATOMIC_POSITIONS (crystal)") }) {
        let found = vectors(lines[(header + 1)...].prefix(old.siteCount))
        guard found.count == old.siteCount else {
          throw unreadable("it does not hold the positions of all atoms.")
        }
        positions = found
      }
      return try Crystal(lattice: lattice, occupants: old.occupants, positions: positions)
    } catch let error as EngineError {
      throw error
    } catch {
      throw unreadable("its cell is none: \(error)")
    }
  }

  private static func vectors(_ lines: ArraySlice<Substring>) -> [SIMD3<Double>] {
    lines.compactMap { line in
      let values = numbers(line)
      return values.count >= 3 ? SIMD3(values[0], values[1], values[2]) : nil
    }
  }

  private static func numbers(_ line: Substring) -> [Double] {
    line.split(separator: " ").compactMap { Double($0) }
  }

  private static func unreadable(_ reason: String) -> EngineError {
    .unreadable("pw.x", reason: reason)
  }
}
