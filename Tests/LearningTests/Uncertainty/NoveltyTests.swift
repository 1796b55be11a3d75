import DenseMath
import Ecosystem
import Foundation
import Matter
import Testing
import Torch

@testable import Learning

@Suite("Unknown elements and nearest rows")
struct NoveltyTests {
  private static let dataset = ModelFileTests.dataset

  private func model() throws -> Model {
    let base = try #require(ModelFileTests.model)
    return Model(
      surrogate: base.surrogate, calibration: base.calibration, card: base.card,
      training: TrainingRows(try #require(Self.dataset)))
  }

  @Test("An unknown element widens the interval and is named")
  func widens() throws {
    let model = try model()
    let known = Candidate(try Composition(formula: "Ni0.5Cu0.5"), variables: [500])
    let unknown = Candidate(try Composition(formula: "Ni0.5Pd0.5"), variables: [2000])
    let answers = try model.predict([known, unknown])
    #expect(answers[0].widening == 1 && answers[1].widening == 2)
    let plain = try model.surrogate.predict([unknown])[0]
    let interval = model.calibration.interval(for: plain, of: unknown, coverage: 0.9)
    let width = interval.upperBound - interval.lowerBound
    #expect(abs(answers[1].upperBound - answers[1].lowerBound - 2 * width) < 1e-9 * width)
    #expect(answers[1].calibratedDeviation == 2 * model.calibration.deviation(of: plain))
    #expect(model.card.note(on: known) == nil)
    let note = try #require(model.card.note(on: unknown))
    #expect(note.hasPrefix("Pd is in no training row") && note.contains("temperature is outside"))
  }

  @Test("Every element that no training row had is found", arguments: UInt64(0)..<8)
  func recall(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let card = try #require(ModelFileTests.model).card
    for _ in 0..<200 {
      let elements = generator.shuffled(Element.all).prefix(3)
      let composition = try Composition(
        Dictionary(uniqueKeysWithValues: elements.map { ($0, 0.1 + generator.uniform()) }))
      let candidate = Candidate(composition, variables: [500])
      let unseen = elements.filter { !["Ni", "Cu", "Ag"].contains($0.symbol) }
      #expect(card.unseenElements(in: candidate) == unseen.sorted())
      #expect(card.widening(for: candidate) == (unseen.isEmpty ? 1 : 2))
    }
  }

  @Test("The file holds the training rows, and names the nearest")
  func nearest() throws {
    let model = try model()
    let dataset = try #require(Self.dataset)
    let bytes = try model.file().encoded()
    let read = try Model(file: ModelFile(bytes: bytes, file: "m"), name: "m")
    let rows = try #require(read.training)
    #expect(rows == model.training)
    #expect(rows.identifiers == dataset.identifiers)
    #expect(try read.file().encoded() == bytes)
    let found = rows.neighbors(of: [dataset.candidates[7]], count: 3)[0]
    #expect(found.count == 3 && found[0].identifier == "row 8" && found[0].distance == 0)
    #expect(found.map(\.distance) == found.map(\.distance).sorted())
    // Nickel and copper are neighbors on the scale, lead is not.
    let far = rows.neighbors(
      of: [Candidate(try Composition(formula: "PbF2"), variables: [1])], count: 1)[0]
    #expect(rows.rank(of: far[0].distance) == 1)
    #expect(rows.rank(of: 0) == 0)
    #expect(rows.ownDistances.count == 101 && rows.ownDistances == rows.ownDistances.sorted())
  }

  @Test("One composition alone has no distances, and still goes into a file")
  func single() throws {
    let candidate = Candidate(try Composition(formula: "NiO"))
    let dataset = try Dataset(
      source: "a", rows: [.init(identifier: "α", candidate: candidate, target: 1)],
      targetName: "t")
    let rows = TrainingRows(dataset)
    #expect(rows.ownDistances.isEmpty && rows.rank(of: 1) == nil)
    let stored = Safetensors(tensors: rows.tensors, metadata: [:]).encoded()
    var tensors = try Safetensors(bytes: stored).tensors
    tensors["other"] = StoredTensor([1.0], shape: [1])
    #expect(try TrainingRows.taken(from: &tensors) == rows)
    #expect(tensors.keys.sorted() == ["other"])
    #expect(try TrainingRows.taken(from: &tensors) == nil)
  }

  @Test("Rows that do not fit together are refused")
  func damaged() throws {
    let rows = TrainingRows(try #require(Self.dataset))
    let changes: [(String, StoredTensor?)] = [
      ("starts", StoredTensor([Int64(0), 5, 3], shape: [3])), ("elements", StoredTensor([0, 119])),
      ("amounts", nil), ("identifiers", StoredTensor(Array("[1]".utf8))),
      ("distances", StoredTensor([-1.0], shape: [1])),
      ("starts", StoredTensor([Int64.min, .max], shape: [2])),
    ]
    for (name, tensor) in changes {
      var tensors = rows.tensors
      tensors[TrainingRows.prefix + name] = tensor
      #expect(throws: TrainingRowsError.self, "\(name)") {
        try TrainingRows.taken(from: &tensors)
      }
    }
  }
}
