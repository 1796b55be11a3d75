import DenseMath
import Ecosystem
import Foundation
import Matter
import TestKit
import Testing

@Suite("Text into mentions")
struct TextExtractorTests {
  static func quantities(_ text: String) throws -> [StatedQuantity] {
    try TextExtractor().mentions(in: text).compactMap {
      if case .quantity(let quantity) = $0.content { quantity } else { nil }
    }
  }

  static func formulas(_ text: String) throws -> [String] {
    try TextExtractor().mentions(in: text).compactMap {
      if case .formula = $0.content { $0.text } else { nil }
    }
  }

  @Test(
    "Reads quantities in the usual wordings",
    arguments: [
      ("calcined at 700 degC", 700, 700, "°C", StatedQuantity.Kind.temperature),
      ("at 960-970 °C", 960, 970, "°C", .temperature),
      ("heated to 1,200 ºC", 1200, 1200, "°C", .temperature),
      ("from 300 to 500 K", 300, 500, "K", .temperature),
      ("for 2 h.", 2, 2, "h", .duration), ("a 10-min step", 10, 10, "min", .duration),
      ("for two hours", 2, 2, "h", .duration), ("half an hour", 0.5, 0.5, "h", .duration),
      ("under 3.5 GPa", 3.5, 3.5, "GPa", .pressure),
      ("5 × 10-4 mbar", 5e-4, 5e-4, "mbar", .pressure),
      ("150 mL min-1", 150, 150, "mL min-1", .rate), ("at 5 °C/min", 5, 5, "°C/min", .rate),
      ("2 °C per minute", 2, 2, "°C/min", .rate), ("300 rpm", 300, 300, "rpm", .rotation),
      ("(28%)", 28, 28, "%", .fraction), ("10 wt %", 10, 10, "wt%", .fraction),
      ("(9.5 mmol)", 9.5, 9.5, "mmol", .amount), ("0.6 mL", 0.6, 0.6, "mL", .volume),
      ("pH was adjusted to 6 with", 6, 6, "", .acidity), ("pH 9.5", 9.5, 9.5, "", .acidity),
      ("7.44 g cm-3", 7.44, 7.44, "g cm-3", .concentration),
      ("a band gap of 1.6 eV", 1.6, 1.6, "eV", .energy),
      ("a freeze-dryer (-53 degC)", -53, -53, "°C", .temperature),
      ("potentials of −500 mV", -500, -500, "mV", .voltage),
      ("from -0.2 to 0.5 V", -0.2, 0.5, "V", .voltage), ("-5 g of salt", 5, 5, "g", .mass),
      ("700 -800 °C", 700, 800, "°C", .temperature),
    ])
  func readsQuantities(
    text: String, lower: Double, upper: Double, unit: String, kind: StatedQuantity.Kind
  ) throws {
    let found = try Self.quantities(text)
    #expect(found.count == 1, "\(found)")
    let quantity = try #require(found.first)
    #expect(abs(quantity.lower - lower) < 1e-12 * max(1, lower))
    #expect(quantity.upper == upper || abs(quantity.upper - upper) < 1e-12)
    #expect(quantity.unit == unit && quantity.kind == kind)
  }

  @Test("Lists share a unit; spreads and properties are kept")
  func readsLists() throws {
    #expect(try Self.quantities("were 200 and 150 mL min-1").map(\.lower) == [200, 150])
    #expect(try Self.quantities("for 2, 4, and 6 h").map(\.lower) == [2, 4, 6])
    #expect(try Self.quantities("25 ± 2 °C").first?.uncertainty == 2)
    #expect(try Self.quantities("a yield strength of 310 MPa").first?.property == "yield strength")
    let two = try Self.quantities("a thickness of 5 mm and 3 g of powder")
    #expect(two.map(\.property) == ["thickness", nil])
  }

  @Test(
    "Finds no quantity where there is none",
    arguments: [
      "in Fig. 2 and Table 3", "JSM-6340F", "sample A12 in step 4", "BaFe12O19", "see ref 28.",
      "5 in the next step", "IR-7 cells", "since 2009 the",
    ])
  func findsNothing(text: String) throws {
    let found = try Self.quantities(text)
    #expect(found.isEmpty, "\(found)")
  }

  @Test(
    "Tells formulas from words",
    arguments: [
      ("Ba0.95La0.05FeO3-δ membranes", ["Ba0.95La0.05FeO3-δ"]), ("(O2/N2 mixture)", ["O2", "N2"]),
      ("NaCl and GaAs in H2O.", ["NaCl", "GaAs", "H2O"]), ("SOFC with PVP by SEM", []),
      ("In air, As a result, He said No", []), ("Ba1-xSrxTiO3 (x = 0.1)", ["Ba1-xSrxTiO3"]),
      ("Co(NO3)2·6H2O was", ["Co(NO3)2·6H2O"]), ("the NCs of CdSe", ["CdSe"]),
      ("TiO2-coated", ["TiO2"]), ("C60", ["C60"]), ("US patent by IBM in NY", []),
      ("La0.8Sr0.2MnO3/YSZ", ["La0.8Sr0.2MnO3"]), ("KOH and CO", ["KOH", "CO"]),
    ])
  func findsFormulas(text: String, expected: [String]) throws {
    #expect(try Self.formulas(text) == expected)
  }

  @Test("Ranges are scalar offsets into the text")
  func rangesFit() throws {
    let text = "Ünïcode ΔT 😀 of TiO2 at 500 °C for 2 h"
    let scalars = Array(text.unicodeScalars)
    for mention in try TextExtractor().mentions(in: text) {
      #expect(String(String.UnicodeScalarView(scalars[mention.range])) == mention.text)
    }
  }

  /// 20,000 damaged texts, a mark of each kind repeated, and one word of a million letters.
  @Test("No text crashes the grammar, whatever was done to it")
  func survivesDamage() throws {
    var rng = SplitMix64(seed: 9)
    let base = Array(
      "Ba1-xSrxTiO3-δ at 1,200.5 ± 2 × 10-4 °C min-1, pH 7 (9.5 mmol) and 5-10 h of NaCl".utf8)
    for _ in 0..<20_000 {
      let text = String(decoding: Mutations.mutate(base, using: &rng), as: UTF8.self)
      let length = text.unicodeScalars.count
      let mentions = try TextExtractor().mentions(in: text)
      #expect(mentions.allSatisfy { $0.range.upperBound <= length }, "\(text)")
      _ = try DocumentReader().findings(in: text, document: "t")
    }
  }

  /// The time for a text grows with its length: eight times the text takes far less than the 64 times
  /// of a quadratic reader, and never long.
  @Test(
    "Time grows with the length of the text",
    arguments: [
      "(", ")", "[(", "9", "9,", "9 and ", "Ba-", "pH ", "pH 9", "NaCl/", "5 to ", "a", "A", "Ti9",
      "5 g/", ".", "-", "-9", "\n", "|\n", "|-|\n", "a  b (eV)\n", ",", "a,b (eV)\n1,2\n", "\t\n",
      "band gap ",
      "TiO2 band gap 3 eV, ", "δ", "x", "± ", "×10",
    ])
  func staysLinear(piece: String) throws {
    func seconds(_ length: Int) throws -> Double {
      let text = String(repeating: piece, count: length / piece.utf8.count)
      let time = try ContinuousClock().measure {
        _ = try DocumentReader().findings(in: text, document: "t")
      }
      return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
    let (small, large) = (try seconds(12_500), try seconds(100_000))
    #expect(large < max(40 * small, 0.5), "\(small) s and \(large) s")
  }

  /// Mysore et al., LAW XIII (2019): numbers with their units, and materials that are formulas, in
  /// the development documents of the named-entity task.
  @Test(
    "Holds its figures on annotated syntheses",
    .enabled(
      if: SharedFolder.has("data/text/annotated_syntheses"),
      "the shared reference data are not beside the project"))
  func agreesWithAnnotations() throws {
    let score = try AnnotationScore(list: "ner-dev-fnames.txt")
    print(score.summary)
    // The official list has 15 documents, and all of them are there.
    #expect(score.documents == 15 && score.listed == 15)
    #expect(score.quantities.recall > 0.9 && score.quantities.precision > 0.95, "\(score.summary)")
    // Titles are annotated in part only, so that real formulas count against the precision here.
    #expect(score.formulas.recall > 0.98 && score.formulas.precision > 0.84, "\(score.summary)")
  }
}

extension TextExtractorTests {
  /// What was found before the grammars were made fast, and every deliberate change since: a hash of
  /// all mentions of the 165 documents.
  @Test(
    "Finds the same mentions as ever",
    .enabled(
      if: SharedFolder.has("data/text/annotated_syntheses"),
      "the shared reference data are not beside the project"))
  func staysTheSame() throws {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var count = 0
    for list in ["ner-dev-fnames.txt", "ner-train-fnames.txt"] {
      let names = SharedFolder.bytes("data/text/annotated_syntheses_splits/\(list)")
      for name in String(decoding: names, as: UTF8.self).split(whereSeparator: \.isNewline) {
        let bytes = SharedFolder.bytes("data/text/annotated_syntheses/\(name).txt")
        let mentions = try TextExtractor().mentions(in: String(decoding: bytes, as: UTF8.self))
        count += mentions.count
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // FNV-1a, 64 bits.
        for byte in try encoder.encode(mentions) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
    }
    #expect(count == 3901 && hash == 10_205_417_199_241_157_731, "\(count) mentions, hash \(hash)")
  }
}

/// Counts of what was found, what was annotated, and what both say.
struct AnnotationScore {
  struct Counts {
    var found = 0
    var annotated = 0
    var agreed = 0
    var precision: Double { Double(agreed) / Double(max(found, 1)) }
    var recall: Double { Double(recalled) / Double(max(annotated, 1)) }
    var recalled = 0
  }

  var documents = 0
  var listed = 0
  var quantities = Counts()
  var formulas = Counts()
  var misses: [String] = []

  var summary: String {
    func line(_ name: String, _ c: Counts) -> String {
      "\(name): precision \(c.agreed)/\(c.found), recall \(c.recalled)/\(c.annotated)"
    }
    return
      "\(documents) documents; \(line("quantities", quantities)); \(line("formulas", formulas))"
  }

  init(list: String) throws {
    let bytes = SharedFolder.bytes("data/text/annotated_syntheses_splits/\(list)")
    let names = String(decoding: bytes, as: UTF8.self)
    for name in names.split(whereSeparator: \.isNewline) {
      listed += 1
      let stem = String(name).replacingOccurrences(of: ".txt", with: "")
        .replacingOccurrences(of: ".ann", with: "").trimmingCharacters(in: .whitespaces)
      let path = "data/text/annotated_syntheses/\(stem)"
      guard SharedFolder.has("\(path).txt") else { continue }
      documents += 1
      try add(
        text: String(decoding: SharedFolder.bytes("\(path).txt"), as: UTF8.self),
        annotations: String(decoding: SharedFolder.bytes("\(path).ann"), as: UTF8.self))
    }
  }

  private mutating func add(text: String, annotations: String) throws {
    let found = try TextExtractor().mentions(in: text)
    let entities = Entity.all(annotations)
    addQuantities(found, entities, Entity.numberRelations(annotations), text)
    addFormulas(found, entities, text)
  }

  /// A quantity agrees when it covers an annotated number and the unit that goes with it.
  private mutating func addQuantities(
    _ mentions: [Mention], _ entities: [String: Entity], _ relations: [(String, String)],
    _ text: String
  ) {
    let found = mentions.filter {
      if case .quantity(let q) = $0.content { q.lower != 20 || q.upper != 25 } else { false }
    }
    let pairs = relations.compactMap { number, unit -> (Entity, Entity)? in
      guard let number = entities[number], let unit = entities[unit],
        unit.kind.hasSuffix("-Unit"), number.kind == "Number"
      else { return nil }
      return (number, unit)
    }
    quantities.found += found.count
    quantities.annotated += pairs.count
    for mention in found {
      let agrees = pairs.contains { $0.0.range.overlaps(mention.range) }
      quantities.agreed += agrees ? 1 : 0
      if !agrees { misses.append("+ \(mention.text)") }
    }
    for pair in pairs {
      let isThere = found.contains { $0.range.overlaps(pair.0.range) }
      quantities.recalled += isThere ? 1 : 0
      if !isThere { misses.append("- \(pair.0.text) \(pair.1.text)") }
    }
  }

  /// Annotated materials that are formulas by their letters; a mention agrees with any annotation of
  /// a material that it lies in.
  private mutating func addFormulas(
    _ mentions: [Mention], _ entities: [String: Entity], _ text: String
  ) {
    let found = mentions.filter { if case .formula = $0.content { true } else { false } }
    let materials = entities.values.filter {
      $0.kind.contains("Material") || $0.kind == "Brand" || $0.kind == "Meta"
    }
    formulas.found += found.count
    for mention in found {
      let agrees = materials.contains { $0.range.overlaps(mention.range) }
      formulas.agreed += agrees ? 1 : 0
      if !agrees { misses.append("+ \(mention.text)") }
    }
    for material in materials where Entity.isFormula(material.text) {
      formulas.annotated += 1
      let isThere = found.contains { $0.range.overlaps(material.range) }
      formulas.recalled += isThere ? 1 : 0
      if !isThere { misses.append("- \(material.text)") }
    }
  }

  struct Entity {
    let kind: String
    let range: Range<Int>
    let text: String

    /// `T1⇥Material 102 120⇥BaFeO3`; of broken spans the hull.
    static func all(_ annotations: String) -> [String: Entity] {
      var entities: [String: Entity] = [:]
      for line in annotations.split(whereSeparator: \.isNewline) {
        let fields = line.split(separator: "\t", maxSplits: 2)
        guard fields.count == 3, fields[0].hasPrefix("T") else { continue }
        let words = fields[1].split { $0 == " " || $0 == ";" }
        guard let start = words.dropFirst().first.flatMap({ Int($0) }),
          let end = words.last.flatMap({ Int($0) }), start < end
        else { continue }
        entities[String(fields[0])] = Entity(
          kind: String(words[0]), range: start..<end, text: String(fields[2]))
      }
      return entities
    }

    static func numberRelations(_ annotations: String) -> [(String, String)] {
      annotations.split(whereSeparator: \.isNewline).compactMap { line in
        let words = line.split { $0 == " " || $0 == "\t" }
        guard words.count >= 4, words[1] == "Number_Of" else { return nil }
        return (String(words[2].dropFirst(5)), String(words[3].dropFirst(5)))
      }
    }

    /// A material of two elements or more with a digit: written as formula, not as a name.
    static func isFormula(_ text: String) -> Bool {
      guard text.contains(where: \.isNumber), !text.contains(" "),
        let composition = try? Composition(formula: text)
      else { return false }
      return composition.elements.count > 1
    }
  }
}
