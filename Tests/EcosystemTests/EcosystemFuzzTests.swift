import Ecosystem
import Matter
import TestKit
import Testing

@Suite("Damaged filters and texts")
struct EcosystemFuzzTests {
  @Test(
    "No damage makes a reader fail in another way than by an error",
    arguments: FuzzedReader.wanted(EcosystemFuzz.readers))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test("Time grows no faster than n log n", arguments: FuzzedReader.wanted(EcosystemFuzz.readers))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}

/// The readers of filters and running text with what damages them.
enum EcosystemFuzz {
  static let readers = [filter, text]

  static let filter = FuzzedReader(
    "OPTIMADE filter",
    texts: [
      #"elements HAS ALL "Si","O" AND nelements=2"#, #"NOT (a.b > 1.5 OR s CONTAINS "x\"y")"#,
      #"a:b HAS ONLY 1:"x",>2:"y" AND l LENGTH 3"#, "last_modified IS KNOWN AND _x_1 != TRUE",
    ],
    words: [
      "AND", "OR", "NOT", "(", ")", "HAS", "ALL", "ANY", "ONLY", "LENGTH", "IS", "KNOWN", "\"",
      "\\",
      ":", ",", ".", "<", ">=", "!=", "CONTAINS", "STARTS", "WITH", "TRUE", "1e999", "-.5", " ",
      "é",
    ],
    grammar: { rng in
      Array(OptimadeFilter(.arbitrary(depth: 3, using: &rng)).description.utf8)
    }
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      let filter = try OptimadeFilter(parsing: text)
      _ = filter.matches([
        "a": FilterValue.number(1), "s": .text("x"), "l": .list([.number(2), nil]),
      ])
      try BrokenLaw.unless(
        try OptimadeFilter(parsing: filter.description) == filter, "\(filter) is not read again.")
    } catch let error as FilterError {
      try BrokenLaw.unless(
        error.offset <= text.unicodeScalars.count && "\(error)".hasSuffix("."),
        "The refusal is no sentence, or points outside.")
      throw error
    }
  }

  /// Running text is never refused: what is counted as refused has no mention.
  static let text = FuzzedReader(
    "text extractor",
    texts: [
      "Ba1-xSrxTiO3-δ at 1,200.5 ± 2 × 10-4 °C min-1, pH 7 (9.5 mmol) and 5-10 h of NaCl",
      "The band gap of TiO2 (anatase) is 3.2 eV; the yield strength was 1.2 GPa at 300 K.",
      "LaFeO3, La0.8Sr0.2MnO3 and YSZ were heated to 900–1100 °C for 12 h (5 K/min).",
    ],
    words: [
      "(", "9", "9,", "9 and ", "Ba-", "pH ", "NaCl/", "5 to ", "×", " × 10", "10-4", "°C", " eV",
      "–",
      "±", "1,200", ".", " ", "x", "δ", "\u{0}", "\u{301}", "😀", "GPa", "\n", "e5", "Fe", "O3", ")",
    ]
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let mentions = try TextExtractor().mentions(in: text)
    if bytes.count < 10_000 {
      let scalars = Array(text.unicodeScalars)
      for mention in mentions {
        try BrokenLaw.unless(
          String(String.UnicodeScalarView(scalars[mention.range])) == mention.text,
          "The range of \(mention.text) holds other text.")
      }
    }
    if mentions.isEmpty { throw NoMention() }
  }

  private struct NoMention: Error {}
}
