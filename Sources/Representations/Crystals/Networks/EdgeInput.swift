import DenseMath
import Torch

/// What is known of an edge when it enters: functions of its length, or a vector for the rank of its
/// shell, beside functions of its area.
final class EdgeInput: Module {
  private let basis: DistanceBasis
  private let gaussians: GaussianRows?
  private let areas: GaussianRows?
  private let shells: Embedding?

  /// How many numbers leave for each edge.
  let width: Int

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    basis = configuration.distances
    var width = basis.count
    var (gaussians, shells) = (GaussianRows?.none, Embedding?.none)
    switch basis {
    case .gaussians(let count, let start, let stop, let spread):
      gaussians = try GaussianRows(
        GaussianBasis(from: start, through: stop, count: count, width: spread))
    case .bessel: break
    case .shells(let count):
      width = configuration.edgeWidth
      shells = try Embedding(count: count, width: width, using: &generator)
    }
    areas =
      configuration.areas > 0
      ? try GaussianRows(GaussianBasis(from: 0, through: 30, count: configuration.areas)) : nil
    self.gaussians = gaussians
    self.shells = shells
    self.width = width + configuration.areas
  }

  /// `[e, width]`, or what enters in its place.
  func callAsFunction(_ call: CrystalCall) throws(TorchError) -> Tensor {
    if let entry = call.entry { return entry.edges }
    return try self(call.batch)
  }

  /// `[e, width]`
  ///
  /// - Precondition: The batch has areas where they are read.
  func callAsFunction(_ batch: PackedCrystals) throws(TorchError) -> Tensor {
    let lengths = try lengths(batch)
    guard let areas else { return lengths }
    guard let faces = batch.areas else { preconditionFailure("the edges have no areas") }
    return try .concatenated([lengths, try areas(faces)], dimension: 1)
  }

  private func lengths(_ batch: PackedCrystals) throws(TorchError) -> Tensor {
    if let gaussians { return try gaussians(batch.distances) }
    if let shells {
      let last = Int64(basis.count - 1)
      let ranks = batch.batch.shells.map { min($0, last) }
      return try shells(try Tensor(ranks, shape: [ranks.count]))
    }
    guard case .bessel(let count, let cutoff) = basis else {
      preconditionFailure("there is a basis")
    }
    let distances = try batch.distances.doubles()
    return try Tensor(
      BesselBasis(cutoff: cutoff, count: count).rows(distances), shape: [distances.count, count])
  }

  var parameters: [NamedParameter] { shells?.parameters(under: "shells") ?? [] }
}

/// A ``GaussianBasis`` for a column of numbers.
struct GaussianRows {
  /// `[count]`
  private let centers: Tensor
  private let width: Double

  init(_ basis: GaussianBasis) throws(TorchError) {
    centers = try Tensor(basis.centers.map(Float.init), shape: [basis.count])
    width = basis.width
  }

  /// `[n, 1]` → `[n, count]`
  func callAsFunction(_ values: Tensor) throws(TorchError) -> Tensor {
    try values.gaussians(centers: centers, width: width)
  }
}
