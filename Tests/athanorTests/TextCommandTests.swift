import Foundation
import Testing

@Suite("athanor text", .serialized)
struct TextCommandTests {
  static let text = """
    10.1000/demo.1
    TiO2 has a band gap of 3.2 ± 0.1 eV. It was made from TiCl4 at 80 °C.

    """

  @Test("extract fills a store once, and data show lists the passages")
  func fillsStore() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.text, to: "titania.txt")
    let listed = try folder.run("text", "extract", "titania.txt")
    #expect(listed.status == 0 && listed.output.contains("titania.txt: 4 mentions"))
    let stored = try folder.run("text", "extract", "titania.txt", "--store", "s.sqlite")
    #expect(stored.status == 0, "\(stored.errors)")
    #expect(stored.output.contains("2 passages, 2 of materials that are new, 1 measurement"))
    let again = try folder.run("text", "extract", "titania.txt", "--store", "s.sqlite")
    #expect(again.status == 0 && again.output.contains("in the store already (run 1)"))
    let shown = try folder.run("data", "show", "TiO2", "--store", "s.sqlite")
    #expect(shown.output.contains("10.1000/demo.1, characters 0–51, line 1 (run 1)"))
    #expect(
      shown.output.contains(
        "band gap: 3.2 ± 0.1 eV (text), characters 38–50, confidence 0.9"), "\(shown.output)")
    #expect(shown.output.contains("TiO2 has a band gap of 3.2 ± 0.1 eV.” (2 mentions)"))
    let removed = try folder.run("data", "remove", "--run", "1", "--yes", "--store", "s.sqlite")
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(try folder.run("data", "query", "--store", "s.sqlite").output.isEmpty)
  }

  @Test("Options that mean nothing are refused")
  func refuses() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.text, to: "titania.txt")
    #expect(try folder.run("text", "extract", "titania.txt", "--document", "a").status == 2)
    try Data([0x80, 0x81]).write(to: folder.url.appendingPathComponent("bad.txt"))
    let bad = try folder.run("text", "extract", "bad.txt", "--store", "s.sqlite")
    #expect(bad.status == 1 && bad.errors.contains("bad.txt: not UTF-8 text"))
  }
}
