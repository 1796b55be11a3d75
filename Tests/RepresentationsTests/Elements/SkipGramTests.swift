import DenseMath
import Matter
import Testing

@testable import Representations

@Suite("Skip-gram")
struct SkipGramTests {
  /// Two kinds of sentences with words of their own; elements occur in one kind alone.
  private func corpus(_ sentences: Int) throws -> TokenCorpus {
    let kinds: [(elements: [String], words: [String])] = [
      (["Na", "K", "Rb", "Cs"], ["soft", "reactive", "monovalent", "flame", "hydroxide"]),
      (["Pt", "Pd", "Rh", "Ir"], ["noble", "catalyst", "dense", "ring", "refractory"]),
    ]
    var generator = SplitMix64(seed: 7)
    var corpus = TokenCorpus()
    for _ in 0..<sentences {
      let kind = kinds[generator.index(below: 2)]
      let element = try SkipAtomTests.element(kind.elements[generator.index(below: 4)])
      let chlorine = try SkipAtomTests.element("Cl")
      let metal: TextToken =
        generator.index(below: 2) == 0
        ? .element(element) : .formula("\(element)Cl", [element, chlorine])
      let words = generator.shuffled(kind.words).prefix(4).map { TextToken.word($0) }
      corpus.append([words[0], words[1], metal, words[2], words[3], .word("the")])
    }
    return corpus
  }

  private func settings() -> SkipGram {
    var settings = SkipGram()
    (settings.width, settings.epochs, settings.learningRate) = (16, 12, 0.05)
    (settings.window, settings.negatives, settings.subsampling) = (4, 5, 0)
    return settings
  }

  @Test(
    "Elements of like sentences become alike, in formulas and alone, with any number of threads")
  func training() throws {
    let corpus = try corpus(3000)
    let result = try settings().vectors(corpus, seed: 3, threads: 2)
    let vectors = try ["Na", "K", "Rb", "Cs", "Pt", "Pd", "Rh", "Ir"].map { symbol in
      try #require(result.vectors[SkipAtomTests.element(symbol)])
    }
    let distances = CosineDistances(vectors)
    for one in 0..<8 {
      for other in 0..<8 where other != one {
        #expect((distances[one, other] < 0.5) == (one / 4 == other / 4))
      }
    }
    #expect(result.rare.isEmpty)
    let single = try settings().vectors(corpus, seed: 3, threads: 1)
    #expect(single.vectors == result.vectors)
    #expect(try settings().vectors(corpus, seed: 4, threads: 1).vectors != result.vectors)
  }

  @Test("A rare formula is read by its elements; a rare element has no vector")
  func vocabulary() throws {
    let (iron, oxygen) = (try SkipAtomTests.element("Fe"), try SkipAtomTests.element("O"))
    let gold = try SkipAtomTests.element("Au")
    var corpus = TokenCorpus()
    for _ in 0..<6 { corpus.append([.word("oxide"), .element(iron), .word("of")]) }
    for count in 1...5 {
      corpus.append([
        .formula("Fe\(count)O", [oxygen, iron]), .word("oxide"), .word("once\(count)"),
      ])
    }
    corpus.append([.element(gold), .word("oxide")])
    let vocabulary = SkipGramVocabulary(corpus, settings: SkipGram())
    #expect(vocabulary.words == 2)  // oxide, of
    #expect(vocabulary.elements == [oxygen, iron] && vocabulary.rare == [gold])
    let place = try #require(corpus.kinds.firstIndex(of: .formula("Fe2O", [oxygen, iron])))
    let units = vocabulary.units[
      Int(vocabulary.unitOffsets[place])..<Int(vocabulary.unitOffsets[place + 1])]
    #expect(Array(units) == [2, 3] && !vocabulary.hasOwnRow[place])
    #expect(corpus.elementCounts == [iron: 11, oxygen: 5, gold: 1])
    // Words that are too rare are gone: `once1` … `once5` and gold.
    #expect(vocabulary.tokens.count == 6 * 3 + 5 * 2 + 1)
    let pieces = vocabulary.pieces(4)
    #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == 12)
    #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
  }

  @Test("Texts without elements give a sentence")
  func nothing() throws {
    var corpus = TokenCorpus()
    for _ in 0..<9 { corpus.append([.word("no"), .word("metal")]) }
    let error = #expect(throws: ElementLearningError.self) {
      try SkipGram().vectors(corpus, seed: 0, threads: 1)
    }
    #expect(error?.description.contains("5 times or more") == true)
  }
}
