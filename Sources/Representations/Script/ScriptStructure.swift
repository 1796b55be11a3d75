import Matter

/// One structure, or one composition, as a module of somebody else's sees it.
struct ScriptStructure: Sendable {
  /// `[n]`
  var elements: [Element] = []
  /// Numbers of the elements by the description, or atomic numbers where it lists none, `[n]`.
  var numbers: [Int] = []
  /// Atomic fractions of nodes that are elements, `[n]`.
  var fractions: [Double] = []
  /// Å, `[n]`; none of nodes that are elements.
  var positions: [SIMD3<Double>] = []
  var lattice: Lattice?

  /// `[e]`
  var centers: [Int] = []
  var neighbors: [Int] = []
  var images: [SIMD3<Double>] = []
  /// From the center to the neighbor, Å.
  var vectors: [SIMD3<Double>] = []

  var nodeCount: Int { elements.count }

  /// - Throws: ``ScriptError``
  init(_ structure: AtomicStructure, for description: ScriptDescription) throws {
    guard description.nodes == .atoms else {
      try describe(structure.composition, by: description)
      return
    }
    lattice = structure.lattice
    if lattice == nil, description.inputs.contains(where: \.quantity.needsCell) {
      throw ScriptError.noCell
    }
    for site in structure.positions.indices {
      let occupants = structure.occupants(of: site)
      guard occupants.count == 1, let occupant = occupants.first, occupant.share > 0.999 else {
        throw ScriptError.disordered(site: site)
      }
      elements.append(occupant.element)
    }
    numbers = try Self.numbers(of: elements, description)
    positions = structure.positions
    if let cutoff = description.cutoff {
      try addEdges(of: structure, cutoff: cutoff, most: description.mostNeighbors ?? .max)
    }
  }

  init(
    _ composition: Composition, for description: ScriptDescription
  ) throws(ScriptError) {
    try describe(composition, by: description)
  }

  private mutating func describe(
    _ composition: Composition, by description: ScriptDescription
  ) throws(ScriptError) {
    elements = composition.elements
    fractions = composition.fractions
    numbers = try Self.numbers(of: elements, description)
  }

  private static func numbers(
    of elements: [Element], _ description: ScriptDescription
  ) throws(ScriptError) -> [Int] {
    guard !description.elements.isEmpty else { return elements.map(\.atomicNumber) }
    var numbers: [Int] = []
    for element in elements {
      guard let place = description.elements.firstIndex(of: element) else {
        throw .unknownElement(element.symbol)
      }
      numbers.append(description.elementNumbers[place])
    }
    return numbers
  }

  private mutating func addEdges(
    of structure: AtomicStructure, cutoff: Double, most: Int
  ) throws {
    let (cell, list): (Lattice, NeighborList)
    do {
      (cell, list) = try structure.neighborList(within: cutoff)
    } catch {
      throw ScriptError.neighbors("\(error)")
    }
    for site in 0..<list.siteCount {
      let row = list.row(site)
      let all = row.map { pair in
        positions[Int(list.neighbors[pair])] + cell.cartesian(SIMD3<Double>(list.images[pair]))
          - positions[site]
      }
      var order = Array(all.indices)
      if order.count > most {
        let squares = all.map { dot($0, $0) }
        order.sort { (squares[$0], $0) < (squares[$1], $1) }
        order = order.prefix(most).sorted()
      }
      for place in order {
        let pair = row.lowerBound + place
        centers.append(site)
        neighbors.append(Int(list.neighbors[pair]))
        images.append(SIMD3<Double>(list.images[pair]))
        vectors.append(all[place])
      }
    }
  }
}
