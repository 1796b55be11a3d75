public import Formats
public import Matter

/// Energies of the elements that formation energies are counted from.
///
/// Given by the user or by the data, never assumed: formation energies of different references differ
/// by tenths of an electronvolt per atom.
public struct ElementReferences: Codable, Hashable, Sendable {
  /// Where they are from, for people.
  public let name: String

  /// eV/atom, by symbol.
  public let energies: [String: Double]

  public init(name: String, energies: [Element: Double]) {
    self.name = name
    self.energies = Dictionary(
      uniqueKeysWithValues: energies.map { ($0.key.symbol, $0.value) })
  }

  /// A table with the columns `element` and `energy (eV/atom)`; another unit of energy per atom is
  /// converted.
  ///
  /// - Throws: ``ReadingError`` with the line of a symbol that is none or that occurs twice, and when
  ///   the unit of the energies is not stated.
  public init(_ table: Table) throws(ReadingError) {
    guard let elementColumn = table.firstColumn(among: ["element", "symbol"]) else {
      throw ReadingError(file: table.file, message: "There is no column element; add one.")
    }
    guard let column = table.columns.first(where: { $0.lowercased().hasPrefix("energy") }) else {
      throw ReadingError(
        file: table.file, message: "There is no column energy; name it energy (eV/atom).")
    }
    let conversion = try Self.conversion(table, column)
    let values = try table.doubles(column)
    var energies: [String: Double] = [:]
    for (row, symbol) in try table.strings(elementColumn).enumerated() {
      guard Element(symbol: symbol) != nil else {
        throw table.error(row: row, column: elementColumn, "\"\(symbol)\" is not an element.")
      }
      guard energies[symbol] == nil else {
        throw table.error(row: row, column: elementColumn, "\(symbol) occurs twice; keep one.")
      }
      do throws(ConversionError) {
        energies[symbol] = try conversion(values[row])
      } catch {
        throw table.error(row: row, column: column, "\(error)")
      }
    }
    name = table.file
    self.energies = energies
  }

  private static func conversion(
    _ table: Table, _ column: String
  ) throws(ReadingError) -> UnitConversion {
    guard let text = Dataset.unit(in: column) else {
      throw ReadingError(
        file: table.file, field: column,
        message: "The unit is not stated; name the column energy (eV/atom).")
    }
    do {
      return try UnitConversion(from: Unit(parsing: text), to: Unit(parsing: "eV/atom"))
    } catch {
      throw ReadingError(file: table.file, field: column, message: "\(error)")
    }
  }

  /// The mean over the atoms of a composition, eV/atom.
  ///
  /// - Throws: ``HarmonizationError/noReference(_:table:)`` for an element that is not in the table.
  public func energy(of composition: Composition) throws(HarmonizationError) -> Double {
    var sum = 0.0
    for (element, fraction) in zip(composition.elements, composition.fractions) {
      guard let energy = energies[element.symbol] else {
        throw .noReference(element.symbol, table: name)
      }
      sum += fraction * energy
    }
    return sum
  }

  /// The formation energy from a total energy, both eV/atom.
  public func formationEnergy(
    total: Double, of composition: Composition
  ) throws(HarmonizationError) -> Double {
    total - (try energy(of: composition))
  }

  /// A formation energy (eV/atom) that was counted from `old`, counted from these.
  public func rereferenced(
    _ formationEnergy: Double, of composition: Composition, from old: ElementReferences
  ) throws(HarmonizationError) -> Double {
    formationEnergy + (try old.energy(of: composition)) - (try energy(of: composition))
  }
}
