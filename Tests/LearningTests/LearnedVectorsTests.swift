import DenseMath
import Matter
import Representations
import Testing

@testable import Learning

@Suite("Learned vectors")
struct LearnedVectorsTests {
  @Test("Networks side by side or alone, whatever the company and the cell")
  func crystals() throws {
    let model = try SiteContributionsTests.model(try SiteContributionsTests.ensemble(.compact))
    let all = try LearnedVectors(model)
    #expect(all.source == .structures && all.networkCount == 2 && all.networks == [1, 2])
    #expect(all.columns.count == 24 && all.columns[0] == "n1_v1" && all.columns[23] == "n2_v12")
    let second = try LearnedVectors(model, network: 2)
    #expect(second.columns.first == "v1" && second.columns.count == 12)
    let crystals = [
      try SiteContributionsTests.perovskite(), try SiteContributionsTests.disordered(),
      try SiteContributionsTests.perovskite().supercell(SIMD3(1, 1, 2)),
    ]
    let rows = try all.rows(crystals.map { Candidate($0) })
    #expect(try all.rows([Candidate(crystals[1])])[0] == rows[1])
    #expect(try second.rows([Candidate(crystals[1])])[0] == Array(rows[1].suffix(12)))
    #expect(zip(rows[0], rows[2]).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(zip(rows[0], rows[1]).contains { abs($0 - $1) > 1e-2 })
  }

  @Test("Networks on formulas, those with a row for each element too")
  func formulas() throws {
    let data = try DeepEnsembleTests.alloys(20, seed: 4)
    for architecture in [CompositionEncoder.Architecture.compact, .crabnet] {
      var trainer = DeepEnsembleTests.trainer(members: 1, steps: 4)
      var encoder = CompositionEncoder.Configuration(architecture)
      (encoder.width, encoder.hidden, encoder.layers, encoder.heads) = (16, 16, 1, 2)
      trainer.configuration.encoder = encoder
      trainer.configuration.isStandardized = architecture == .compact
      let ensemble = try trainer.fit(candidates: data.candidates, targets: data.targets, seed: 1)
      let vectors = try LearnedVectors(
        try ExplainerTests.model(ensemble, targetMean: 150, variables: []))
      let rows = try vectors.rows(data.candidates)
      #expect(vectors.source == .formulas && rows.count == 20)
      #expect(rows.allSatisfy { $0.count == 16 && $0.allSatisfy(\.isFinite) })
      #expect(try vectors.rows([data.candidates[7]])[0] == rows[7])
      guard architecture == .compact else { continue }
      // As over the training rows, which the last of few steps were made with.
      let means = (0..<16).map { column in Statistics.mean(rows.map { $0[column] }) }
      #expect(means.allSatisfy { abs($0) < 1e-3 })
    }
  }

  @Test("What gives no vectors says why")
  func refusals() throws {
    let crystals = try SiteContributionsTests.model(try SiteContributionsTests.ensemble(.compact))
    #expect(throws: LearnedVectorsError.noneRead(.formulas)) {
      try LearnedVectors(crystals, source: .formulas)
    }
    for number in [0, -1, 3] {
      #expect(throws: LearnedVectorsError.noSuchNetwork(number, count: 2)) {
        try LearnedVectors(crystals, network: number)
      }
    }
    let other = try #require(ModelFileTests.model)
    #expect(throws: LearnedVectorsError.noNetworks(surrogate: other.kind)) {
      try LearnedVectors(other)
    }
  }

  @Test("Unlikeness of neighbors: a number as sites enter and behind each layer")
  func contrast() throws {
    let (candidates, _) = try CrystalStackTests.candidates(12)
    let ensemble = try SiteContributionsTests.ensemble(.cgcnn)
    let found = try #require(try ensemble.neighborContrasts(candidates).first)
    #expect(found.energies.count == 3 && found.networks == 2 && found.crystals == 12)
    #expect(found.energies.allSatisfy { $0 > 0 && $0 < 3 })
    #expect(try ensemble.neighborContrasts(candidates.map { Candidate($0.composition) }).isEmpty)
    var smooth = found
    smooth.energies = [0.8, 0.2, 0.01]
    #expect(smooth.isOversmoothed && smooth.sentence.contains("oversmoothing"))
    smooth.energies = [0.8, 0.2, 0.1]
    #expect(!smooth.isOversmoothed)
    smooth.energies = [0, 0]
    #expect(!smooth.isOversmoothed)
  }
}
