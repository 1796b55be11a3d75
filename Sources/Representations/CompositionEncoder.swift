public import DenseMath
import Matter
public import Torch

/// Encodes compositions by messages between their elements.
///
/// Each composition is a complete graph on its elements, weighted by atomic fraction; the rows of all
/// compositions are packed, nothing is padded. Elements enter with the 22 properties of the Magpie
/// table beside a learned vector, or with a table of vectors of one's own. What follows is the
/// ``Architecture``.
///
/// Laws: the order of the elements and the size of the formula unit do not matter; a row's bits do
/// not depend on the other rows. They depend on the family of the processor, whose widest vector
/// instructions are used.
public final class CompositionEncoder: Module {
  public let configuration: Configuration
  private let elements: ElementTable
  private let network: any CompositionNetwork

  /// - Parameter vectors: `[118, vectorWidth]` in order of atomic number, where the configuration has
  ///   a ``Configuration/vectorWidth``; 0 throughout where they are yet to be loaded.
  public init(
    _ configuration: Configuration = Configuration(), vectors: [Float]? = nil,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    precondition(configuration.isPossible, "no network has the sizes \(configuration)")
    self.configuration = configuration
    let tableWidth =
      switch configuration.architecture {
      case .compact: 2 * configuration.width
      case .roost: configuration.width - 1
      case .crabnet: configuration.width
      }
    elements =
      if let width = configuration.vectorWidth {
        try ElementTable(vectors, width: width, outputs: tableWidth, using: &generator)
      } else {
        try ElementTable(outputs: tableWidth, using: &generator)
      }
    network =
      switch configuration.architecture {
      case .compact: try CompactNetwork(configuration, using: &generator)
      case .roost: try RoostNetwork(configuration, using: &generator)
      case .crabnet: try CrabNetwork(configuration, using: &generator)
      }
  }

  /// Encodes one batch.
  ///
  /// - Parameter batch: `b` compositions, `n` elements in all.
  /// - Returns: `[b, width]`, one row for each composition; `[n, width]`, one for each element, where
  ///   ``Configuration/rows`` says so.
  /// - Throws: ``TorchError`` when libtorch runs out of memory.
  public func callAsFunction(_ batch: PackedCompositions) throws(TorchError) -> Tensor {
    try encode(batch, table: try elementTable())
  }

  /// `[118, k]`: what is known of each element, standardized.
  package var elementProperties: Tensor { elements.known }

  /// What the elements enter with: `[118, k]`.
  package func elementTable() throws(TorchError) -> Tensor { try elements() }

  /// Encodes a batch whose elements are rows of `table`.
  ///
  /// - Parameter table: `[r, k]` with the `k` of ``elementTable()``; gradients arrive in it.
  package func encode(
    _ batch: PackedCompositions, table: Tensor
  ) throws(TorchError) -> Tensor {
    try encode(batch, table: table, willAttend: nil)
  }

  /// - Parameter willAttend: Told each step of attention and the rows that it receives, in their
  ///   order, by ``Architecture/compact`` alone.
  func encode(
    _ batch: PackedCompositions, table: Tensor,
    willAttend: ((ElementAttention, Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> Tensor {
    try network.encode(batch, table: table, willAttend: willAttend)
  }

  public var parameters: [NamedParameter] { elements.parameters + network.parameters }
}

/// What an architecture makes of packed compositions whose elements are rows of a table.
protocol CompositionNetwork: Module {
  /// - Returns: ``CompositionEncoder/Configuration/rows``, as wide as the configuration says.
  func encode(
    _ batch: PackedCompositions, table: Tensor,
    willAttend: ((ElementAttention, Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> Tensor
}
