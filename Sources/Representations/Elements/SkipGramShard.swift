import DenseMath
import Foundation

/// The two matrices of skip-gram, `[rows, width]` each.
struct SkipGramWeights: Sendable {
  let width: Int
  var inputs: [Float]
  var outputs: [Float]

  /// Inputs are uniform within ±½ / width, outputs 0, as in word2vec.
  init(_ vocabulary: SkipGramVocabulary, width: Int, seed: UInt64) {
    let rows = vocabulary.words + vocabulary.elements.count
    var generator = SplitMix64(seed: seed)
    self.width = width
    inputs = (0..<rows * width).map { _ in Float((generator.uniform() - 0.5) / Double(width)) }
    outputs = [Float](repeating: 0, count: rows * width)
  }

  func input(_ row: Int) -> ArraySlice<Float> { inputs[row * width..<(row + 1) * width] }

  /// Moves each row by the mean of its moves in those copies that moved it: their sum would go too far
  /// in the rows that all of them move.
  mutating func merge(_ trained: [SkipGramWeights]) {
    let (inputs, outputs) = (trained.map(\.inputs), trained.map(\.outputs))
    Self.merge(&self.inputs, inputs, width)
    Self.merge(&self.outputs, outputs, width)
  }

  private static func merge(_ values: inout [Float], _ copies: [[Float]], _ width: Int) {
    var sum = [Float](repeating: 0, count: width)
    for start in stride(from: 0, to: values.count, by: width) {
      var movers: Float = 0
      for place in 0..<width { sum[place] = 0 }
      for copy in copies
      where (0..<width).contains(where: { copy[start + $0] != values[start + $0] }) {
        movers += 1
        for place in 0..<width { sum[place] += copy[start + place] - values[start + place] }
      }
      guard movers > 0 else { continue }
      for place in 0..<width { values[start + place] += sum[place] / movers }
    }
  }
}

/// One copy of the weights on its way through a part of the text.
struct SkipGramShard {
  private(set) var weights: SkipGramWeights
  private let vocabulary: SkipGramVocabulary
  private let settings: SkipGram
  private var generator: SplitMix64

  init(
    _ vocabulary: SkipGramVocabulary, weights: SkipGramWeights, settings: SkipGram,
    generator: SplitMix64
  ) {
    self.vocabulary = vocabulary
    self.weights = weights
    self.settings = settings
    self.generator = generator
  }

  mutating func train(_ sentences: Range<Int>, rate: Float) {
    var step = SkipGramStep(weights, rate: rate)
    var kept: [Int32] = []
    for sentence in sentences {
      kept.removeAll(keepingCapacity: true)
      for token in vocabulary.tokens[
        vocabulary.offsets[sentence]..<vocabulary.offsets[sentence + 1]]
      where Float(generator.uniform()) < vocabulary.keep[Int(token)] {
        kept.append(token)
      }
      for place in kept.indices {
        let units = units(Int(kept[place]))
        let reach = 1 + generator.index(below: settings.window)
        for other in max(0, place - reach)..<min(kept.count, place + reach + 1)
        where other != place {
          learn(units, context: row(ofContext: Int(kept[other])), &step)
        }
      }
    }
    weights.inputs = step.inputs
    weights.outputs = step.outputs
  }

  private func units(_ token: Int) -> ArraySlice<Int32> {
    vocabulary.units[Int(vocabulary.unitOffsets[token])..<Int(vocabulary.unitOffsets[token + 1])]
  }

  /// Its own row, or that of one of its elements.
  private mutating func row(ofContext token: Int) -> Int32 {
    let units = units(token)
    let isOne = vocabulary.hasOwnRow[token] || units.count == 1
    return units[units.startIndex + (isOne ? 0 : generator.index(below: units.count))]
  }

  /// One center and one context, with its negatives.
  private mutating func learn(
    _ units: ArraySlice<Int32>, context: Int32, _ step: inout SkipGramStep
  ) {
    step.begin(units)
    step.learn(context, isContext: true)
    for _ in 0..<settings.negatives {
      let row = vocabulary.negatives[Int(generator.next() & SkipGramVocabulary.negativeMask)]
      if row != context { step.learn(row, isContext: false) }
    }
    step.finish(units)
  }
}

/// The arithmetic of skip-gram.
private struct SkipGramStep {
  var inputs: [Float]
  var outputs: [Float]
  private let rate: Float
  private let width: Int

  /// The mean of a center's units, and its change.
  private var center: [Float]
  private var change: [Float]

  /// Beyond this the sigmoid is 0 or 1, as in word2vec.
  private static let saturation: Float = 6

  init(_ weights: SkipGramWeights, rate: Float) {
    (inputs, outputs) = (weights.inputs, weights.outputs)
    self.rate = rate
    width = weights.width
    center = [Float](repeating: 0, count: width)
    change = center
  }

  mutating func begin(_ units: ArraySlice<Int32>) {
    for place in center.indices {
      center[place] = 0
      change[place] = 0
    }
    for unit in units {
      FloatRows.add(
        1 / Float(units.count), inputs, at: Int(unit) * width, to: &center, at: 0,
        count: width)
    }
  }

  mutating func learn(_ row: Int32, isContext: Bool) {
    let start = Int(row) * width
    let error =
      (isContext ? 1 : 0)
      - Self.sigmoid(
        FloatRows.product(center, at: 0, outputs, at: start, count: width))
    guard error != 0 else { return }
    let factor = rate * error
    FloatRows.add(factor, outputs, at: start, to: &change, at: 0, count: width)
    FloatRows.add(factor, center, at: 0, to: &outputs, at: start, count: width)
  }

  mutating func finish(_ units: ArraySlice<Int32>) {
    for unit in units {
      FloatRows.add(
        1, change, at: 0, to: &inputs, at: Int(unit) * width, count: width)
    }
  }

  private static func sigmoid(_ score: Float) -> Float {
    if score > saturation { return 1 }
    return score < -saturation ? 0 : 1 / (1 + exp(-score))
  }
}
