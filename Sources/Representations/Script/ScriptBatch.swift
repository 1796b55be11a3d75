import Matter
import Torch

/// Several structures as the tensors that a description asks for.
struct ScriptBatch {
  private let structures: ArraySlice<ScriptStructure>
  private let description: ScriptDescription

  /// Where the sites of each structure begin, `[b + 1]`.
  let starts: [Int]

  init(_ structures: ArraySlice<ScriptStructure>, _ description: ScriptDescription) {
    self.structures = structures
    self.description = description
    var starts = [0]
    for structure in structures { starts.append(starts[starts.count - 1] + structure.nodeCount) }
    self.starts = starts
  }

  var count: Int { structures.count }
  var nodeCount: Int { starts[starts.count - 1] }

  func tensors() throws(TorchError) -> [Tensor] {
    var tensors: [Tensor] = []
    for input in description.inputs {
      let (values, shape) = values(of: input)
      tensors.append(try Self.tensor(values, shape: shape, input.type))
    }
    return tensors
  }

  /// Whole numbers in all types are exact as doubles.
  private static func tensor(
    _ values: [Double], shape: [Int], _ type: ScalarType
  ) throws(TorchError) -> Tensor {
    switch type {
    case .float64: try Tensor(values, shape: shape)
    case .int64: try Tensor(values.map { Int64($0.rounded()) }, shape: shape)
    default: try Tensor(values.map(Float.init), shape: shape)
    }
  }

  // MARK: Values

  private func values(of input: ScriptDescription.Input) -> (values: [Double], shape: [Int]) {
    let sign: Double = input.pointsInward ? -1 : 1
    switch input.quantity {
    case .atomicNumbers:
      return single(structures.flatMap { $0.elements.map { Double($0.atomicNumber) } }, input)
    case .elementIndex: return single(structures.flatMap { $0.numbers.map(Double.init) }, input)
    case .fractions: return single(structures.flatMap(\.fractions), input)
    case .elementOneHot, .composition: return elementRows(input.quantity)
    case .positions: return rows(structures.flatMap(\.positions))
    case .fractionalPositions:
      return rows(
        structures.flatMap { structure in
          structure.positions.map { structure.lattice?.fractional($0) ?? $0 }
        })
    case .cell: return cells(input)
    case .edgeIndex: return edgeIndex(input)
    case .edgeCenters: return single(packed(\.centers), input)
    case .edgeNeighbors: return single(packed(\.neighbors), input)
    case .unitShifts: return rows(structures.flatMap { $0.images.map { sign * $0 } })
    case .shifts:
      return rows(
        structures.flatMap { structure in
          structure.images.map { sign * (structure.lattice?.cartesian($0) ?? .zero) }
        })
    case .edgeVectors: return rows(structures.flatMap { $0.vectors.map { sign * $0 } })
    case .edgeLengths: return single(structures.flatMap { $0.vectors.map(length) }, input)
    case .batch:
      return single(
        structures.enumerated().flatMap { place, structure in
          repeatElement(Double(place), count: structure.nodeCount)
        }, input)
    case .starts: return single(starts.map(Double.init), input)
    case .siteCounts: return single(structures.map { Double($0.nodeCount) }, input)
    }
  }

  private func single(
    _ values: [Double], _ input: ScriptDescription.Input
  ) -> (values: [Double], shape: [Int]) {
    (values, input.isColumn ? [values.count, 1] : [values.count])
  }

  private func rows(_ vectors: [SIMD3<Double>]) -> (values: [Double], shape: [Int]) {
    (vectors.flatMap { [$0.x, $0.y, $0.z] }, [vectors.count, 3])
  }

  private func packed(_ places: (ScriptStructure) -> [Int]) -> [Double] {
    zip(structures, starts).flatMap { structure, start in
      places(structure).map { Double($0 + start) }
    }
  }

  private func edgeIndex(
    _ input: ScriptDescription.Input
  ) -> (values: [Double], shape: [Int]) {
    var (first, second) = (packed(\.centers), packed(\.neighbors))
    if input.startsWithNeighbor { swap(&first, &second) }
    guard input.isTransposed else { return (first + second, [2, first.count]) }
    return (zip(first, second).flatMap { [$0, $1] }, [first.count, 2])
  }

  private func elementRows(
    _ quantity: ScriptDescription.Quantity
  ) -> (values: [Double], shape: [Int]) {
    let known = description.elements
    let width = known.count
    let places = Dictionary(uniqueKeysWithValues: zip(known, known.indices))
    let perSite = quantity == .elementOneHot
    var values = [Double](repeating: 0, count: (perSite ? nodeCount : count) * width)
    for (place, structure) in structures.enumerated() {
      for (site, element) in structure.elements.enumerated() {
        guard let column = places[element] else { continue }
        if perSite {
          values[(starts[place] + site) * width + column] = 1
        } else {
          values[place * width + column] +=
            structure.fractions.isEmpty
            ? 1 / Double(structure.nodeCount) : structure.fractions[site]
        }
      }
    }
    return (values, [perSite ? nodeCount : count, width])
  }

  private func cells(_ input: ScriptDescription.Input) -> (values: [Double], shape: [Int]) {
    let vectors = structures.flatMap { structure in
      structure.lattice.map { [$0.a, $0.b, $0.c] } ?? [.zero, .zero, .zero]
    }
    let isFlat = input.isFlat ?? !description.takesBatches
    return (rows(vectors).values, isFlat ? [3 * count, 3] : [count, 3, 3])
  }
}
