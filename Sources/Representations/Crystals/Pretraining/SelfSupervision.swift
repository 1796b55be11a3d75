/// What a ``CrystalEncoder`` learns from crystals of which no property is known.
public enum CrystalObjective: String, Codable, Hashable, Sendable, CaseIterable {
  /// Which elements sit on sites that are masked: the masked attributes of Hu et al.,
  /// arXiv:1905.12265.
  case masked
  /// How much longer or shorter each edge was before its ends were displaced at random: see
  /// ``EdgeDenoising``.
  case denoising
  /// One row for two corrupted views of a crystal, its columns independent: see ``BarlowTwins``.
  case barlow
}

/// How a ``SelfSupervisedEncoder`` learns: objectives, and what is done to crystals for them.
///
/// A site that is masked becomes an empty one. Sites that symmetry makes of each other are masked
/// together where nothing else is done: their neighbors would tell. Displacements and dropped edges
/// leave no symmetry, so that the graphs for them hold every site of the cell (``graphs(for:)``).
public struct SelfSupervision: Codable, Hashable, Sendable {
  /// One or more, each once; their losses are added.
  public var objectives: [CrystalObjective]

  /// Probability with which a node is masked; of each crystal with two nodes or more at least one is,
  /// and one is not.
  public var maskedShare = 0.15

  /// Probability with which an edge is dropped, for ``CrystalObjective/barlow``.
  public var droppedShare = 0.1

  /// Standard deviation of the displacement of a site along each axis, Å.
  public var noise = 0.1

  /// Weight of the correlations between columns, for ``CrystalObjective/barlow``: 0.0051 in Zbontar
  /// et al., arXiv:2103.03230, and Magar, Wang and Barati Farimani, npj Comput. Mater. 8, 231 (2022).
  public var redundancy = 0.0051

  /// Columns that are compared, for ``CrystalObjective/barlow``.
  public var projection = 128

  public init(_ objectives: [CrystalObjective] = CrystalObjective.allCases) {
    self.objectives = CrystalObjective.allCases.filter(objectives.contains)
  }

  /// Whether a network can learn so: what is asked of settings from a file.
  public var isPossible: Bool {
    !objectives.isEmpty && Set(objectives).count == objectives.count
      && [maskedShare, droppedShare].allSatisfy { $0 >= 0 && $0 < 1 }
      && noise > 0 && noise <= 1 && redundancy >= 0 && redundancy.isFinite
      && (2...16_384).contains(projection)
  }

  /// Objectives that an encoder cannot learn: it would have to see lengths.
  public func impossible(
    for encoder: CrystalEncoder.Configuration
  ) -> [CrystalObjective] {
    guard case .shells = encoder.distances else { return [] }
    return objectives.filter { $0 == .denoising }
  }

  /// How the graphs are made that an encoder learns from.
  public func graphs(for encoder: CrystalEncoder.Configuration) -> GraphSettings {
    var settings = encoder.graphs
    if corruption.breaksSymmetry { (settings.foldsSites, settings.foldsEdges) = (false, false) }
    return settings
  }

  /// Views of each crystal in a step.
  var views: Int { objectives.contains(.barlow) ? 2 : 1 }

  var corruption: Corruption {
    let isBarlow = objectives.contains(.barlow)
    return Corruption(
      maskedShare: isBarlow || objectives.contains(.masked) ? maskedShare : nil,
      droppedShare: isBarlow ? droppedShare : 0,
      noise: isBarlow || objectives.contains(.denoising) ? noise : 0)
  }
}
