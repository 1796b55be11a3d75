import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Stored trees")
struct TreeBytesTests {
  private func forest(classes: Bool = false) throws -> (RandomForest, Matrix) {
    let train =
      classes
      ? TreeSamples.bands(rows: 60, seed: 1) : TreeSamples.friedman(rows: 60, features: 5, seed: 1)
    var settings = ForestSettings()
    settings.trees = 4
    if classes { settings.target = .classes(3) }
    let forest = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    return (forest, train.features)
  }

  @Test("A forest comes back as it was", arguments: [false, true])
  func forestReturns(classes: Bool) throws {
    let (forest, rows) = try forest(classes: classes)
    let back = try RandomForest(bytes: try forest.bytes())
    #expect(back.ensemble == forest.ensemble && back.members == forest.members)
    #expect(back.settings == forest.settings && back.targets == forest.targets)
    #expect(try back.predict(rows) == forest.predict(rows))
    #expect(try back.bytes() == forest.bytes())
  }

  @Test("Boosted trees come back as they were")
  func boostedReturn() throws {
    guard (try? XGBoostLibrary.opened.get()) != nil else { return }
    let train = TreeSamples.bands(rows: 200, seed: 1)
    for objective in [BoostingObjective.quantile(level: 0.3), .softmax(classes: 3)] {
      var settings = BoostingSettings()
      (settings.objective, settings.rounds) = (objective, 8)
      let model = try GradientBoostedTrees.fit(
        features: train.features, targets: train.targets, settings: settings, seed: 3)
      let back = try GradientBoostedTrees(bytes: try model.bytes())
      #expect(back == model)
      #expect(try back.predict(train.features) == model.predict(train.features))
    }
  }

  @Test("Every damaged or cut file is refused by its checksum")
  func damage() throws {
    let bytes = try forest().0.bytes()
    for place in stride(from: 0, to: bytes.count, by: 37) {
      var damaged = bytes
      damaged[place] ^= 0x10
      #expect(throws: TreeError.self) { try RandomForest(bytes: damaged) }
      #expect(throws: TreeError.self) { try RandomForest(bytes: Array(bytes.prefix(place))) }
    }
    #expect(throws: TreeError.self) { try GradientBoostedTrees(bytes: bytes) }
  }

  /// With a checksum that fits, only the content itself can give damage away; what is read must
  /// then be safe to use.
  @Test("What passes the checksum is refused or safe to use", arguments: UInt64(0)..<8)
  func forgery(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (forest, rows) = try forest(classes: seed % 2 == 1)
    let bytes = try forest.bytes()
    var (refused, used) = (0, 0)
    for _ in 0..<250 {
      var forged = Array(bytes.dropLast(8))
      for _ in 0...generator.index(below: 3) {
        forged[generator.index(below: forged.count)] = UInt8(generator.index(below: 256))
      }
      let sum = TreeReader.checksum(forged[...])
      forged += (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
      do {
        let read = try RandomForest(bytes: forged)
        guard read.featureCount == rows.columns else { continue }
        _ = try read.predict(rows)
        _ = try read.contributions(rows.rows(0..<2))
        if seed % 2 == 0 { _ = try read.distribution(rows.rows(0..<5)) }
        used += 1
      } catch is TreeError {
        refused += 1
      }
    }
    #expect(refused > 50 && used > 10, "\(refused) refused, \(used) used")
  }
}
