public import Matter

/// Why a crystal cannot be written as POSCAR.
public enum POSCARError: Error, Hashable, Sendable, CustomStringConvertible {
  case disordered(site: Int)

  public var description: String {
    switch self {
    case .disordered(let site):
      "Site \(site + 1) is shared or partly vacant, which POSCAR cannot say; write CIF, or choose an "
        + "ordered cell."
    }
  }
}

extension POSCAR {
  /// The text of a version 5 file, readable by VASP, pymatgen and ASE.
  ///
  /// Sites keep their order, positions are fractions, and numbers have the digits that read back as
  /// the same value. Oxidation states, labels and magnetic moments have no place in the format.
  ///
  /// - Parameter comment: The first line; line ends in it become blanks. `nil` writes the counts of
  ///   the elements.
  /// - Throws: ``POSCARError`` for a shared or partly vacant site.
  public static func text(
    _ crystal: Crystal, comment: String? = nil
  ) throws(POSCARError) -> String {
    var groups: [(symbol: String, count: Int)] = []
    for site in 0..<crystal.siteCount {
      let occupants = crystal.occupants(of: site)
      guard occupants.count == 1, let occupant = occupants.first, occupant.occupancy == 1 else {
        throw .disordered(site: site)
      }
      let symbol = occupant.species.symbol
      if let last = groups.last, last.symbol == symbol {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((symbol, 1))
      }
    }
    let title = comment ?? groups.map { "\($0.symbol)\($0.count)" }.joined(separator: " ")
    let lattice = [crystal.lattice.a, crystal.lattice.b, crystal.lattice.c]
    let lines =
      [oneLine(title), "1.0"] + lattice.map(row)
      + [
        groups.map(\.symbol).joined(separator: " "),
        groups.map { "\($0.count)" }.joined(separator: " "), "Direct",
      ] + crystal.positions.map(row)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ vector: SIMD3<Double>) -> String {
    let numbers = [vector.x, vector.y, vector.z].map { number in
      let text = "\(number)"
      return String(repeating: " ", count: max(0, 22 - text.utf8.count)) + text
    }
    return numbers.joined(separator: " ")
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
  }
}
