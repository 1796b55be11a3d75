public import Formats
public import Matter

/// What a split needs to know of the rows: who they are and what they are made of.
public struct SplitRows: Sendable {
  public let identifiers: [String]
  public let compositions: [Composition]

  /// Over names and compositions in their order: targets may change, rows may not.
  public let hash: ContentHash

  /// - Precondition: as many identifiers as compositions.
  public init(identifiers: [String], compositions: [Composition]) {
    precondition(identifiers.count == compositions.count, "a name for each composition")
    self.identifiers = identifiers
    self.compositions = compositions
    var form = ""
    for (name, composition) in zip(identifiers, compositions) {
      form += "\(name.utf8.count):\(name)"
      for (element, amount) in zip(composition.elements, composition.amounts) {
        form += " \(element.symbol)=\(String(amount.bitPattern, radix: 16))"
      }
      form += "\n"
    }
    hash = ContentHash(of: form)
  }

  public init(_ dataset: Dataset) {
    self.init(
      identifiers: dataset.identifiers, compositions: dataset.candidates.map(\.composition))
  }

  /// The rows of a table, named and read as ``Dataset`` does.
  ///
  /// - Parameters:
  ///   - formula: The column of formulas; `nil` to find it by its name.
  ///   - identifier: The column of row names; `nil` to find it, or to number the rows.
  public init(
    _ table: Table, formula: String? = nil, identifier: String? = nil
  ) throws(ReadingError) {
    let column = try Dataset.formulaColumn(of: table, formula)
    let name = identifier ?? table.firstColumn(among: Dataset.identifierNames)
    let names = try name.map { name throws(ReadingError) in try table.strings(name) }
    self.init(
      identifiers: names ?? (0..<table.rowCount).map { "row \($0 + 1)" },
      compositions: try Dataset.compositions(table, column))
  }

  public var count: Int { compositions.count }

  /// `Fe-O` for every oxide of iron.
  var chemicalSystems: [String] {
    compositions.map { $0.elements.map(\.symbol).sorted().joined(separator: "-") }
  }

  func keys(_ groups: SplitRecipe.Groups) -> [String] {
    switch groups {
    case .formula: compositions.map(\.reducedFormula)
    case .chemicalSystem: chemicalSystems
    }
  }
}

extension Dataset {
  /// Names the rows by identifiers and compositions, whatever their targets: see ``Split``.
  public var rowsHash: ContentHash { SplitRows(self).hash }
}
