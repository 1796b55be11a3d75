import DenseMath
import Ecosystem
import Foundation
import Learning
import Matter
import TestKit
import Testing
import Torch

@Suite("Model files")
struct ModelFileTests {
  /// 60 binary alloys with one process variable; trained once for all tests.
  static let dataset: Dataset? = {
    var rng = SplitMix64(seed: 11)
    let rows = (0..<60).compactMap { index -> Dataset.Row? in
      let share = 0.05 + 0.9 * rng.uniform()
      let pair = index % 2 == 0 ? "Cu" : "Ag"
      guard let first = Element(symbol: "Ni"), let second = Element(symbol: pair),
        let composition = try? Composition([first: share, second: 1 - share])
      else { return nil }
      let temperature = 300 + 700 * rng.uniform()
      return Dataset.Row(
        identifier: "row \(index + 1)",
        candidate: Candidate(composition, variables: [temperature]),
        target: 10 * share + temperature / 500 + 0.1 * rng.normal())
    }
    return try? Dataset(
      source: "alloys.csv", rows: rows, targetName: "hardness", unit: "GPa",
      variableNames: ["temperature"])
  }()

  static let model: Model? = {
    guard let dataset,
      let outcome = try? TrainingPipeline(.init(folds: 3), threads: 1).run(
        candidates: dataset.candidates, targets: dataset.targets,
        trainer: GaussianProcessTrainer(), seed: 5),
      let surrogate = outcome.surrogate as? any StorableSurrogate
    else { return nil }
    let card = ModelCard(
      dataset: dataset, formulaColumn: "formula", surrogate: "gp", settings: "{}", seed: 5,
      versions: ["athanor": "0.1"], quality: outcome.quality)
    return Model(surrogate: surrogate, calibration: outcome.calibration, card: card)
  }()

  @Test("Reading gives the same predictions, bit for bit")
  func roundTrips() throws {
    let model = try #require(Self.model)
    let dataset = try #require(Self.dataset)
    let bytes = try model.file().encoded()
    #expect(try model.file().encoded() == bytes)
    let read = try Model(file: ModelFile(bytes: bytes, file: "m"), name: "m")
    #expect(read.card == model.card)
    #expect(try read.predict(dataset.candidates) == model.predict(dataset.candidates))
  }

  @Test("The card says what the model was made from")
  func card() throws {
    let card = try #require(Self.model).card
    #expect(card.rows == 60 && card.target == "hardness" && card.unit == "GPa")
    #expect(card.elements.map(\.symbol) == ["Ni", "Cu", "Ag"])
    #expect(card.elementRows == ["Ni": 60, "Cu": 30, "Ag": 30])
    #expect(card.dataHash == Self.dataset?.contentHash.hex)
    #expect(card.quality.regression.meanAbsoluteError < card.quality.baseline.meanAbsoluteError)
    #expect(card.quality.coverage(nominal: 0.9) != nil)
  }

  @Test("Predictions have intervals, and say where the model extrapolates")
  func predicts() throws {
    let model = try #require(Self.model)
    let known = try Composition(formula: "Ni0.5Cu0.5")
    let half = try Composition(formula: "Ni0.5W0.5")
    let predictions = try model.predict([
      Candidate(known, variables: [500]), Candidate(half, variables: [500]),
      Candidate(known, variables: [5000]),
    ])
    #expect(predictions.map(\.inDomainScore) == [1, 0.5, 0])
    for prediction in predictions {
      #expect(prediction.lowerBound < prediction.mean && prediction.mean < prediction.upperBound)
      #expect(prediction.epistemicDeviation <= prediction.standardDeviation)
    }
    #expect(throws: ModelInputError.self) { try model.predict([Candidate(known)]) }
  }

  @Test("Every flipped byte and every cut is found before use")
  func findsDamage() throws {
    let bytes = try #require(Self.model).file().encoded()
    var rng = SplitMix64(seed: 17)
    let trials = Reliability.count(200, full: 10_000)
    for _ in 0..<trials {
      var flipped = bytes
      flipped[rng.index(below: bytes.count)] ^= 1 << UInt8(rng.index(below: 8))
      #expect(throws: ModelFileError.self) { try ModelFile(bytes: flipped, file: "m") }
      let cut = Array(bytes.prefix(rng.index(below: bytes.count)))
      #expect(throws: ModelFileError.self) { try ModelFile(bytes: cut, file: "m") }
      let changed = Mutations.mutate(bytes, using: &rng)
      if changed != bytes {
        #expect(throws: ModelFileError.self) { try ModelFile(bytes: changed, file: "m") }
      }
    }
    Reliability.report("damaged model files", ["files": Double(3 * trials)])
    #expect(throws: ModelFileError.self) { try ModelFile(bytes: bytes + [0], file: "m") }
  }

  @Test("The sentence names the file and the remedy")
  func describesDamage() throws {
    let bytes = try #require(Self.model).file().encoded()
    let error = #expect(throws: ModelFileError.self) {
      try ModelFile(bytes: Array(bytes.dropLast(100)), file: "steel.safetensors")
    }
    #expect(error?.description.hasPrefix("steel.safetensors is damaged or no model file: ") == true)
    #expect(error?.description.hasSuffix("Train again or restore a copy.") == true)
  }

  /// The file with other notes or tensors and a checksum that fits them.
  private func forged(_ change: (inout Safetensors) -> Void) throws -> [UInt8] {
    var content = try Safetensors(bytes: #require(Self.model).file().encoded())
    change(&content)
    content.metadata["athanor.checksum"] = String(repeating: "0", count: 64)
    content.metadata["athanor.checksum"] = ContentHash(of: content.encoded()).hex
    return content.encoded()
  }

  @Test("Refuses a newer format, an unknown kind, NaN weights and wrong shapes")
  func refusesForgeries() throws {
    let newer = try forged { $0.metadata["athanor.format"] = "2" }
    let error = #expect(throws: ModelFileError.self) { try ModelFile(bytes: newer, file: "m") }
    #expect(error?.reason == .newerFormat(2))
    let kind = try ModelFile(bytes: forged { $0.metadata["athanor.kind"] = "oracle" }, file: "m")
    #expect(throws: ModelFileError("m", .unknownKind("oracle"))) {
      try Model(file: kind, name: "m")
    }
    let notFinite = try forged {
      $0.tensors["targets"] = StoredTensor([Double.nan], shape: [1])
    }
    #expect(throws: ModelFileError.self) { try ModelFile(bytes: notFinite, file: "m") }
    let shape = try ModelFile(
      bytes: forged { $0.tensors["inputs"] = StoredTensor([1.0], shape: [1]) }, file: "m")
    #expect(throws: ModelFileError.self) { try Model(file: shape, name: "m") }
    let plain = Safetensors(tensors: ["a": StoredTensor([1.0], shape: [1])]).encoded()
    #expect(throws: ModelFileError("m", .notAModel)) { try ModelFile(bytes: plain, file: "m") }
  }

  @Test("A file whose checksum was made to fit its damage is refused, or answers finite numbers")
  func survivesForgeries() throws {
    let file = try #require(Self.model).file()
    let candidate = try Candidate(Composition(formula: "NiCu"), variables: [500])
    let content = try Safetensors(bytes: file.encoded())
    let names = content.tensors.keys.sorted()
    var rng = SplitMix64(seed: 23)
    var (refused, trials) = (0, Reliability.count(100, full: 10_000))
    for _ in 0..<trials {
      let name = names[rng.index(below: names.count)]
      let note = content.metadata.keys.sorted()[rng.index(below: content.metadata.count)]
      let kind = rng.index(below: 5)
      let bytes = try forged { content in
        guard let tensor = content.tensors[name] else { return }
        switch kind {
        case 0: content.tensors[name] = nil
        case 1:
          content.tensors[name] = StoredTensor([Double](repeating: 1, count: 3), shape: [3, 1])
        case 2: content.tensors[name] = StoredTensor([Double.infinity], shape: [1])
        case 3:
          content.tensors[name] = StoredTensor(
            type: tensor.type, shape: tensor.shape.reversed(), bytes: tensor.bytes)
        default:
          let text = Array((content.metadata[note] ?? "").utf8)
          content.metadata[note] = String(
            decoding: Mutations.mutate(text, using: &rng), as: UTF8.self)
        }
      }
      guard let read = try? ModelFile(bytes: bytes, file: "m"),
        let model = try? Model(file: read, name: "m")
      else {
        refused += 1
        continue
      }
      // What is left has lost nothing that it needs: a square matrix turned around, a word of the card.
      let answers = try? model.predict([candidate])
      #expect(answers?.allSatisfy { $0.mean.isFinite } ?? true)
    }
    Reliability.report(
      "forged model files", ["files": Double(trials), "refused": Double(refused)])
    #expect(refused > trials / 2)
  }

  @Test("A pickle that is called a model is refused")
  func refusesPickles() {
    // Protocol 4, a frame, a call of a function of the module posix.
    let pickle: [UInt8] =
      [0x80, 4, 0x95, 18, 0, 0, 0, 0, 0, 0, 0] + Array("\u{8C}\u{05}posix".utf8)
    #expect(throws: ModelFileError.self) {
      try ModelFile(bytes: pickle, file: "model.safetensors")
    }
    #expect(throws: ModelFileError.self) {
      try ModelFile(bytes: Array("PK\u{3}\u{4}archive/data.pkl".utf8), file: "model.safetensors")
    }
  }

  @Test("Goes to disk whole and comes back")
  func writesToDisk() throws {
    let model = try #require(Self.model)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.write(to: path)
    #expect(try Model(contentsOf: path).card == model.card)
    #expect(throws: FileError.self) { try Model(contentsOf: path + ".none") }
  }

  @Test("An ensemble survives the file: the same predictions, bit for bit")
  func ensembleSurvives() throws {
    let dataset = try #require(Self.dataset)
    var trainer = DeepEnsembleTrainer()
    trainer.configuration.members = 3
    trainer.configuration.training.steps = 25
    let outcome = try TrainingPipeline(.init(folds: 3), threads: 2).run(
      candidates: dataset.candidates, targets: dataset.targets, trainer: trainer, seed: 5)
    let card = ModelCard(
      dataset: dataset, formulaColumn: "formula", surrogate: "ensemble", settings: "{}", seed: 5,
      versions: [:], quality: outcome.quality)
    let model = Model(
      surrogate: try #require(outcome.surrogate as? any StorableSurrogate),
      calibration: outcome.calibration, card: card)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.write(to: path)
    let read = try Model(contentsOf: path)
    // Elements that it was not trained on too.
    let candidates =
      dataset.candidates
      + (try ["Ni0.3W0.7", "Fe"].map {
        Candidate(try Composition(formula: $0), variables: [450])
      })
    let expected = try model.predict(candidates)
    #expect(try read.predict(candidates) == expected)
    #expect(try read.file().encoded() == model.file().encoded())
    #expect(Set(expected.map(\.mean)).count > 50)
  }
}
