public import Matter

/// One word of a text, as far as it matters to elements.
public enum TextToken: Hashable, Sendable {
  case word(String)

  /// A name or a symbol: `titanium` and `Ti` are one.
  case element(Element)

  /// A formula in one spelling, and its elements.
  case formula(String, [Element])

  /// What orders tokens that are equally frequent.
  fileprivate var spelling: String {
    switch self {
    case .word(let word): word
    case .element(let element): "\u{1}\(element)"
    case .formula(let formula, _): "\u{2}\(formula)"
    }
  }
}

/// Sentences as numbers of tokens.
public struct TokenCorpus: Sendable {
  private var numbers: [TextToken: Int32] = [:]
  private(set) var kinds: [TextToken] = []
  private(set) var counts: [Int] = []

  /// All sentences, one after the other.
  private(set) var tokens: [Int32] = []

  /// Where each sentence begins, and the number of all tokens at the end.
  private(set) var offsets = [0]

  public init() {}

  public mutating func append(_ sentence: [TextToken]) {
    guard sentence.count > 1 else { return }
    for token in sentence {
      let number = numbers[token] ?? Int32(kinds.count)
      if Int(number) == kinds.count {
        numbers[token] = number
        kinds.append(token)
        counts.append(0)
      }
      counts[Int(number)] += 1
      tokens.append(number)
    }
    offsets.append(tokens.count)
  }

  public var tokenCount: Int { tokens.count }

  public var sentenceCount: Int { offsets.count - 1 }

  /// How often each element is named or stands in a formula.
  public var elementCounts: [Element: Int] {
    var result: [Element: Int] = [:]
    for (kind, count) in zip(kinds, counts) {
      switch kind {
      case .word: break
      case .element(let element): result[element, default: 0] += count
      case .formula(_, let elements):
        for element in elements { result[element, default: 0] += count }
      }
    }
    return result
  }

  /// Numbers of tokens from the most frequent to the least.
  var byFrequency: [Int] {
    let spellings = kinds.map(\.spelling)
    return kinds.indices.sorted {
      (-counts[$0], spellings[$0]) < (-counts[$1], spellings[$1])
    }
  }
}
