import DenseMath
public import Ecosystem
import Foundation
public import Representations
import Torch

extension DeepEnsembleTrainer {
  /// Where networks start that go on from other ones: encoders that have learned another property,
  /// a larger table, or crystals of which no property was known. The head is new.
  public struct Start: Sendable {
    /// Of the encoder, where ``layerRate`` does not say otherwise: at the usual rate a few hundred
    /// steps erase what it has learned before.
    public var rate = 0.3

    /// The rate of each layer of the encoder as a share of that of the layer behind it: ``LayerRates``.
    public var layerRate: Double?

    private let compositions: Networks?
    private let crystals: Networks?

    /// Networks of one kind and size.
    private struct Networks: Sendable {
      /// What they were trained with.
      let configuration: Configuration
      /// Parameters of each encoder.
      let encoders: [[String: StoredTensor]]
    }

    /// - Parameter surrogate: A ``DeepEnsemble``, or a ``HybridSurrogate``, ``Stack`` or ``OneVersusRest`` with
    ///   some.
    /// - Throws: ``DeepEnsembleError/noStart(_:)`` where it has none or those of one kind differ.
    public init(_ surrogate: any Surrogate) throws {
      let ensembles = Start.ensembles(in: surrogate)
      guard !ensembles.isEmpty else { throw DeepEnsembleError.noStart("it holds no networks") }
      compositions = try Start.networks(ensembles.filter { !$0.readsCrystals })
      crystals = try Start.networks(ensembles.filter(\.readsCrystals))
    }

    /// - Throws: ``DeepEnsembleError/noStart(_:)`` where the file's numbers do not fit its sizes.
    public init(_ file: PretrainedFile) throws {
      var generator = SplitMix64(seed: 0)  // every number it gives is replaced
      for weights in file.weights {
        do throws(TorchError) {
          try CrystalEncoder(file.encoder, using: &generator).load(weights)
        } catch {
          throw DeepEnsembleError.noStart("its networks do not fit its settings (\(error))")
        }
      }
      var configuration = Configuration(crystals: file.encoder.architecture)
      configuration.crystals = file.encoder
      compositions = nil
      crystals = Networks(configuration: configuration, encoders: file.weights)
    }

    static func ensembles(in surrogate: any Surrogate) -> [DeepEnsemble] {
      switch surrogate {
      case let ensemble as DeepEnsemble: [ensemble]
      case let hybrid as HybridSurrogate: hybrid.members.map(\.network)
      case let stack as Stack: stack.layers.flatMap(\.members).flatMap(ensembles)
      case let classes as OneVersusRest: classes.members.flatMap(ensembles)
      default: []
      }
    }

    private static func networks(_ ensembles: [DeepEnsemble]) throws -> Networks? {
      guard let first = ensembles.first else { return nil }
      guard ensembles.allSatisfy({ $0.configuration.hasEncoder(of: first.configuration) }) else {
        throw DeepEnsembleError.noStart("its networks differ in their sizes")
      }
      return Networks(
        configuration: first.configuration,
        encoders: try ensembles.flatMap(\.members).map { try $0.encoder.storedTensors() })
    }

    /// Whether networks on formulas can go on from here.
    public var hasCompositions: Bool { compositions != nil }

    /// The kind of networks on crystals that can go on from here, or `nil`.
    public var architecture: CrystalEncoder.Architecture? {
      crystals?.configuration.crystals?.architecture
    }

    /// Sizes and rates of the networks on formulas, or those on crystals, for rows of any number.
    func settings(crystals reads: Bool) -> Configuration? {
      guard var result = (reads ? crystals : compositions)?.configuration else { return nil }
      result.training.steps = nil
      return result
    }

    /// Of all that a training takes from here.
    public var digest: ContentHash {
      var content = [rate, layerRate ?? 0].bytes
      for networks in [compositions, crystals] {
        for encoder in networks?.encoders ?? [] {
          for (name, tensor) in encoder.sorted(by: { $0.key < $1.key }) {
            content += Array(name.utf8) + tensor.bytes
          }
        }
      }
      return ContentHash(of: content)
    }

    private func networks(for configuration: Configuration) -> Networks? {
      configuration.crystals == nil ? compositions : crystals
    }

    func check(_ configuration: Configuration) throws(DeepEnsembleError) {
      guard let networks = networks(for: configuration) else {
        throw .noStart(
          configuration.crystals == nil
            ? "its networks read crystals, those that are to be trained formulas"
            : "its networks read formulas, those that are to be trained crystals")
      }
      guard configuration.hasEncoder(of: networks.configuration) else {
        throw .noStart("its encoders have other sizes than the networks that are to be trained")
      }
    }

    /// Members take the encoders in turn.
    ///
    /// - Precondition: ``check(_:)`` of the configuration.
    func load(
      into encoder: MaterialEncoder, of member: Int, _ configuration: Configuration
    ) throws(TorchError) {
      guard let encoders = networks(for: configuration)?.encoders else { return }
      try encoder.load(encoders[member % encoders.count])
    }

    /// Factors on the learning rate.
    func rates(of parameters: [NamedParameter]) -> [Double] {
      guard let layerRate else {
        return parameters.map { $0.name.hasPrefix("encoder.") ? rate : 1 }
      }
      let layers = LayerRates(parameters.map(\.name))
      return parameters.map { layers.rate(of: $0.name, factor: layerRate) }
    }
  }
}
