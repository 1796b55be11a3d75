import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Damaged patterns")
struct PatternFuzzTests {
  @Test(
    "No damage makes a reader fail in another way than by an error",
    arguments: FuzzedReader.wanted(PatternFuzz.readers))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test("Time grows no faster than n log n", arguments: FuzzedReader.wanted(PatternFuzz.readers))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}

/// Every reader of patterns and spectra with what damages it.
enum PatternFuzz {
  static let readers = [columns, absorption, raman, jcamp, xrdml]

  private static func reader(
    _ name: String, file: String, _ texts: [String], _ words: [String],
    grammar: (@Sendable (inout SplitMix64) -> [UInt8])? = nil
  ) -> FuzzedReader {
    FuzzedReader(name, texts: texts, words: words, grammar: grammar) { bytes in
      _ = PatternFile.isPattern(bytes)
      for entry in try PatternFile.spectra(bytes, file: file) {
        let spectrum = entry.spectrum
        try BrokenLaw.unless(
          spectrum.intensities.allSatisfy(\.isFinite) && spectrum.positions.allSatisfy(\.isFinite),
          "A value is not finite.")
        try BrokenLaw.unless(
          spectrum.positions.count == spectrum.intensities.count, "The columns differ in length.")
      }
    }
  }

  static let columns = reader(
    "pattern columns", file: "p.xye",
    [
      "# c\n10.0 5 1\n10.1 6 2\n10.2 7 1\n", "2theta,intensity,error\n10.0,5,1\n10.1,6,.5\n",
      "'Id: \"x\" Comment: \"\"\n  1.00e1   5.0 1\n  1.01E+1 6 1\n",
    ],
    [
      "1e999", "Z", ",", ";", "\t", "nan", "-", "\n\n", "#", "1 ", "'", "99999999999999999999",
      "\r",
    ],
    grammar: { rng in
      let gap = [" ", "\t", ",", "; "][rng.index(below: 4)]
      var text = rng.index(below: 2) == 0 ? "# header: value\n" : ""
      for row in 0..<rng.index(below: 8) {
        text += "\(10 + Double(row) / 10)\(gap)\(rng.index(below: 1000))"
        text += rng.index(below: 10) == 0 ? "\n" : "\(gap)\(rng.uniform())\n"
      }
      return Array(text.utf8)
    })

  static let absorption = reader(
    "XDI", file: "s.xdi",
    [
      """
      # XDI/1.0 GSE/1.0
      # Column.1: energy eV
      # Column.2: i0
      # Column.3: itrans
      # Element.symbol: Cu
      # ///
      # a comment
      #----
      # energy i0 itrans
      8900 10 5
      8901 11 5.5

      """, "# XDI/1.0\n# Column.1: energy keV\n# Column.2: mutrans\n8.9 .2\n9.0 .3\n",
      "# XDI/1.0\n# Column.1: angle\n# Column.2: i0\n# Column.3: ifluor\n1 2 3\n2 3 4\n",
    ],
    [
      "# Column.3: i1\n", "# Column.999999999: x\n", "# Column.0: energy\n", "0 ", "-", "1e308",
      "#",
      "\n", "# Column.2: energy\n", "nan", "# ///\n", ".",
    ])

  static let raman = reader(
    "RRUFF", file: "r.txt",
    [
      "##NAMES=Quartz\n##RRUFFID=R040031\n##IDEAL CHEMISTRY=SiO_2_\n10.0, 5\n10.1, 6\n##END=\n",
      "##NAMES=Å\n##STATUS=x\n1.5, 2.5\n2.5, 3\n",
    ],
    ["##END=\n", "##", "=", ", ", "1e999", "\n", "-", "##NAMES=", "nan", "9", "#"])

  static let jcamp = reader(
    "JCAMP-DX", file: "s.jdx",
    [
      "##TITLE= t\n##JCAMP-DX= 4.24\n##FIRSTX= 1\n##LASTX= 10\n##XYDATA= (X++(Y..Y))\n1AJT%jX\n##END=\n",
      "##TITLE= t\n##JCAMP-DX= 4.24 $$ comment\n##XUNITS= 1/CM\n##FIRSTX= 1\n##LASTX= 10\n"
        + "##NPOINTS= 10\n##YFACTOR= 0.5\n##XYDATA= (X++(Y..Y))\n1+1+2+3+3\n6+2+1+0-1-2\n##END=\n",
      "##TITLE= t\n##PEAK TABLE= (XY..XY)\n1,2; 3,4\n5,6\n##END=\n",
    ],
    [
      "##END=", "##", "$$", "A", "Z", "j", "%", "s", "S", "999999999", "##NPOINTS= 9\n",
      "##XFACTOR= 1e300\n", "##XYDATA= (XY..XY)\n", "?", ",", "@", "##TITLE= u\n", "SSSSSSSS",
    ],
    grammar: { rng in
      let digits = Array("@ABCDEFGHI%JKLMNOPQRSTUVWXYZsabcdefghijklmnopqr0123456789+- ")
      var text = "##TITLE= g\n##JCAMP-DX= 4.24\n##FIRSTX= 1\n##LASTX= \(1 + rng.index(below: 40))\n"
      text += "##XYDATA= (X++(Y..Y))\n"
      for line in 0..<1 + rng.index(below: 4) {
        text += "\(line + 1)"
        for _ in 0..<rng.index(below: 20) { text.append(digits[rng.index(below: digits.count)]) }
        text += "\n"
      }
      return Array((text + "##END=\n").utf8)
    })

  static let xrdml = reader(
    "XRDML", file: "s.xrdml",
    [
      """
      <?xml version="1.0"?><xrdMeasurements><xrdMeasurement><usedWavelength>
      <kAlpha1 unit="Angstrom">1.540598</kAlpha1></usedWavelength><scan><dataPoints>
      <positions axis="2Theta" unit="deg"><startPosition>10</startPosition>
      <endPosition>12</endPosition></positions>
      <positions axis="Omega" unit="deg"><startPosition>5</startPosition></positions>
      <intensities unit="counts">7 8 9</intensities></dataPoints></scan></xrdMeasurement>
      </xrdMeasurements>
      """,
      "<?xml version=\"1.0\"?><xrdMeasurements><scan><dataPoints><positions axis=\"2Theta\">"
        + "<listPositions>1 2 3</listPositions></positions>"
        + "<counts>1 2 3</counts></dataPoints></scan></xrdMeasurements>",
    ],
    [
      "1e999", "<counts>", "</counts>", "999999999", "<", ">", "&lt;", "&#0;", "<![CDATA[", "]]>",
      "<!--", "-->", "<!DOCTYPE x [<!ENTITY a \"aa\">]>", "&a;", "</scan>", "<scan>", "é", "\"",
      "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", " x:y='1'", "<a>",
    ])
}
