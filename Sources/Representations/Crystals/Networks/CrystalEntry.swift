package import Torch

/// What enters a ``CrystalEncoder`` in the place of elements and distances: the vectors that a
/// prediction can be differentiated by.
package struct CrystalEntry {
  /// What sits on the sites, multiplied by its share, `[m, width]`: nodes are its sums.
  package var occupants: Tensor

  /// What is known of the edges, `[e, width]`.
  package var edges: Tensor

  /// The elements of each crystal's composition, `[k, width]`, where a network reads it besides.
  package var wholes: Tensor?

  package init(occupants: Tensor, edges: Tensor, wholes: Tensor?) {
    (self.occupants, self.edges, self.wholes) = (occupants, edges, wholes)
  }
}

/// The parts of a network that read elements and distances.
struct CrystalInputs {
  let occupants: OccupantEmbedding
  let edges: EdgeInput
  /// Reads the composition, where the network does.
  var wholes: CompositionEncoder?
}

extension CrystalEncoder {
  /// What enters for a batch.
  package func entry(_ batch: PackedCrystals) throws(TorchError) -> CrystalEntry {
    let inputs = blocks.inputs
    return CrystalEntry(
      occupants: try inputs.occupants.occupants(batch, table: try inputs.occupants.table()),
      edges: try inputs.edges(batch),
      wholes: try inputs.wholes.map { (encoder) throws(TorchError) in
        try encoder.elementTable().gathered(try batch.wholes().elements)
      })
  }

  /// What enters where an average element takes the place of each, shares and edges kept.
  ///
  /// - Parameter weights: Of the elements in order of atomic number, `[118]`, summing to 1.
  package func averageEntry(
    _ batch: PackedCrystals, weights: [Float]
  ) throws(TorchError) -> CrystalEntry {
    let inputs = blocks.inputs
    let weights = try Tensor(weights, shape: [1, weights.count])
    func average(_ table: Tensor) throws(TorchError) -> Tensor {
      let mean = try weights.matmul(table)
      return try Tensor.zeros(shape: table.shape).adding(mean)
    }
    return CrystalEntry(
      occupants: try inputs.occupants.occupants(
        batch, table: try average(try inputs.occupants.table())),
      edges: try inputs.edges(batch),
      wholes: try inputs.wholes.map { (encoder) throws(TorchError) in
        try average(try encoder.elementTable()).gathered(try batch.wholes().elements)
      })
  }

  /// Encodes a batch of which this enters.
  ///
  /// - Parameters: as for ``callAsFunction(_:state:isTraining:)``.
  /// - Returns: `[b, outputWidth]`; gradients arrive in the entry.
  package func encode(
    _ batch: PackedCrystals, entry: CrystalEntry, state: Tensor? = nil
  ) throws(TorchError) -> Tensor {
    let call = try call(batch, state, false, entry: entry)
    return try blocks.readout(try states(call), call)
  }
}

extension PackedCrystals {
  /// The compositions, as a network on them reads them.
  func wholes() throws(TorchError) -> PackedCompositions {
    try PackedCompositions(batch.compositions())
  }
}

extension CrystalBatch {
  /// For each row of ``CrystalEntry/wholes`` the occupants that hold the element, and the part of it
  /// that each of them is.
  package func wholeOccupants() -> [[(occupant: Int, part: Double)]] {
    var result: [[(occupant: Int, part: Double)]] = []
    for (start, end) in zip(nodeOffsets, nodeOffsets.dropFirst()) {
      var held: [Int64: [(occupant: Int, part: Double)]] = [:]
      for node in Int(start)..<Int(end) {
        for place in Int(occupantOffsets[node])..<Int(occupantOffsets[node + 1]) {
          held[atomicNumbers[place], default: []]
            .append((place, Double(shares[place] * multiplicities[node])))
        }
      }
      for (_, places) in held.sorted(by: { $0.key < $1.key }) {
        let total = places.reduce(0) { $0 + $1.part }
        result.append(places.map { ($0.occupant, $0.part / total) })
      }
    }
    return result
  }
}
