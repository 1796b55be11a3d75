import Ecosystem
import Formats
import Foundation
import Matter
public import Representations
import Torch

extension ScriptDescription {
  /// Reads a description: JSON, or YAML with the same keys.
  ///
  /// - Throws: ``ReadingError`` with the line, also for keys that mean nothing; ``FileError``.
  public init(contentsOf path: String) throws {
    let bytes = try AtomicFile.read(path, limit: RecipeDocument.sizeLimit)
    try self.init(RecipeDocument(yaml: bytes, file: path).root)
  }

  private init(_ root: RecipeMapping) throws(ReadingError) {
    var inputs: [Input] = []
    for entry in try root.mappings("inputs") { inputs.append(try Self.input(entry)) }
    self.init(
      module: try root.string("module"), inputs: inputs,
      pooling: try root.choice("pooling", default: .mean))
    method = try root.string("method", default: "forward")
    nodes = try root.choice("nodes", default: .atoms)
    cutoff = try root.optionalDouble("cutoff")
    mostNeighbors = try root.optionalInteger("most_neighbors")
    try readElements(root)
    if let output = try root.optionalString("output") {
      if let place = Int(output), place >= 0 { outputPlace = place } else { outputName = output }
    }
    differentiates = try root.bool("gradients", default: false)
    try root.refuseUnknownKeys()
  }

  private mutating func readElements(_ root: RecipeMapping) throws(ReadingError) {
    let table = try root.optionalMapping("element_numbers")
    let symbols = try root.strings("elements")
    guard table == nil || symbols.isEmpty else {
      throw root.error(at: "elements", "Give \"elements\" or \"element_numbers\", not both.")
    }
    for (place, symbol) in (table?.keys ?? symbols).enumerated() {
      guard let element = Element(symbol: symbol) else {
        throw (table ?? root).error(
          at: table == nil ? "elements" : symbol,
          "\"\(symbol.prefix(20))\" is not an element; write symbols such as Na, in quotes.")
      }
      elements.append(element)
      elementNumbers.append(try table?.integer(symbol) ?? place)
    }
  }

  private enum Kind: String, CaseIterable {
    case float32
    case float64
    case int64
  }

  private enum Layout: String, CaseIterable {
    case twoRows = "2xE"
    case twoColumns = "Ex2"
  }

  private enum Order: String, CaseIterable {
    case centerFirst = "center_first"
    case neighborFirst = "neighbor_first"
  }

  private enum Direction: String, CaseIterable {
    case outward
    case inward
  }

  private static func input(_ entry: RecipeMapping) throws(ReadingError) -> Input {
    guard let quantity = Quantity(rawValue: try entry.string("quantity")) else {
      throw entry.error(
        at: "quantity",
        "There is no such quantity; there are "
          + "\(Quantity.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let kind: Kind = try entry.choice("type", default: quantity.isWhole ? .int64 : .float32)
    let type: ScalarType =
      switch kind {
      case .float32: .float32
      case .float64: .float64
      case .int64: .int64
      }
    var input = Input(quantity, type, name: try entry.optionalString("name"))
    if quantity == .edgeIndex {
      let layout: Layout = try entry.choice("layout", default: .twoRows)
      let order: Order = try entry.choice("order", default: .centerFirst)
      (input.isTransposed, input.startsWithNeighbor) =
        (layout == .twoColumns, order == .neighborFirst)
    }
    if [.unitShifts, .shifts, .edgeVectors].contains(quantity) {
      let direction: Direction = try entry.choice("direction", default: .outward)
      input.pointsInward = direction == .inward
    }
    if quantity == .cell, entry.has("flat") { input.isFlat = try entry.bool("flat", default: true) }
    if quantity.isSingle { input.isColumn = try entry.bool("column", default: false) }
    return input
  }
}

extension ScriptDescription.Quantity {
  /// Whether its numbers are whole by nature.
  fileprivate var isWhole: Bool {
    [
      .atomicNumbers, .elementIndex, .edgeIndex, .edgeCenters, .edgeNeighbors, .batch, .starts,
      .siteCounts,
    ].contains(self)
  }

  /// Whether it is one number for each site, edge or structure.
  fileprivate var isSingle: Bool {
    ![
      .elementOneHot, .composition, .positions, .fractionalPositions, .cell, .edgeIndex,
      .unitShifts, .shifts, .edgeVectors,
    ].contains(self)
  }
}
