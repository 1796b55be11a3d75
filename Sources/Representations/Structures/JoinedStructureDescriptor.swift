public import Matter

/// Several descriptors of structures side by side: the columns of the first, then those of the second.
public struct JoinedStructureDescriptor: StructureDescriptor {
  public let parts: [any StructureDescriptor]

  /// - Parameter parts: Those whose name was there before are left out.
  public init(_ parts: [any StructureDescriptor]) {
    var names: Set<String> = []
    self.parts = parts.filter { names.insert($0.name).inserted }
  }

  public var name: String { parts.map(\.name).joined(separator: ",") }
  public var settings: String { parts.map(\.columnHash).joined(separator: " ") }
  public var columns: [String] { parts.flatMap(\.columns) }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try parts.flatMap { try $0.row(of: structure) }
  }

  public func results(
    of structures: [AtomicStructure], threads: Int
  ) throws -> [Result<[Double], any Error>] {
    var rows = structures.map { _ in Result<[Double], any Error>.success([]) }
    for part in parts {
      for (place, found) in try part.results(of: structures, threads: threads).enumerated() {
        rows[place] = rows[place].flatMap { row in found.map { row + $0 } }
      }
    }
    return rows
  }
}

/// A descriptor of compositions, asked about the composition of a structure.
public struct CompositionColumns: StructureDescriptor {
  public let descriptor: any FixedDescriptor

  public init(_ descriptor: any FixedDescriptor) { self.descriptor = descriptor }

  public var name: String { descriptor.name }
  public var version: Int { descriptor.version }
  public var settings: String { descriptor.columnHash }
  public var columns: [String] { descriptor.columns }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try descriptor.rows([structure.composition])
  }
}

extension AtomicStructure {
  /// The atoms of the cell or the molecule, by their shares.
  public var composition: Composition {
    get throws {
      var amounts: [Element: Double] = [:]
      for (element, share) in occupants { amounts[element, default: 0] += share }
      return try Composition(amounts)
    }
  }
}
