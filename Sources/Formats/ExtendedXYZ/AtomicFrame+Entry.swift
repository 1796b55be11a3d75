internal import Matter

extension AtomicFrame {
  /// The frame as a structure: a crystal where it has a cell and repeats along some direction or says
  /// nothing against it, else a molecule.
  ///
  /// Energies, forces, stresses and all else that is a number, a flag or a text become properties
  /// under their names. A cell that repeats along some directions only is a crystal with a notice.
  ///
  /// - Throws: ``ReadingError`` for a species that is no element, a frame without atoms, and a
  ///   periodic cell without volume.
  public func entry(file: String, name: String? = nil) throws(ReadingError) -> StructureEntry {
    var notices: [ReadingNotice] = []
    let species = try self.species(file: file, notices: &notices)
    let arrangement: StructureEntry.Arrangement
    do {
      arrangement = try self.arrangement(species, notices: &notices)
    } catch {
      throw ReadingError(file: file, line: line, message: "\(error)")
    }
    return StructureEntry(
      name: name, line: line, arrangement: arrangement,
      properties: properties(notices: &notices), notices: notices)
  }

  /// What each of ``speciesNames`` is.
  private func species(
    file: String, notices: inout [ReadingNotice]
  ) throws(ReadingError) -> [Species] {
    var species: [Species] = []
    for name in speciesNames {
      guard let reading = ParticleName.read(name) else {
        throw ReadingError(
          file: file, line: line, field: "species", message: Self.remedy(unknown: name))
      }
      if let notice = reading.notice { notices.append(ReadingNotice(line: line, notice)) }
      species.append(reading.species)
    }
    return species
  }

  /// Digits that are no element are the type of a LAMMPS dump.
  private static func remedy(unknown name: String) -> String {
    guard name.allSatisfy(\.isNumber) else {
      return "\"\(name)\" is not an element; write the symbol of one."
    }
    return "Nothing says which element the atoms of type \(name) are; dump the column element or "
      + "mass as well (dump … custom … id element x y z, and dump_modify … element Fe O for types 1 "
      + "and 2)."
  }

  private func arrangement(
    _ species: [Species], notices: inout [ReadingNotice]
  ) throws -> StructureEntry.Arrangement {
    let occupants = speciesIndices.map { Occupant(species[Int($0)]) }
    guard let cell, isPeriodic.contains(true) else {
      if species.contains(where: { $0.massNumber != nil }) {
        notices.append(ReadingNotice(line: line, "Isotopes are left out: molecules hold elements."))
      }
      return .molecule(try Molecule(elements: occupants.map(\.element), positions: positions))
    }
    let lattice = try Lattice(a: cell.a, b: cell.b, c: cell.c)
    if isPeriodic.contains(false) {
      let axes = zip(["a", "b", "c"], isPeriodic).filter { !$0.1 }.map(\.0)
      notices.append(
        ReadingNotice(
          line: line,
          "The frame does not repeat along \(axes.joined(separator: " and ")); it is read as a "
            + "crystal in its cell."))
    }
    let (u, v, w) = lattice.reciprocal
    let fractions = positions.map { SIMD3(dot($0, u), dot($0, v), dot($0, w)) }
    return .crystal(try Crystal(lattice: lattice, occupants: occupants, positions: fractions))
  }

  private func properties(notices: inout [ReadingNotice]) -> [StructureEntry.Property] {
    var properties = info.compactMap { item in
      Self.value(of: item.value).map { StructureEntry.Property(item.name, $0) }
    }
    for column in columns {
      let shape = column.width == 1 ? [atomCount] : [atomCount, column.width]
      let numbers: [Double]
      switch column.values {
      case .reals(let values): numbers = values
      case .integers(let values): numbers = values.map(Double.init)
      case .flags(let values): numbers = values.map { $0 ? 1 : 0 }
      case .texts:
        notices.append(ReadingNotice(line: line, "The texts of \"\(column.name)\" are left out."))
        continue
      }
      properties.append(.init(column.name, .numbers(numbers, shape: shape)))
    }
    return properties
  }

  private static func value(of value: FrameValue) -> StructureEntry.Property.Value? {
    switch value {
    case .flag(let flag): return .flag(flag)
    case .text(let text), .json(let text): return .text(text)
    case .texts(let texts, _): return .text(texts.joined(separator: " "))
    case .flags(let flags, let shape): return .numbers(flags.map { $0 ? 1 : 0 }, shape: shape)
    case .integer, .real, .integers, .reals:
      guard let (values, shape) = value.numbers else { return nil }
      return shape.isEmpty ? .number(values[0]) : .numbers(values, shape: shape)
    }
  }
}

/// Names of particles as trajectories write them.
enum ParticleName {
  struct Reading {
    var species: Species
    /// Set when the name was not the plain symbol.
    var notice: String?
  }

  /// The element of a symbol. `D` and `T` are hydrogen of mass 2 and 3; other spellings in capitals
  /// or small letters (`FE`, `fe`) are read with a notice.
  ///
  /// - Returns: `nil` for names that are no element.
  static func read(_ name: String) -> Reading? {
    if let species = Species(symbol: name) { return Reading(species: species) }
    guard let first = name.first, name.utf8.count <= 2, name.utf8.allSatisfy({ $0 < 128 }) else {
      return nil
    }
    let spelled = first.uppercased() + name.dropFirst().lowercased()
    return Element(symbol: spelled).map {
      Reading(species: Species($0), notice: "\"\(name)\" is read as \(spelled).")
    }
  }
}

extension ParticleName {
  /// The symbol for an atomic number in a column of symbols (`26` for Fe), as some programs write
  /// plain XYZ; `nil` for what is no such number.
  static func symbol(digits text: String) -> String? {
    guard text.utf8.count <= 3, text.utf8.allSatisfy({ 48...57 ~= $0 }), let number = Int(text)
    else { return nil }
    return symbol(atomicNumber: number)
  }

  /// `X` for 0, as ASE writes particles that are no element.
  static func symbol(atomicNumber: Int) -> String? {
    atomicNumber == 0 ? "X" : Element(atomicNumber: atomicNumber)?.symbol
  }
}
