import Ecosystem
import Matter
import Representations

/// Sentences of a text as tokens: words in lower case, elements by name or symbol, formulas.
///
/// Formulas are those that ``TextExtractor`` finds, each in its reduced spelling. Symbols of one
/// letter and those that are words or units (`In`, `As`, `He`, `Pa`, …) count in formulas only; numbers
/// are all one word.
struct TextTokens {
  private let scalars: [Unicode.Scalar]
  private var formulas: [(range: Range<Int>, token: TextToken)] = []

  /// - Throws: ``TextError`` for a text that is too long.
  init(_ text: String) throws(TextError) {
    scalars = Array(text.unicodeScalars)
    var end = 0
    for mention in try TextExtractor().mentions(in: text) {
      guard case .formula(let composition) = mention.content, mention.range.lowerBound >= end
      else { continue }
      let token = Self.formula(composition, mention.text)
      if let token {
        formulas.append((mention.range, token))
        end = mention.range.upperBound
      }
    }
  }

  /// Two tokens or more each.
  func sentences() -> [[TextToken]] {
    var sentences: [[TextToken]] = []
    var sentence: [TextToken] = []
    var (place, next) = (0, 0)
    func close() {
      if sentence.count > 1 { sentences.append(sentence) }
      sentence = []
    }
    while place < scalars.count {
      if next < formulas.count, formulas[next].range.lowerBound == place {
        sentence.append(formulas[next].token)
        place = formulas[next].range.upperBound
        next += 1
        continue
      }
      let limit = next < formulas.count ? formulas[next].range.lowerBound : scalars.count
      guard Self.isWordPart(scalars[place]) else {
        if isEnd(place) { close() }
        place += 1
        continue
      }
      var end = place
      while end < limit, Self.isWordPart(scalars[end]) { end += 1 }
      let isPrefix = end < limit && scalars[end] == "-"
      if let token = Self.token(scalars[place..<end], isPrefix: isPrefix) {
        sentence.append(token)
      }
      place = end
    }
    close()
    return sentences
  }

  /// A full stop before a space or the end, or an empty line.
  private func isEnd(_ place: Int) -> Bool {
    let next = place + 1 < scalars.count ? scalars[place + 1] : " "
    switch scalars[place] {
    case ".", "!", "?": return next.properties.isWhitespace
    case "\n": return next == "\n" || next == "\r"
    default: return false
    }
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
  }

  private static func token(_ scalars: ArraySlice<Unicode.Scalar>, isPrefix: Bool) -> TextToken? {
    guard scalars.count <= 60 else { return nil }
    let text = String(String.UnicodeScalarView(scalars))
    if scalars.allSatisfy({ ("0"..."9").contains($0) }) { return .word("<number>") }
    if text.utf8.count == 2, !ambiguous.contains(text), !(isPrefix && text == "Co"),
      let element = Element(symbol: text)
    {
      return .element(element)
    }
    let word = text.lowercased()
    if let element = names[word] { return .element(element) }
    return .word(word)
  }

  private static func formula(_ composition: Composition?, _ text: String) -> TextToken? {
    if let composition {
      return .formula(composition.reducedFormula, composition.elements)
    }
    let elements = symbols(in: text)
    return elements.isEmpty ? nil : .formula(text, elements)
  }

  /// The elements of a formula with variables, `Ba1-xSrxTiO3`, in order of atomic number.
  private static func symbols(in text: String) -> [Element] {
    let letters = Array(text.unicodeScalars)
    var found: Set<Element> = []
    var place = 0
    while place < letters.count {
      let two = String(String.UnicodeScalarView(letters[place..<min(place + 2, letters.count)]))
      if let element = Element(symbol: two) {
        found.insert(element)
        place += two.unicodeScalars.count
      } else {
        if let element = Element(symbol: String(letters[place])) { found.insert(element) }
        place += 1
      }
    }
    return found.sorted()
  }

  /// Symbols that are words, abbreviations or units more often than elements.
  private static let ambiguous: Set<String> = [
    "In", "As", "At", "He", "No", "Be", "Am", "Pa", "Es", "Re", "Th", "Ho", "Np", "Fm", "Ts", "Ra",
  ]

  private static let names: [String: Element] = {
    var names: [String: Element] = [:]
    for element in Element.all { names[element.name.lowercased()] = element }
    let others = [
      ("aluminum", "Al"), ("aluminium", "Al"), ("sulphur", "S"), ("sulfur", "S"),
      ("cesium", "Cs"), ("caesium", "Cs"),
    ]
    for (name, symbol) in others { names[name] = Element(symbol: symbol) }
    return names
  }()
}
