import DenseMath
import Matter
import Representations
import Torch

/// Compositions or crystals, packed for a network.
enum PackedMaterials {
  case compositions(PackedCompositions)
  case crystals(PackedCrystals)
}

/// What turns materials into vectors in a ``DeepEnsembleMember``.
enum MaterialEncoder {
  case compositions(CompositionEncoder)
  case crystals(CrystalEncoder)

  /// - Parameter variables: How many standardized variables each material has.
  init(
    _ configuration: DeepEnsembleTrainer.Configuration, variables: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    if let crystals = configuration.crystals {
      self = .crystals(
        try CrystalEncoder(
          crystals, stateWidth: crystals.takesState ? variables : 0, using: &generator))
    } else {
      self = .compositions(try CompositionEncoder(configuration.encoder, using: &generator))
    }
  }

  /// - Parameters:
  ///   - variables: `[b, variables]`, read by encoders that take a state.
  ///   - isTraining: Whether batches are normalized by themselves.
  /// - Returns: A row for each material, or for each of its elements.
  func callAsFunction(
    _ materials: PackedMaterials, variables: Tensor?, isTraining: Bool = false
  ) throws(TorchError) -> Tensor {
    switch (self, materials) {
    case (.compositions(let encoder), .compositions(let batch)): return try encoder(batch)
    case (.crystals(let encoder), .crystals(let batch)):
      let state = encoder.configuration.takesState ? variables : nil
      return try encoder(batch, state: state, isTraining: isTraining)
    default: preconditionFailure("an encoder was given another kind of material than it reads")
    }
  }

  /// Where the rows are of elements: which are whose.
  var rows: CompositionEncoder.Rows {
    switch self {
    case .compositions(let encoder): encoder.configuration.rows
    case .crystals: .compositions
    }
  }

  var parameters: [NamedParameter] {
    switch self {
    case .compositions(let encoder): encoder.parameters
    case .crystals(let encoder): encoder.parameters
    }
  }
}

extension DeepEnsembleTrainer.Configuration {
  /// Size of the rows that leave the encoder.
  var encodedWidth: Int { crystals?.outputWidth ?? encoder.width }

  var rows: CompositionEncoder.Rows { crystals == nil ? encoder.rows : .compositions }
}
