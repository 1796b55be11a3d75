import DenseMath
import Foundation
import Matter
import Representations
import Testing

@testable import Learning

@Suite("Contributions of sites and bonds")
struct SiteContributionsTests {
  typealias Architecture = CrystalEncoder.Architecture

  static func element(_ symbol: String) throws -> Element { try #require(Element(symbol: symbol)) }

  static func cube(_ edge: Double) throws -> Lattice {
    try Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
  }

  static func perovskite() throws -> Crystal {
    try Crystal(
      lattice: cube(4.1), elements: ["K", "Na", "F", "F", "F"].map(element),
      positions: [
        .zero, SIMD3(repeating: 0.5), SIMD3(0.5, 0.5, 0), SIMD3(0.5, 0, 0.5), SIMD3(0, 0.5, 0.5),
      ])
  }

  /// K and Na share a site, one of Cl is vacant in part, nothing is symmetric.
  static func disordered() throws -> Crystal {
    let (k, na, cl) = try (element("K"), element("Na"), element("Cl"))
    return try Crystal(
      lattice: try Lattice(a: SIMD3(4.2, 0, 0), b: SIMD3(0.4, 4.9, 0), c: SIMD3(0, 0.3, 5.6)),
      occupants: [
        Occupant(Species(na), occupancy: 0.25), Occupant(Species(k), occupancy: 0.75),
        Occupant(Species(cl), occupancy: 0.9), Occupant(Species(k)),
      ],
      counts: [2, 1, 1],
      positions: [.zero, SIMD3(0.48, 0.53, 0.1), SIMD3(0.1, 0.42, 0.61)])
  }

  /// Trained for a few steps: any network must obey the laws.
  static func ensemble(_ architecture: Architecture, binary: Bool = false) throws -> DeepEnsemble {
    let (candidates, targets) = try CrystalStackTests.candidates(24)
    var trainer = CrystalStackTests.networks(steps: 8)
    var encoder = CrystalEncoder.Configuration(architecture)
    (encoder.width, encoder.edgeWidth, encoder.hidden) = (12, 12, 12)
    (encoder.layers, encoder.heads, encoder.depth) = (2, 2, 2)
    encoder.angleLayers = architecture == .alignn ? 1 : 0
    trainer.configuration.crystals = encoder
    trainer.configuration.members = 2
    trainer.configuration.headWidth = 12
    trainer.configuration.isBinary = binary
    return try trainer.fit(
      candidates: candidates, targets: targets.map { binary ? ($0 > 3.4 ? 1 : 0) : $0 }, seed: 5)
  }

  static func model(_ surrogate: any StorableSurrogate) throws -> Model {
    let model = try ExplainerTests.model(surrogate, targetMean: 3.4)
    var card = model.card
    card.elementRows = ["Li": 4, "Na": 5, "K": 5, "F": 6, "Cl": 6, "Br": 6]
    return Model(surrogate: surrogate, calibration: model.calibration, card: card)
  }

  static func explanation(_ model: Model, _ crystal: Crystal) throws -> Explanation {
    try ExplainerTests.explain(model, [Candidate(crystal)]) { $0.features = 0 }.explanations[0]
  }

  static func scale(_ ensemble: DeepEnsemble) -> Double {
    ensemble.configuration.isBinary ? 1 : ensemble.targetStandardization.scale
  }

  @Test(
    "Sites and bonds sum to the prediction, equal sites are equal, elements are their sites",
    arguments: Architecture.allCases)
  func laws(architecture: Architecture) throws {
    let ensemble = try Self.ensemble(architecture)
    let model = try Self.model(ensemble)
    let scale = Self.scale(ensemble)
    for crystal in [try Self.perovskite(), try Self.disordered()] {
      let explanation = try Self.explanation(model, crystal)
      let found = try #require(explanation.sites)
      let bonds = try #require(found.bonds)
      let mean = explanation.prediction.mean
      #expect(found.share == 1 && found.others == 0 && found.base == 3.4)
      // Integrals to a thousandth of the spread of the targets, sums to rounding.
      #expect(abs(found.remainder) < 2e-3 * scale && abs(bonds.remainder) < 2e-3 * scale)
      let sites = found.sites.reduce(0) { $0 + $1.contribution }
      #expect(abs(found.base + found.geometry + sites + found.remainder - mean) < 1e-9)
      let sum = bonds.bonds.reduce(0) { $0 + $1.contribution }
      #expect(abs(found.base + bonds.elements + sum + bonds.remainder - mean) < 1e-5)
      #expect(found.sites.map(\.site) == Array(1...crystal.siteCount))
      for site in found.sites {
        #expect(site.occupants.reduce(0) { $0 + $1.contribution } == site.contribution)
      }
      let elements = explanation.elements
      #expect(elements.method == .integratedGradients && elements.parts[0].kind == .structure)
      let all = elements.parts.reduce(elements.base) { $0 + $1.contribution }
      #expect(abs(all + elements.remainder - mean) < 1e-9)
      #expect(elements.parts.compactMap(\.element) == crystal.composition.elements)
    }
    let found = try #require(try Self.explanation(model, Self.perovskite()).sites)
    #expect(found.sites.map(\.like) == [1, 2, 3, 3, 3])
    #expect(found.sites.map(\.multiplicity) == [1, 1, 3, 3, 3])
    let oxygens = Set(found.sites.suffix(3).map(\.contribution))
    #expect(oxygens.count == 1)
    let bonds = try #require(found.bonds).bonds
    // Na–F: six bonds of half an edge, two to each F.
    let short = bonds.filter { $0.first == 2 && abs($0.distance - 2.05) < 1e-6 }
    #expect(short.count == 6 && Set(short.map(\.contribution)).count == 1)
    #expect(Set(short.map(\.kind)).count == 1 && Set(short.map(\.second)) == [3, 4, 5])
  }

  @Test("In a supercell each site has its part", arguments: [Architecture.compact, .cgat])
  func supercell(architecture: Architecture) throws {
    let ensemble = try Self.ensemble(architecture)
    let model = try Self.model(ensemble)
    let crystal = try Self.disordered()
    let small = try #require(try Self.explanation(model, crystal).sites)
    let large = try #require(
      try Self.explanation(model, crystal.supercell(SIMD3(1, 2, 1))).sites)
    #expect(large.sites.count == 2 * small.sites.count)
    for site in large.sites {
      let own = site.occupants.map(\.element)
      let match = try #require(small.sites.first { $0.occupants.map(\.element) == own })
      #expect(abs(2 * site.contribution - match.contribution) < 2e-3 * Self.scale(ensemble))
    }
    let sums = [small, large].map { $0.bonds?.bonds.reduce(0) { $0 + $1.contribution } ?? .nan }
    #expect(abs(sums[0] - sums[1]) < 4e-3 * Self.scale(ensemble))
  }

  @Test("A folded graph gives what the whole gives", arguments: Architecture.allCases)
  func folding(architecture: Architecture) throws {
    let ensemble = try Self.ensemble(architecture)
    let crystal = try Self.perovskite()
    var settings = try #require(ensemble.configuration.crystals).graphs
    let average = [Float](repeating: 1.0 / 118, count: 118)
    var found: [SiteContributions] = []
    for folds in [true, false] {
      (settings.foldsSites, settings.foldsEdges) = (folds, folds)
      let graph = try UnfoldedGraph(of: crystal, settings)
      let paths = try ensemble.crystalPaths(
        graph, variables: [], average: average, withEdges: true, threads: 1)
      var sums = SiteSums(crystal)
      sums.add(paths, graph, weight: 1, isNew: true)
      found.append(sums.contributions(base: 0, prediction: paths.occupants.end))
    }
    let tolerance = 1e-3 * Self.scale(ensemble)
    for (a, b) in zip(found[0].sites, found[1].sites) {
      #expect(abs(a.contribution - b.contribution) < tolerance)
    }
    let bonds = try found.map { try #require($0.bonds).bonds }
    #expect(bonds[0].count == bonds[1].count)
    for (a, b) in zip(bonds[0], bonds[1]) {
      #expect((a.first, a.second) == (b.first, b.second) && a.image == b.image)
      #expect(abs(a.contribution - b.contribution) < tolerance)
    }
  }

  @Test("Chances: a site of the average element adds nothing, a lonely atom has no bonds")
  func average() throws {
    let ensemble = try Self.ensemble(.compact, binary: true)
    let crystal = try Crystal(
      lattice: Self.cube(30), elements: [Self.element("Na")], positions: [.zero])
    var average = [Float](repeating: 0, count: 118)
    average[10] = 1
    let settings = try #require(ensemble.configuration.crystals).graphs
    let paths = try ensemble.crystalPaths(
      try UnfoldedGraph(of: crystal, settings), variables: [], average: average, withEdges: true,
      threads: 1)
    #expect(paths.occupants.contributions == [0] && paths.edges?.contributions == [])
    #expect(paths.occupants.start == paths.occupants.end)
    #expect((0...1).contains(paths.occupants.end))
  }

  @Test("Of a stack, networks tell of sites and the rest is named")
  func stack() throws {
    let (candidates, targets) = try CrystalStackTests.candidates(24)
    let fit = try CrystalStackTests.stack().crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 1, progress: nil)
    let trained = try #require(fit.surrogate as? Stack)
    // Shares of one's own, so that both parts count.
    let stack = Stack(
      layers: trained.layers.map {
        Stack.Layer(
          name: $0.name, share: $0.name == "crystals" ? 0.7 : 0.3,
          fallback: $0.name == "crystals" ? 0 : 1, members: $0.members)
      })
    try #require(stack.layers.count == 2)
    let model = try Self.model(stack)
    let explanation = try Self.explanation(model, Self.perovskite())
    let found = try #require(explanation.sites)
    #expect(abs(found.share - 0.7) < 1e-9 && found.others != 0)
    let sites = found.sites.reduce(0) { $0 + $1.contribution }
    let sum = found.base + found.geometry + sites + found.others + found.remainder
    #expect(abs(sum - explanation.prediction.mean) < 1e-9)
    // Elements play their game by formulas; the structure stands beside them.
    let elements = explanation.elements
    #expect(elements.method == .shapley && elements.parts.last?.kind == .structure)
    #expect(abs(elements.remainder) < 1e-6)
  }

  @Test("What has no structure is refused, and sites can be left out")
  func refusals() throws {
    let model = try Self.model(try Self.ensemble(.compact))
    let candidate = Candidate(try Self.perovskite())
    for change in [
      { $0.effects = true }, { $0.method = .shapley },
      { $0.reference = Candidate(candidate.composition) },
    ] as [(inout Explainer.Settings) -> Void] {
      #expect(throws: ExplanationError.self) {
        try ExplainerTests.explain(model, [candidate], change)
      }
    }
    let plain = try ExplainerTests.explain(model, [candidate]) { $0.sites = false }
    #expect(plain.explanations[0].sites == nil)
    #expect(plain.explanations[0].elements.parts.count == 4)
  }
}

@Suite("Integrals along a way")
struct PathIntegralTests {
  @Test("A polynomial is integrated exactly")
  func polynomial() throws {
    // x² y on the way to (3, 5).
    let path = try PathIntegral(tolerance: 1e-9) { shares in
      shares.map { t in
        .init(value: 9 * t * t * 5 * t, slopes: [2 * 3 * t * 5 * t * 3, 9 * t * t * 5])
      }
    }
    #expect(abs(path.contributions[0] - 30) < 1e-12 && abs(path.contributions[1] - 15) < 1e-12)
    #expect(path.start == 0 && path.end == 45 && abs(path.remainder) < 1e-12)
  }

  @Test("Panels are halved around a kink")
  func kink() throws {
    var asked = 0
    let path = try PathIntegral(tolerance: 1e-3) { shares in
      asked += shares.count
      return shares.map { t in .init(value: abs(t - 0.3), slopes: [t > 0.3 ? 1 : -1]) }
    }
    #expect(abs(path.remainder) < 1e-3 && abs(path.contributions[0] - 0.4) < 1e-3)
    // Of the four panels one alone is cut again and again.
    #expect(asked < 120, "\(asked)")
  }
}
