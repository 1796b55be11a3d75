import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Pattern files")
struct PatternFileTests {
  static func read(_ text: String, _ file: String = "p.xy") throws -> [SpectrumEntry] {
    try PatternFile.spectra(Array(text.utf8), file: file)
  }

  @Test(
    "Reads columns in the usual dialects",
    arguments: [
      "10.0 5\n10.1 6\n", "10.0\t5\r\n10.1\t6\r\n", "10.0,5\n10.1,6", "10.0; 5\n10.1; 6\n",
      "# comment\n10.0 5\n\n10.1 6\n", "2theta intensity\n10.0 5\n10.1 6\n",
      "'Id: \"x\"\n  1.00e1   5.0\n  1.01E+1 6\n", "10.1 6\n10.0 5\n",
      "##NAMES=Quartz\n10.0, 5\n10.1, 6\n##END=\n",
    ])
  func readsColumns(text: String) throws {
    let entry = try #require(try Self.read(text).first)
    #expect(entry.spectrum.positions == [10, 10.1])
    #expect(entry.spectrum.intensities == [5, 6])
    #expect(entry.spectrum.axis.unit == "deg")
    #expect(entry.notices.isEmpty)
  }

  @Test("A third column of .xye holds deviations, elsewhere it is named as left out")
  func readsDeviations() throws {
    let text = "10.0 5 0.1\n10.1 6 0.2\n"
    #expect(try Self.read(text, "p.xye").first?.spectrum.uncertainties == [0.1, 0.2])
    let plain = try #require(try Self.read(text).first)
    #expect(plain.spectrum.uncertainties == nil && plain.notices.count == 1)
  }

  @Test(
    "Refuses with line and column",
    arguments: [
      ("10,0 5,0\n10,1 7,5\n", 1, 0, "decimal commas"), ("10 5\n1e400 6\n", 2, 1, "1e400"),
      ("10 5\n10.1 nan\n", 2, 6, "nan"), ("10 5\n10.1 6 7\n", 2, 0, "3 numbers"),
      ("10 5\nabc 6\n", 2, 1, "abc"), ("", 0, 0, "empty"), ("# only\n", 0, 0, "no line"),
      ("10\n11\n", 1, 0, "one number"),
    ])
  func refuses(text: String, line: Int, column: Int, words: String) {
    let error = #expect(throws: ReadingError.self) { try Self.read(text) }
    #expect(error?.line == line && error?.column == column)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test("Unsorted and repeated positions are kept, sorted and named")
  func noticesDisorder() throws {
    let unsorted = try #require(try Self.read("10.1 6\n10.0 5\n10.2 7\n").first)
    #expect(unsorted.spectrum.positions == [10, 10.1, 10.2])
    #expect(unsorted.notices.count == 1)
    #expect(try Self.read("10 5\n10 6\n11 7\n").first?.notices.count == 1)
  }

  @Test("Latin-1 comments are read, NUL bytes are not")
  func readsLatin1() throws {
    let latin: [UInt8] = Array("# angle 2".utf8) + [0xE8] + Array("\n10 5\n11 6\n".utf8)
    #expect(try PatternFile.spectra(latin, file: "p.xy").first?.spectrum.pointCount == 2)
    #expect(throws: ReadingError.self) {
      try PatternFile.spectra(latin + [0], file: "p.xy")
    }
  }

  /// The same ordinates in the forms of McDonald and Wilks 1988, figure 5: plain, packed, squeezed,
  /// as differences and with repetitions.
  @Test(
    "JCAMP-DX ordinates are the same in every form",
    arguments: [
      "1 1 2 3 3 2 1 0 -1 -2 -3\n", "1+1+2+3+3+2+1+0-1-2-3\n", "1ABCCBA@abc\n",
      "1AJJ%jjjjjj\n", "1AJT%jX\n", "1AJT%jX\n11c\n",
    ])
  func decodesOrdinates(data: String) throws {
    let text =
      "##TITLE= t\n##JCAMP-DX= 4.24 $$ comment\n##XUNITS= 1/CM\n##FIRSTX= 1\n##LASTX= 10\n"
      + "##NPOINTS= 10\n##YFACTOR= 0.5\n##XYDATA= (X++(Y..Y))\n\(data)##END=\n"
    let entry = try #require(try Self.read(text, "s.jdx").first)
    #expect(entry.spectrum.positions == (1...10).map(Double.init))
    #expect(entry.spectrum.intensities == [1, 2, 3, 3, 2, 1, 0, -1, -2, -3].map { $0 / 2 })
    #expect(entry.name == "t")
  }

  @Test("JCAMP-DX: pairs, checks and counts")
  func readsPairs() throws {
    let pairs = "##TITLE= t\n##PEAK TABLE= (XY..XY)\n1,2; 3,4\n5,6\n##END=\n"
    #expect(try Self.read(pairs, "s.jdx").first?.spectrum.positions == [1, 3, 5])
    let start = "##TITLE= t\n##FIRSTX= 1\n##LASTX= 4\n"
    #expect(throws: ReadingError.self) {  // the check value is wrong
      try Self.read(start + "##XYDATA= (X++(Y..Y))\n1AJJ\n4Dj\n##END=\n", "s.jdx")
    }
    #expect(throws: ReadingError.self) {  // three points where four are stated
      try Self.read(start + "##NPOINTS= 4\n##XYDATA= (X++(Y..Y))\n1 1 2 3\n##END=\n", "s.jdx")
    }
  }

  @Test("XRDML: equal steps, listed positions, entities refused")
  func readsXRDML() throws {
    func file(_ positions: String, before: String = "") -> String {
      """
      <?xml version="1.0"?>\(before)<xrdMeasurements><xrdMeasurement><usedWavelength>
      <kAlpha1 unit="Angstrom">1.540598</kAlpha1></usedWavelength><scan><dataPoints>
      <positions axis="2Theta" unit="deg">\(positions)</positions>
      <positions axis="Omega" unit="deg"><startPosition>5</startPosition></positions>
      <intensities unit="counts">7 8 9</intensities></dataPoints></scan></xrdMeasurement>
      </xrdMeasurements>
      """
    }
    let steps = "<startPosition>10</startPosition><endPosition>12</endPosition>"
    for positions in [steps, "<listPositions>10 11 12</listPositions>"] {
      let entry = try #require(try Self.read(file(positions), "s.xrdml").first)
      #expect(entry.spectrum.positions == [10, 11, 12])
      #expect(entry.spectrum.intensities == [7, 8, 9])
      #expect(entry.spectrum.wavelength == 1.540598)
    }
    #expect(throws: ReadingError.self) {
      try Self.read(file(steps, before: "<!DOCTYPE x [<!ENTITY a \"aa\">]>"), "s.xrdml")
    }
    #expect(throws: ReadingError.self) {
      try Self.read(String(file(steps).dropLast(40)), "s.xrdml")
    }
  }

  @Test(
    "Reads every pattern and spectrum of the reference data",
    .enabled(
      if: SharedFolder.has("data/xrd"), "the shared reference data are not beside the project"),
    arguments: [("data/xrd", 110), ("data/xas/xdi", 210), ("data/raman", 50)])
  func readsReferenceData(path: String, least: Int) throws {
    let folder = try #require(SharedFolder.url(path))
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var count = 0
    // Three files have numbers that ran together, as in "14.11851260".
    var refused = 0
    while let url = files?.nextObject() as? URL {
      guard ["xy", "xrdml", "xdi", "txt"].contains(url.pathExtension.lowercased()) else { continue }
      count += 1
      do {
        let entries = try PatternFile.spectra(
          Array(try Data(contentsOf: url)), file: url.lastPathComponent)
        #expect(entries.allSatisfy { $0.spectrum.pointCount > 20 }, "\(url.lastPathComponent)")
      } catch let error as ReadingError {
        #expect(error.message.contains("The line has 1 number"), "\(error)")
        refused += 1
      }
    }
    #expect(count >= least && refused <= 3)
  }

  @Test("No damage crashes a reader", arguments: UInt64(0)..<4)
  func survivesDamage(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let texts = [
      "# c\n10.0 5\n10.1 6\n10.2 7\n",
      "# XDI/1.0\n# Column.1: energy eV\n# Column.2: i0\n1 2\n2 3\n",
      "##TITLE= t\n##JCAMP-DX= 4.24\n##FIRSTX= 1\n##LASTX= 10\n##XYDATA= (X++(Y..Y))\n1AJT%jX\n##END=\n",
      "<?xml version=\"1.0\"?><xrdMeasurements><scan><dataPoints><positions axis=\"2Theta\">"
        + "<startPosition>1</startPosition><endPosition>2</endPosition></positions>"
        + "<counts>1 2 3</counts></dataPoints></scan></xrdMeasurements>",
    ]
    let words = ["1e999", "Z", "##END=", "<counts>", "999999999", ","].map { Array($0.utf8) }
    let whole = Array(texts[Int(seed)].utf8)
    for _ in 0..<2500 {
      let damaged = Mutations.mutate(whole, dictionary: words, using: &rng)
      for entry in (try? PatternFile.spectra(damaged, file: "p.xy")) ?? [] {
        #expect(entry.spectrum.intensities.allSatisfy { $0.isFinite })
      }
    }
  }
}
