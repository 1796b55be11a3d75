import Foundation
import Matter

/// Writes one crystal as a data block.
struct CIFWriter {
  /// What is listed: the whole cell, or the asymmetric unit.
  private let crystal: Crystal

  private let unit: CIFAsymmetricUnit?

  /// One label for each row of the loop of atoms, each once.
  private let labels: [String]

  private var keepsLabels = false

  init(_ crystal: Crystal, _ unit: CIFAsymmetricUnit) throws(CrystalError) {
    func listed<Value>(_ values: [Value]) -> [Value] { unit.sites.map { values[$0] } }
    let occupants = unit.sites.map { crystal.occupants(of: $0) }
    let asymmetric = try Crystal(
      lattice: crystal.lattice, occupants: occupants.flatMap { $0 }, counts: occupants.map(\.count),
      positions: listed(crystal.positions), labels: crystal.labels.map(listed),
      magneticMoments: crystal.magneticMoments.map(listed))
    self.init(asymmetric, unit: unit)
  }

  init(_ crystal: Crystal, unit: CIFAsymmetricUnit? = nil) {
    self.crystal = crystal
    self.unit = unit
    var counts: [Element: Int] = [:]
    var taken: Set<String> = []
    var labels: [String] = []
    for site in 0..<crystal.siteCount {
      for (index, occupant) in crystal.occupants(of: site).enumerated() {
        counts[occupant.element, default: 0] += 1
        let number = counts[occupant.element] ?? 1
        let own = index == 0 ? crystal.labels.map { Self.clean($0[site]) } : nil
        var label = own ?? "\(occupant.element)\(number)"
        if label.isEmpty || label == "." || label == "?" || !taken.insert(label).inserted {
          label = Self.free("\(occupant.element)\(number)", taken)
          taken.insert(label)
          if own != nil { keepsLabels = true }
        }
        labels.append(label)
      }
    }
    self.labels = labels
  }

  /// - Parameter numbers: Of a crystal that is listed whole.
  func block(code: String, name: String?, _ numbers: CIFSiteNumbers? = nil) -> String {
    var text = "data_\(code)\n"
    if name != code {
      text += "_athanor_name \(name.map { Self.value($0, isQuoted: true) } ?? ".")\n"
    }
    if crystal.labels == nil { text += "_athanor_labels generated\n" }
    for item in numbers?.items ?? [] {
      text += "\(item.name) \(Self.value(item.value, isQuoted: true))\n"
    }
    return text + cell() + symmetry() + types() + sites(numbers) + moments()
      + (numbers.map(bonds) ?? "") + "\n"
  }

  // MARK: Parts

  private func cell() -> String {
    let (p, lattice) = (crystal.lattice.parameters, crystal.lattice)
    let degrees = 180 / Double.pi
    func rounded(_ value: Double) -> Double { (value * 1e10).rounded() / 1e10 }
    var text = ""
    for (name, value) in [
      ("length_a", p.a), ("length_b", p.b), ("length_c", p.c), ("angle_alpha", p.alpha * degrees),
      ("angle_beta", p.beta * degrees), ("angle_gamma", p.gamma * degrees),
    ] {
      text += "_cell_\(name) \(rounded(value))\n"
    }
    text += "_cell_volume \(rounded(lattice.volume))\n"
    for (column, vector) in [lattice.a, lattice.b, lattice.c].enumerated() {
      for row in 0..<3 {
        text += "_atom_sites_Cartn_tran_matrix_\(row + 1)\(column + 1) \(vector[row])\n"
      }
    }
    return text
  }

  private func symmetry() -> String {
    guard let unit else {
      return """
        _space_group_name_H-M_alt 'P 1'
        _space_group_IT_number 1
        loop_
        _space_group_symop_operation_xyz
        'x,y,z'

        """
    }
    var text = ""
    if let setting = unit.setting {
      if let symbol = setting.symbolForCIF { text += "_space_group_name_H-M_alt '\(symbol)'\n" }
      text += "_space_group_name_Hall \(Self.value(setting.hallSymbol, isQuoted: true))\n"
    }
    text += "_space_group_IT_number \(unit.spaceGroupNumber)\n"
    text += "loop_\n_space_group_symop_operation_xyz\n"
    for operation in unit.operations { text += "'\(operation)'\n" }
    guard let signs = unit.timeReversals else { return text }
    text += "loop_\n_space_group_symop_magn_operation_xyz\n"
    for (operation, sign) in zip(unit.operations, signs) {
      text += "'\(operation),\(sign < 0 ? "-1" : "+1")'\n"
    }
    return text
  }

  /// The symbols with oxidation states, where there are any.
  private func types() -> String {
    var seen: Set<String> = []
    var rows = ""
    for occupant in crystal.occupants {
      guard let state = occupant.species.oxidationState,
        seen.insert(Self.symbol(occupant.species)).inserted
      else { continue }
      rows += "\(Self.symbol(occupant.species)) \(state)\n"
    }
    return rows.isEmpty ? "" : "loop_\n_atom_type_symbol\n_atom_type_oxidation_number\n" + rows
  }

  private func sites(_ numbers: CIFSiteNumbers?) -> String {
    let keepsMasses = crystal.occupants.contains { Self.hasOwnMass($0.species) }
    var text = """
      loop_
      _atom_site_label
      _atom_site_type_symbol
      _atom_site_fract_x
      _atom_site_fract_y
      _atom_site_fract_z
      _atom_site_occupancy

      """
    if unit != nil { text += "_atom_site_site_symmetry_multiplicity\n" }
    if keepsLabels { text += "_athanor_site_label\n" }
    if keepsMasses { text += "_athanor_site_mass_number\n" }
    if let numbers { text += "_atom_site_\(numbers.name)\n" }
    var row = 0
    for (site, position) in crystal.positions.enumerated() {
      for occupant in crystal.occupants(of: site) {
        text += "\(Self.value(labels[row])) \(Self.symbol(occupant.species))"
        text += " \(position.x) \(position.y) \(position.z) \(occupant.occupancy)"
        if let unit { text += " \(unit.multiplicities[site])" }
        if keepsLabels, let own = crystal.labels {
          text += " \(Self.value(own[site], isQuoted: true))"
        }
        if keepsMasses { text += " \(occupant.species.massNumber.map(String.init) ?? ".")" }
        if let numbers { text += " \(numbers.occupants[row])" }
        text += "\n"
        row += 1
      }
    }
    return text
  }

  /// Moments of the first row of each site, along the axes of the cell for other programs and
  /// Cartesian to the last bit.
  private func moments() -> String {
    guard let moments = crystal.magneticMoments else { return "" }
    var text = "loop_\n_atom_site_moment_label\n"
    for frame in ["crystalaxis", "Cartn"] {
      for axis in ["x", "y", "z"] { text += "_atom_site_moment_\(frame)_\(axis)\n" }
    }
    let lattice = crystal.lattice
    let lengths = SIMD3(length(lattice.a), length(lattice.b), length(lattice.c))
    var row = 0
    for (site, moment) in moments.enumerated() {
      let axes = lattice.fractional(moment) * lengths
      text += "\(Self.value(labels[row]))"
      for value in [axes.x, axes.y, axes.z] { text += " \((value * 1e8).rounded() / 1e8)" }
      text += " \(moment.x) \(moment.y) \(moment.z)\n"
      row += crystal.occupants(of: site).count
    }
    return text
  }

  /// Pairs of sites by the labels of their first occupants.
  private func bonds(_ numbers: CIFSiteNumbers) -> String {
    guard !numbers.bonds.isEmpty else { return "" }
    var text = """
      loop_
      _geom_bond_atom_site_label_1
      _geom_bond_atom_site_label_2
      _geom_bond_site_symmetry_2
      _geom_bond_distance
      _geom_bond_\(numbers.name)

      """
    var rows: [Int] = []
    var row = 0
    for site in 0..<crystal.siteCount {
      rows.append(row)
      row += crystal.occupants(of: site).count
    }
    for bond in numbers.bonds {
      text += "\(Self.value(labels[rows[bond.first]])) \(Self.value(labels[rows[bond.second]]))"
      text += " \(Self.symmetry(bond.image)) \(bond.distance) \(bond.value)\n"
    }
    return text
  }

  /// `1_555` for the cell itself; `?` for a cell that the digits do not reach.
  private static func symmetry(_ image: SIMD3<Int>) -> String {
    let digits = [image.x, image.y, image.z]
    guard digits.allSatisfy((-4...4).contains) else { return "?" }
    return "1_" + digits.map { "\($0 + 5)" }.joined()
  }

  // MARK: Words

  /// `Fe3+`, `O2-`, `Fe2.5+`, `Fe`; `D` and `T` for the heavy isotopes of hydrogen.
  private static func symbol(_ species: Species) -> String {
    guard let state = species.oxidationState else { return species.symbol }
    let sign = state < 0 ? "-" : "+"
    let size = abs(state)
    let digits = Int(exactly: size).map { "\($0)" } ?? "\(size)"
    return "\(species.symbol)\(digits)\(sign)"
  }

  /// Whether the symbol alone does not tell the isotope.
  private static func hasOwnMass(_ species: Species) -> Bool {
    guard let mass = species.massNumber else { return false }
    return species.element.atomicNumber != 1 || mass != 2 && mass != 3
  }

  private static func free(_ label: String, _ taken: Set<String>) -> String {
    guard taken.contains(label) else { return label }
    var number = 2
    while taken.contains("\(label)_\(number)") { number += 1 }
    return "\(label)_\(number)"
  }

  /// One line without control characters.
  private static func clean(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
  }

  /// A text as a value: bare where that is safe, else in quotes or a text field.
  private static func value(_ text: String, isQuoted: Bool = false) -> String {
    let text = clean(text)
    let isWord = text.utf8.allSatisfy {
      $0 &- 48 < 10 || ($0 | 32) &- 97 < 26 || "()+-*'".utf8.contains($0)
    }
    if !isQuoted, isWord, let first = text.utf8.first, (first | 32) &- 97 < 26 { return text }
    for quote in ["'", "\""] where !text.contains(quote) { return quote + text + quote }
    return "\n;\(text)\n;"
  }
}
