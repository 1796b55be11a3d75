import Ecosystem
import Foundation
import Matter
import Testing

@Suite("Passages of records")
struct PassageTests {
  static func values(_ text: String) throws -> [String] {
    try DocumentReader().findings(in: text, document: "t").flatMap { finding in
      finding.values.map {
        "\(finding.composition.formula): \($0.measurement.property) \($0.measurement.value) "
          + "\($0.measurement.unit ?? "-")"
      }
    }
  }

  @Test(
    "Values that are said of a material become its measurements",
    arguments: [
      ("The band gap of TiO2 is 3.2 eV.", ["TiO2: band gap 3.2 eV"]),
      ("TiO2 has a band gap of 3.2 eV at 300 K.", ["TiO2: band gap 3.2 eV"]),
      ("Titania, TiO2 (band gap = 3.2 eV), absorbs light.", ["TiO2: band gap 3.2 eV"]),
      (
        "Band gaps of TiO2 and ZnO were found to be 3.2 and 3.3 eV, respectively.",
        ["TiO2: band gap 3.2 eV", "ZnO: band gap 3.3 eV"]
      ),
      (
        "SiC shows a high thermal conductivity of 490 W m-1 K-1.",
        ["SiC: thermal conductivity 490.0 W m-1 K-1"]
      ),
      ("A density of 4.23 g cm-3 was found for TiO2 powder.", []),
    ])
  func ties(text: String, expected: [String]) throws {
    #expect(try Self.values(text) == expected)
  }

  @Test(
    "Ambiguous values stay mentions",
    arguments: [
      "The film on SiO2 has a band gap of 3.2 eV.", "The band gap of N-doped TiO2 is 2.9 eV.",
      "TiO2 doped with N has a band gap of 2.9 eV.",
      "TiO2 and ZnO have band gaps of 3.2 and 3.3 eV.",
      "TiO2 was heated at 500 °C for 2 h.", "The band gap of TiO2 is not 2.9 eV.",
      "The band gap of TiO2 decreased by 0.3 eV.", "The band gap of TiO2/ZnO is 3.1 eV.",
      "The band gap of TiO2 is 3.0-3.2 eV.", "The band gap of TiO2 is > 3 eV.",
      "The thickness of TiO2 is 3 nm.", "The band gap of TiO2 is 3.2 nm.",
      "TiO2 was made. The band gap is 3.2 eV.", "A wider gap than TiO2 has a band gap of 3.2 eV.",
    ])
  func leaves(text: String) throws {
    let findings = try DocumentReader().findings(in: text, document: "t")
    #expect(!findings.isEmpty && findings.allSatisfy(\.values.isEmpty), "\(findings)")
    #expect(findings[0].passage.mentions.count > 1 || text.contains("was made"))
  }

  @Test("Sentences are cut where they end")
  func cutsSentences() throws {
    let text = """
      10.1000/demo.1
      A title with NaCl

      We used KCl (see Fig. 2 and Müller et al. 2001) as in Ref. 5. Then LiF came! MgO was
      broken over lines.
      """
    let found = try DocumentReader().findings(in: text, document: "t")
    let scalars = Array(text.unicodeScalars)
    for passage in found.map(\.passage) {
      #expect(String(String.UnicodeScalarView(scalars[passage.range])) == passage.text)
    }
    #expect(
      found.map(\.passage.text) == [
        "10.1000/demo.1\nA title with NaCl",
        "We used KCl (see Fig. 2 and Müller et al. 2001) as in Ref. 5.", "Then LiF came!",
        "MgO was\nbroken over lines.",
      ])
    #expect(DocumentReader.name(of: text, otherwise: "x") == "10.1000/demo.1")
    #expect(DocumentReader.name(of: "https://doi.org/10.1000/a b\n", otherwise: "x") == "x")
    #expect(
      DocumentReader.name(of: "DOI: 10.1038/s41467-1\nText", otherwise: "x") == "10.1038/s41467-1")
    #expect(DocumentReader.name(of: "10.5 g of TiO2/SiO2", otherwise: "x") == "x")
  }

  @Test("Passages are written as JSON and read back")
  func roundTrips() throws {
    let text = "Ba1-xSrxTiO3 and TiO2 (25 ± 2 °C) have a band gap of 3.2 eV."
    let passage = Passage(
      document: "10.1/x", range: 0..<text.unicodeScalars.count, text: text,
      mentions: try TextExtractor().mentions(in: text))
    #expect(passage.mentions.count == 4)
    let bytes = try JSONEncoder().encode(passage)
    #expect(try JSONDecoder().decode(Passage.self, from: bytes) == passage)
    let damaged = String(decoding: bytes, as: UTF8.self).replacing(
      "\"start\":0", with: "\"start\":99")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Passage.self, from: Data(damaged.utf8))
    }
  }

  static let document = """
    10.1000/demo.1
    Titania films

    TiO2 has a band gap of 3.2 ± 0.1 eV. It was made from TiCl4 at 80 °C. Ti2O4 is meant as well.
    """

  @discardableResult
  static func add(_ text: String, to store: RecordStore, _ job: TextImport = TextImport()) throws
    -> TextImport.Outcome
  {
    try job.run(text, bytes: Array(text.utf8), name: "titania.txt", into: store)
  }

  @Test("A record carries its passages and the values they state, with their places")
  func stores() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    let outcome = try Self.add(Self.document, to: store)
    #expect(!outcome.isPresent && outcome.run.entries == 3 && outcome.run.measurements == 1)
    #expect(outcome.run.file == "10.1000/demo.1" && outcome.run.newMaterials == 2)
    let records = try store.records()
    #expect(records.map(\.composition.formula) == ["TiO2", "TiCl4"])
    let titania = try #require(records.first)
    #expect(titania.passages.map(\.text).count == 2)
    #expect(titania.passages[0].document == "10.1000/demo.1")
    #expect(
      titania.measurements.map(\.measurement) == [
        Measurement(
          "band gap", value: 3.2, unit: "eV", standardUncertainty: 0.1, fidelity: "text")
      ])
    #expect(titania.measurements[0].source.origin == "10.1000/demo.1")
    #expect(titania.measurements[0].source.locator == "characters 30–66, line 4")
    let entry = try #require(try store.history(of: titania.key).sources.first)
    let statement = try #require(entry.statements.first)
    let mention = try #require(entry.passage?.mentions[statement.mention])
    #expect(mention.text == "3.2 ± 0.1 eV" && statement.confidence == 0.9)
    #expect(records[1].passages.count == 1 && records[1].measurements.isEmpty)
    #expect(try store.records(structures: false).allSatisfy(\.passages.isEmpty))
    try store.verify()
  }

  @Test("A text that is there adds nothing; one that is withdrawn can come again")
  func isIdempotent() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    try Self.add(Self.document, to: store)
    let digest = try store.contentDigest()
    let again = try Self.add(Self.document, to: store)
    #expect(again.isPresent && again.run.id == 1)
    #expect(try store.contentDigest() == digest && store.runs().count == 1)
    try store.withdraw(run: 1, reason: "test")
    #expect(try store.records().isEmpty)
    #expect(try store.history(of: "TiO2").sources.allSatisfy { $0.withdrawn == "test" })
    #expect(try Self.add(Self.document, to: store).run.id == 2)
    #expect(try store.records().first?.passages.count == 2)
    // Another choice of what is sure enough is another reading.
    let strict = try Self.add(Self.document, to: store, TextImport(confidence: 0.99))
    #expect(!strict.isPresent && strict.run.entries == 0)
    let other = try folder.store("other.sqlite")
    try Self.add(Self.document, to: other)
    #expect(try other.contentDigest() == digest)
  }

  @Test("A text and a table speak of one record")
  func joinsTables() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    let table = try folder.write("formula,gap (eV)\nTiO2,3.0\n", to: "gaps.csv")
    _ = try DataImport().run(table, into: store)
    try Self.add(Self.document, to: store)
    let titania = try #require(try store.records().first)
    #expect(titania.measurements.map(\.measurement.value) == [3.0, 3.2])
    #expect(titania.passages.count == 2)
    #expect(try store.history(of: titania.key).sources[0].passage == nil)
  }

  @Test("A text too large for the disk leaves nothing behind")
  func isTransactional() throws {
    let folder = try StoreFolder()
    _ = try folder.store()
    let store = try folder.store("s.sqlite", maximumPages: 80)
    let before = try store.contentDigest()
    let text = (1...5_000).map { "Ti\($0)O2 has a band gap of 3.2 eV. " }.joined()
    #expect(throws: StoreError.self) { try Self.add(text, to: store) }
    #expect(try store.contentDigest() == before && store.runs().isEmpty)
    try Self.add(Self.document, to: store)
    #expect(try store.recordCount() == 2)
  }
}
