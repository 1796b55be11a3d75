internal import Matter

/// Columns by elements: one for each, for each pair, or for each center with a pair around it.
struct ElementChannels: Hashable, Sendable {
  /// `nil` when all elements share one channel.
  let elements: [Element]?
  private let places: [Int]

  init(_ elements: [Element]?) throws {
    self.elements = elements.map { Array(Set($0)).sorted() }
    var places = [Int](repeating: -1, count: Element.count + 1)
    for (place, element) in (self.elements ?? []).enumerated() {
      places[element.atomicNumber] = place
    }
    self.places = places
    try StructureDescriptorError.check(
      self.elements?.isEmpty != true, "A descriptor by elements needs at least one element.")
  }

  /// How many kinds of atoms are told apart.
  var count: Int { elements?.count ?? 1 }
  var pairCount: Int { count * (count + 1) / 2 }

  var symbols: [String] { elements?.map(\.symbol) ?? ["all"] }

  /// First with first, first with second, …: the upper triangle row by row.
  var pairSymbols: [String] {
    guard elements != nil else { return ["all"] }
    return symbols.indices.flatMap { i in symbols[i...].map { "\(symbols[i])-\($0)" } }
  }

  func pair(_ a: Int, _ b: Int) -> Int {
    let (i, j) = (min(a, b), max(a, b))
    return j + i * count - i * (i + 1) / 2
  }

  /// The occupants of each site as places of channels, with their shares.
  ///
  /// - Throws: ``StructureDescriptorError`` for an element that is not listed.
  func occupants(
    of structure: AtomicStructure, descriptor: String
  ) throws -> [[(channel: Int, share: Double)]] {
    try structure.positions.indices.map { site in
      guard elements != nil else {
        return [(0, structure.occupants(of: site).reduce(0) { $0 + $1.share })]
      }
      return try structure.occupants(of: site).map { element, share in
        let place = places[element.atomicNumber]
        guard place >= 0 else {
          throw StructureDescriptorError.elementOutside(element.symbol, descriptor: descriptor)
        }
        return (place, share)
      }
    }
  }
}

extension AtomicStructure {
  /// The atoms around each site, none at its own place.
  ///
  /// - Throws: ``StructureDescriptorError`` when two sites coincide.
  func surroundings(within cutoff: Double) throws -> [[AtomicNeighbor]] {
    let list = try neighbors(within: cutoff)
    return try positions.indices.map { site in
      try (list.offsets[site]..<list.offsets[site + 1]).map { pair in
        let neighbor = AtomicNeighbor(site: Int(list.sites[pair]), vector: list.vectors[pair])
        guard neighbor.distance > 1e-6 else {
          throw StructureDescriptorError.coincidentSites(
            min(site, neighbor.site), max(site, neighbor.site))
        }
        return neighbor
      }
    }
  }

  /// A cutoff that no pair of a finite structure exceeds, Å.
  var diameter: Double {
    var (low, high) = (positions[0], positions[0])
    for position in positions {
      low = pointwiseMin(low, position)
      high = pointwiseMax(high, position)
    }
    return length(high - low) + 0.1
  }
}

/// An atom as another one sees it.
struct AtomicNeighbor {
  let site: Int
  let vector: SIMD3<Double>
  let distance: Double

  init(site: Int, vector: SIMD3<Double>) {
    (self.site, self.vector, distance) = (site, vector, length(vector))
  }
}

/// The angle of two neighbors at the atom between them, and how it changes when they move.
struct BondAngle {
  let cosine: Double

  /// Of the cosine, by the two neighbors' positions.
  let slopes: (SIMD3<Double>, SIMD3<Double>)

  init(_ a: AtomicNeighbor, _ b: AtomicNeighbor) {
    let product = a.distance * b.distance
    let cosine = max(-1, min(1, dot(a.vector, b.vector) / product))
    self.cosine = cosine
    slopes = (
      b.vector / product - cosine / (a.distance * a.distance) * a.vector,
      a.vector / product - cosine / (b.distance * b.distance) * b.vector
    )
  }
}
