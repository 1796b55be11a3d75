public import Representations
public import Torch

extension DeepEnsembleTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var members = 8
    public var encoder = CompositionEncoder.Configuration()
    /// Networks on crystals, in the place of ``encoder``, where it is set.
    public var crystals: CrystalEncoder.Configuration?
    /// Width of the layers between the encoder and the answer.
    public var headWidth = 128
    /// Widths of the layers of a residual network in the place of those of ``headWidth``.
    public var headWidths: [Int]?
    /// Whether the columns behind the encoder are brought to mean 0 and variance 1.
    public var isStandardized = true
    public var loss = Loss.robustL1
    /// Set for targets of 0 and 1: the answer is then the probability of a 1, and ``loss`` is not
    /// used.
    public var isBinary = false
    public var training = TrainingLoop.Configuration()

    public init() {}

    /// The encoder, the head and the rates of an architecture's publication, with our schedule; for
    /// ``CompositionEncoder/Architecture/compact`` the default.
    ///
    /// Without dropout, and optimized by AdamW where CrabNet takes LAMB with lookahead: its rate is
    /// therefore ours.
    public init(_ architecture: CompositionEncoder.Architecture) {
      encoder = CompositionEncoder.Configuration(architecture)
      switch architecture {
      case .compact: return
      case .roost:
        headWidths = [1024, 512, 256, 128, 64]
        training.learningRate = 3e-4
        training.weightDecay = 1e-6
      case .crabnet:
        headWidths = [1024, 512, 256, 128]
        training.learningRate = 3e-4
      }
      isStandardized = false
    }

    /// Networks on crystals, with our head and schedule.
    ///
    /// Steps are small and many: crystals are worth several compositions each.
    public init(crystals architecture: CrystalEncoder.Architecture) {
      crystals = CrystalEncoder.Configuration(architecture)
      training.batchSize = 16
      training.learningRate = architecture == .compact ? 2e-3 : 1e-3
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      members = try values.decode(Int.self, forKey: .members)
      encoder = try values.decode(CompositionEncoder.Configuration.self, forKey: .encoder)
      headWidth = try values.decode(Int.self, forKey: .headWidth)
      loss = try values.decode(Loss.self, forKey: .loss)
      training = try values.decode(TrainingLoop.Configuration.self, forKey: .training)
      // Older files lack these.
      headWidths = try values.decodeIfPresent([Int].self, forKey: .headWidths)
      crystals = try values.decodeIfPresent(
        CrystalEncoder.Configuration.self, forKey: .crystals)
      isStandardized = try values.decodeIfPresent(Bool.self, forKey: .isStandardized) ?? true
      isBinary = try values.decodeIfPresent(Bool.self, forKey: .isBinary) ?? false
    }
  }
}
