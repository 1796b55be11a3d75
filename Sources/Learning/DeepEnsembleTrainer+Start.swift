public import Ecosystem
import Foundation
import Representations
import Torch

extension DeepEnsembleTrainer {
  /// Where networks start that go on from other ones: encoders that have learned another property
  /// or a larger table. The head is new.
  public struct Start: Sendable {
    /// Of the encoder: at the usual rate a few hundred steps erase what it has learned before.
    public var rate = 0.3

    /// What the networks were trained with.
    private let configuration: Configuration

    /// Parameters of each network's encoder.
    private let encoders: [[String: StoredTensor]]

    /// - Parameter surrogate: A ``DeepEnsemble``, or a ``Stack`` or ``OneVersusRest`` with some.
    /// - Throws: ``DeepEnsembleError/noStart(_:)`` where it has none or they differ in their kind.
    public init(_ surrogate: any Surrogate) throws {
      let ensembles = Start.ensembles(in: surrogate)
      guard let first = ensembles.first else {
        throw DeepEnsembleError.noStart("it holds no networks")
      }
      guard ensembles.allSatisfy({ $0.configuration.hasEncoder(of: first.configuration) }) else {
        throw DeepEnsembleError.noStart("its networks differ in their sizes")
      }
      configuration = first.configuration
      encoders = try ensembles.flatMap(\.members).map { try $0.encoder.storedTensors() }
    }

    static func ensembles(in surrogate: any Surrogate) -> [DeepEnsemble] {
      switch surrogate {
      case let ensemble as DeepEnsemble: [ensemble]
      case let stack as Stack: stack.layers.flatMap(\.members).flatMap(ensembles)
      case let classes as OneVersusRest: classes.members.flatMap(ensembles)
      default: []
      }
    }

    /// Sizes and rates of the networks, for rows of any number.
    var settings: Configuration {
      var result = configuration
      result.training.steps = nil
      return result
    }

    /// Of all that a training takes from here.
    public var digest: ContentHash {
      var content = [rate].bytes
      for encoder in encoders {
        for (name, tensor) in encoder.sorted(by: { $0.key < $1.key }) {
          content += Array(name.utf8) + tensor.bytes
        }
      }
      return ContentHash(of: content)
    }

    func check(_ configuration: Configuration) throws(DeepEnsembleError) {
      guard configuration.hasEncoder(of: self.configuration) else {
        throw .noStart("its encoders have other sizes than the networks that are to be trained")
      }
    }

    /// Members take the encoders in turn.
    func load(into encoder: MaterialEncoder, of member: Int) throws(TorchError) {
      try encoder.load(encoders[member % encoders.count])
    }

    /// Factors on the learning rate.
    func rates(of parameters: [NamedParameter]) -> [Double] {
      parameters.map { $0.name.hasPrefix("encoder.") ? rate : 1 }
    }
  }
}
