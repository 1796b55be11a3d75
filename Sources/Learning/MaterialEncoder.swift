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
final class MaterialEncoder: Module {
  enum Kind {
    case compositions(CompositionEncoder)
    case crystals(CrystalEncoder)
  }

  let kind: Kind

  /// - Parameter variables: How many standardized variables each material has.
  init(
    _ configuration: DeepEnsembleTrainer.Configuration, variables: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    if let crystals = configuration.crystals {
      kind = .crystals(
        try CrystalEncoder(
          crystals, stateWidth: crystals.takesState ? variables : 0, using: &generator))
    } else {
      kind = .compositions(try CompositionEncoder(configuration.encoder, using: &generator))
    }
  }

  /// - Parameters:
  ///   - variables: `[b, variables]`, read by encoders that take a state.
  ///   - isTraining: Whether batches are normalized by themselves.
  /// - Returns: A row for each material, or for each of its elements.
  func callAsFunction(
    _ materials: PackedMaterials, variables: Tensor?, isTraining: Bool = false
  ) throws(TorchError) -> Tensor {
    switch (kind, materials) {
    case (.compositions(let encoder), .compositions(let batch)): return try encoder(batch)
    case (.crystals(let encoder), .crystals(let batch)):
      let state = encoder.configuration.takesState ? variables : nil
      return try encoder(batch, state: state, isTraining: isTraining)
    default: preconditionFailure("an encoder was given another kind of material than it reads")
    }
  }

  /// Where the rows are of elements: which are whose.
  var rows: CompositionEncoder.Rows {
    switch kind {
    case .compositions(let encoder): encoder.configuration.rows
    case .crystals: .compositions
    }
  }

  var parameters: [NamedParameter] {
    switch kind {
    case .compositions(let encoder): encoder.parameters
    case .crystals(let encoder): encoder.parameters
    }
  }
}

extension DeepEnsembleTrainer.Configuration {
  /// Size of the rows that leave the encoder.
  var encodedWidth: Int { crystals?.outputWidth ?? encoder.width }

  var rows: CompositionEncoder.Rows { crystals == nil ? encoder.rows : .compositions }

  /// Whether the encoders of both have the same parameters.
  func hasEncoder(of other: Self) -> Bool {
    crystals == other.crystals && (crystals != nil || encoder == other.encoder)
  }
}
