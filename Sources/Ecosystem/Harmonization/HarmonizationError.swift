import Matter

/// Why data cannot be brought to one form.
public enum HarmonizationError: Error, Hashable, Sendable {
  case noReference(String, table: String)
  case unit(row: String, reason: String)
  case noUnit(String)
  case tooFewPairs(from: String, to: String, count: Int)
  case unknownFidelity(String, known: [String])
  case notEnergyPerAtom(String)
  /// Rows whose values are so large that their spread is no finite number.
  case tooLarge(String)
  case empty
}

extension HarmonizationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noReference(let element, let table):
      "\(table) has no energy of \(element); add a row."
    case .unit(let row, let reason): "\(row): \(reason)"
    case .noUnit(let row):
      "\(row): the unit of the value is not stated; name it with --from-unit or in the column's name."
    case .tooFewPairs(let from, let to, let count):
      "\(from) and \(to) share \(count) materials; a shift needs at least "
        + "\(FidelityShift.fewestPairs)."
    case .unknownFidelity(let name, let known):
      "No row is of the method \"\(name)\"; there are \(known.joined(separator: ", "))."
    case .notEnergyPerAtom(let unit):
      "Reference energies are per atom, but the values are in \(unit); ask for --unit eV/atom."
    case .tooLarge(let row):
      "\(row): the values of this material are too large to be compared; correct them."
    case .empty: "No row has a value."
    }
  }
}
