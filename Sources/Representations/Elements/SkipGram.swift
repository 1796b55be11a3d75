import DenseMath
import Foundation
public import Matter

/// Element vectors from the words around elements and formulas in texts.
///
/// Skip-gram with negative sampling (Mikolov et al., NeurIPS (2013)) with the settings of mat2vec
/// (Tshitoyan et al., Nature 571, 95 (2019)). A formula is read as the mean of its own vector, where
/// it is frequent enough to have one, and those of its elements, as fastText does with the parts of a
/// word (Bojanowski et al., Trans. ACL 5, 135 (2017)); a rare formula in the context stands for one of
/// its elements, drawn at random. Phrases of several words are not joined.
///
/// Texts are trained on in ``shards`` at a time, all from the same weights, whose moves are then
/// averaged row by row: the result does not depend on the number of threads.
public struct SkipGram: Codable, Hashable, Sendable {
  /// Numbers in a vector.
  public var width = 200

  /// Words to the left and right at most; each place draws its own, 1 to this.
  public var window = 8
  public var negatives = 15

  /// Rarer words are passed over, rarer elements get no vector.
  public var minimumCount = 5
  public var epochs = 30

  /// Falls linearly to a ten-thousandth. That of word2vec; mat2vec, with thousands of times the text
  /// that is at hand elsewhere, takes 0.01.
  public var learningRate = 0.025

  /// Words with a greater share of the text are left out at random; 0 keeps all.
  public var subsampling = 1e-4

  static let shards = 4

  /// Tokens that a shard goes through before its moves meet those of the others.
  static let stride = 10_000

  public init() {}

  /// What training gives.
  public struct Result: Sendable {
    public let vectors: [Element: [Double]]

    /// Words and formulas with a vector of their own.
    public let vocabulary: Int

    /// Elements that are in the texts, but too rarely.
    public let rare: [Element]
  }

  /// - Parameters:
  ///   - seed: Where weights begin, which words are left out, which are negative.
  ///   - progress: Called with the share that is done.
  /// - Throws: ``ElementLearningError`` for texts with fewer than two elements that are frequent.
  public func vectors(
    _ corpus: TokenCorpus, seed: UInt64, threads: Int, progress: (Double) -> Void = { _ in }
  ) throws -> Result {
    let vocabulary = SkipGramVocabulary(corpus, settings: self)
    guard vocabulary.elements.count > 1 else {
      throw ElementLearningError.tooFewElements(
        vocabulary.elements,
        source: "texts, among what they name \(minimumCount) times or more,")
    }
    var weights = SkipGramWeights(vocabulary, width: width, seed: seed)
    let rounds = max(1, corpus.tokenCount / (Self.shards * Self.stride))
    let pieces = vocabulary.pieces(rounds * Self.shards)
    let total = Double(epochs * rounds)
    for epoch in 0..<epochs {
      for round in 0..<rounds {
        let done = Double(epoch * rounds + round) / total
        let rate = Float(learningRate * max(1 - done, 1e-4))
        let first = round * Self.shards
        let start = weights
        let trained = try parallelMap(Array(first..<first + Self.shards), threads: threads) {
          let stream = UInt64(epoch * rounds * Self.shards + $0 + 1)
          var shard = SkipGramShard(
            vocabulary, weights: start, settings: self,
            generator: SplitMix64(seed: seed, stream: stream))
          shard.train(pieces[$0], rate: rate)
          return shard.weights
        }
        weights.merge(trained)
        progress(done)
      }
    }
    let vectors = vocabulary.elements.enumerated().map { place, element in
      (element, weights.input(vocabulary.words + place).map(Double.init))
    }
    return Result(
      vectors: Dictionary(uniqueKeysWithValues: vectors), vocabulary: vocabulary.words,
      rare: vocabulary.rare)
  }
}

/// The rows of the network: frequent words and formulas, then elements.
struct SkipGramVocabulary: Sendable {
  /// Rows `0 ..< words` are words and formulas, the most frequent first.
  let words: Int

  /// Rows `words ..< words + elements.count`.
  let elements: [Element]

  /// Elements that are too rare for a row.
  let rare: [Element]

  /// The rows of each token of ``tokens``, packed: `[tokens + 1]` offsets and what they point to. A
  /// token's own row comes first.
  let unitOffsets: [Int32]
  let units: [Int32]

  /// Whether the first of a token's units is its own.
  let hasOwnRow: [Bool]

  /// Chance that a token is kept in an epoch.
  let keep: [Float]

  /// Rows that negatives are drawn from, each as often as its share is.
  let negatives: [Int32]

  /// The corpus without what has no row.
  let tokens: [Int32]
  let offsets: [Int]

  init(_ corpus: TokenCorpus, settings: SkipGram) {
    let elementCounts = corpus.elementCounts
    let elements = elementCounts.keys.filter {
      elementCounts[$0, default: 0] >= settings.minimumCount
    }
    .sorted()
    self.elements = elements
    rare = elementCounts.keys.filter { elementCounts[$0, default: 0] < settings.minimumCount }
      .sorted()
    var ownRows = [Int32](repeating: -1, count: corpus.kinds.count)
    var words: Int32 = 0
    for token in corpus.byFrequency where corpus.counts[token] >= settings.minimumCount {
      if case .element = corpus.kinds[token] { continue }
      ownRows[token] = words
      words += 1
    }
    self.words = Int(words)
    var elementRows: [Element: Int32] = [:]
    for (place, element) in elements.enumerated() { elementRows[element] = words + Int32(place) }
    var (offsets, units, hasOwnRow): ([Int32], [Int32], [Bool]) = ([0], [], [])
    for (token, kind) in corpus.kinds.enumerated() {
      if ownRows[token] >= 0 { units.append(ownRows[token]) }
      hasOwnRow.append(ownRows[token] >= 0)
      switch kind {
      case .word: break
      case .element(let element): if let row = elementRows[element] { units.append(row) }
      case .formula(_, let parts): units += parts.compactMap { elementRows[$0] }
      }
      offsets.append(Int32(units.count))
    }
    (unitOffsets, self.units, self.hasOwnRow) = (offsets, units, hasOwnRow)
    let isKept = corpus.kinds.indices.map { offsets[$0 + 1] > offsets[$0] }
    (tokens, self.offsets) = Self.filtered(corpus, isKept)
    let total = Double(max(tokens.count, 1))
    keep = corpus.counts.map { count in
      guard settings.subsampling > 0 else { return 1 }
      let ratio = settings.subsampling * total / Double(count)
      return Float(min(1, ratio.squareRoot() + ratio))
    }
    negatives = Self.negatives(
      corpus, ownRows, elements.map { elementCounts[$0] ?? 0 }, words: Int(words))
  }

  private static func filtered(
    _ corpus: TokenCorpus, _ isKept: [Bool]
  ) -> (tokens: [Int32], offsets: [Int]) {
    var (tokens, offsets): ([Int32], [Int]) = ([], [0])
    for sentence in 0..<corpus.sentenceCount {
      tokens += corpus.tokens[corpus.offsets[sentence]..<corpus.offsets[sentence + 1]]
        .filter { isKept[Int($0)] }
      offsets.append(tokens.count)
    }
    return (tokens, offsets)
  }

  /// Places of ``negatives``, a power of two, less one.
  static let negativeMask: UInt64 = (1 << 20) - 1

  /// Shares are counts to the power of ¾.
  private static func negatives(
    _ corpus: TokenCorpus, _ ownRows: [Int32], _ elementCounts: [Int], words: Int
  ) -> [Int32] {
    var counts = [Int](repeating: 0, count: words)
    for (token, row) in ownRows.enumerated() where row >= 0 {
      counts[Int(row)] = corpus.counts[token]
    }
    let shares = (counts + elementCounts).map { pow(Double($0), 0.75) }
    let total = shares.reduce(0, +)
    var (table, sum): ([Int32], Double) = ([], 0)
    let size = Int(negativeMask) + 1
    for (row, share) in shares.enumerated() {
      sum += share / total
      while table.count < min(Int(sum * Double(size)), size) { table.append(Int32(row)) }
    }
    // Rounding may leave the last places free.
    let last = Int32(max(shares.count - 1, 0))
    return table + [Int32](repeating: last, count: size - table.count)
  }

  /// Ranges of sentences with about the same number of tokens each.
  func pieces(_ count: Int) -> [Range<Int>] {
    var (pieces, start): ([Range<Int>], Int) = ([], 0)
    for piece in 0..<count {
      let end = tokens.count * (piece + 1) / count
      var last = start
      while last < offsets.count - 1, offsets[last] < end || piece == count - 1 { last += 1 }
      pieces.append(start..<last)
      start = last
    }
    return pieces
  }
}
