import Matter
import Representations

/// Sites and bonds of crystals.
extension Explainer {
  /// What the sites of each candidate add to its prediction; `nil` for one without a crystal, and where
  /// nothing in the model reads sites.
  ///
  /// - Parameters:
  ///   - means: What the model predicts.
  ///   - progress: Called behind each candidate.
  func siteContributions(
    _ candidates: [Candidate], _ means: [Double], progress: () -> Void
  ) throws -> [SiteContributions?] {
    let networks = model.surrogate.crystalNetworks
    let isAsked = !networks.isEmpty && (settings.sites || needsSites)
    let average = averageElement
    return try zip(candidates, means).map { candidate, mean in
      defer { progress() }
      guard isAsked, let crystal = candidate.crystal else { return nil }
      return try sites(of: crystal, candidate.variables, mean, networks, average)
    }
  }

  /// Whether networks on crystals are in the model, which tell what sites add.
  public var readsSites: Bool { !model.surrogate.crystalNetworks.isEmpty }

  /// Whether elements are credited by the sites that they sit on: without a crystal the model says
  /// nothing, so that there is no game to play.
  var needsSites: Bool { model.needsCrystals && !model.surrogate.crystalNetworks.isEmpty }

  /// The share of each element in the rows of training, `[118]`.
  private var averageElement: [Float] {
    var weights = [Double](repeating: 0, count: Element.count)
    for element in model.card.elements {
      weights[element.atomicNumber - 1] = Double(model.card.elementRows[element.symbol] ?? 0)
    }
    let total = weights.reduce(0, +)
    return weights.map { Float($0 / max(total, 1)) }
  }

  private func sites(
    of crystal: Crystal, _ variables: [Double], _ mean: Double,
    _ networks: [(ensemble: DeepEnsemble, share: Double)], _ average: [Float]
  ) throws -> SiteContributions {
    var sum = SiteSums(crystal)
    // Networks of one kind share their graphs.
    var known: [GraphSettings: UnfoldedGraph] = [:]
    for (ensemble, share) in networks {
      guard let graphs = ensemble.configuration.crystals?.graphs else { continue }
      let isNew = known[graphs] == nil
      let unfolded = try known[graphs] ?? UnfoldedGraph(of: crystal, graphs)
      known[graphs] = unfolded
      let paths = try ensemble.crystalPaths(
        unfolded, variables: variables, average: average, withEdges: settings.sites,
        threads: settings.threads)
      sum.add(paths, unfolded, weight: share, isNew: isNew)
    }
    return sum.contributions(base: model.card.targetMean, prediction: mean)
  }

  /// Elements by the sites that they sit on.
  func elementContributions(
    _ candidate: Candidate, _ sites: SiteContributions
  ) -> ElementContributions {
    var parts = [
      ElementContributions.Part(
        kind: .structure, name: "structure", contribution: sites.geometry)
    ]
    let composition = candidate.composition
    for element in composition.elements {
      parts.append(
        .init(
          kind: .element, name: element.symbol, amount: composition.fraction(of: element),
          contribution: sites.sum(of: element)))
    }
    if sites.share < SiteContributions.wholeShare {
      parts.append(
        .init(kind: .others, name: "learners without sites", contribution: sites.others))
    }
    return ElementContributions(
      method: .integratedGradients, baseKind: .trainingMean, base: sites.base, parts: parts,
      remainder: sites.remainder)
  }
}

extension SiteContributions {
  /// Shares above this are all of a model.
  static let wholeShare = 1 - 1e-9
}

extension Surrogate {
  /// The ensembles of networks on crystals inside, each with its share in the prediction of a crystal.
  var crystalNetworks: [(ensemble: DeepEnsemble, share: Double)] {
    if let ensemble = self as? DeepEnsemble {
      return ensemble.configuration.crystals == nil ? [] : [(ensemble, 1)]
    }
    guard let stack = self as? Stack else { return [] }
    return stack.layers.filter { $0.share > 0 }.flatMap { layer in
      layer.members.flatMap { member in
        member.crystalNetworks.map {
          ($0.ensemble, $0.share * layer.share / Double(layer.members.count))
        }
      }
    }
  }
}
