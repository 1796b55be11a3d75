import DenseMath
import Foundation

/// A Gaussian process on learned vectors, beside them what guards against their collapse, in units of
/// the standardized target.
///
/// The covariance falls with the distance between vectors and, on a lengthscale of its own, with that
/// between fixed descriptors: materials that differ never coincide, whatever the encoder makes of them.
struct VectorProcess: Sendable {
  /// On the joined coordinates; its noise is the scatter of training rows, which the encoder has fitted.
  let process: NeighborProcess

  /// The same with all rows, where they are few.
  let exact: GaussianProcess?

  /// Variance of new measurements around the latent function.
  let noiseVariance: Double

  /// - Parameter mostExact: With more rows, predictions rest on neighbors.
  init(_ process: NeighborProcess, noiseVariance: Double, mostExact: Int) {
    self.process = process
    self.noiseVariance = noiseVariance
    exact =
      process.inputs.rows > mostExact
      ? nil
      : GaussianProcess(
        kernel: process.kernel, noiseVariance: process.noiseVariance,
        noiseFactors: process.noiseFactors, inputs: process.inputs, targets: process.targets)
  }

  /// Mean and variance of the latent function.
  func predict(_ points: Matrix, threads: Int) throws -> (mean: [Double], variance: [Double]) {
    try exact?.predict(points) ?? process.predict(points, threads: threads)
  }

  func sample(_ points: Matrix, using generator: inout SplitMix64) -> [Double] {
    process.sample(points, using: &generator)
  }
}

/// Columns in two groups: vectors, and the descriptors beside them if there are any.
struct JoinedCoordinates: Sendable {
  let vectors: Int
  let descriptors: Int

  /// The group of each column.
  var groups: [Int] {
    [Int](repeating: 0, count: vectors) + [Int](repeating: 1, count: descriptors)
  }

  var sizes: [Int] { descriptors > 0 ? [vectors, descriptors] : [vectors] }

  /// In single precision, as they are kept.
  static func joined(_ vectors: Matrix, _ descriptors: Matrix?) -> Matrix {
    let width = descriptors?.columns ?? 0
    var elements: [Double] = []
    elements.reserveCapacity(vectors.rows * (vectors.columns + width))
    for row in 0..<vectors.rows {
      elements += vectors.row(row).map { Double(Float($0)) }
      if let descriptors { elements += descriptors.row(row).map { Double(Float($0)) } }
    }
    return Matrix(rows: vectors.rows, columns: vectors.columns + width, elements: elements)
  }
}

/// What is known of a process on vectors before it conditions on anything.
struct VectorHyperparameters: Sendable {
  let coordinates: JoinedCoordinates

  /// As ``NeighborEvidence`` takes them, with noise of the conditioning rows of its own.
  let logarithms: [Double]

  var kernel: Kernel {
    Kernel(
      family: .matern52, lengthscales: coordinates.groups.map { exp(logarithms[$0]) },
      signalVariance: exp(logarithms[coordinates.sizes.count]))
  }

  /// Of new measurements.
  var noise: Double { exp(logarithms[coordinates.sizes.count + 1]) }

  /// Of the rows that the encoder has seen.
  var trainingNoise: Double { exp(logarithms[coordinates.sizes.count + 2]) }
}
