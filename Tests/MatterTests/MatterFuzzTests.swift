import DenseMath
import Matter
import TestKit
import Testing

@Suite("Damaged formulas, symbols and units")
struct MatterFuzzTests {
  @Test(
    "No damage makes a reader fail in another way than by an error",
    arguments: FuzzedReader.wanted(MatterFuzz.readers))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test("Time grows no faster than n log n", arguments: FuzzedReader.wanted(MatterFuzz.readers))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}

/// Every reader of short texts of matter with what damages it.
enum MatterFuzz {
  static let readers = [formula, operation, hall, hermannMauguin, unit]

  private struct NotRead: Error {}

  // MARK: Formulas

  static let formula = FuzzedReader(
    "formula",
    texts: [
      "Ca10(PO4)6(OH)2", "CuSO4·5H2O", "[Fe(CN)6]^{4-}", "$Fe_{2}O_{3}$", "H<sub>2</sub>O",
      "La₀.₇Sr₀.₃MnO₃", "Cs0.05(CH5N2)0.85(CH3NH3)0.10PbI2.55Br0.45", "Li1/2CoO2", "SO₄²⁻",
    ],
    words: [
      "·", "^{", "_{", "<sub>", "</sup>", "\\cdot", "²", "₃", "1/2", "&middot;", "+", "(", ")", "[",
      "]", "9999999999", "0.", "e5", "D", "Uuo", "1e308", "x", "-", "}", "\u{0}", "\u{301}",
    ], grammar: formulaText
  ) { bytes in
    let composition = try Composition(utf8: bytes.span)
    try BrokenLaw.unless(
      composition.amounts.allSatisfy { $0.isFinite && $0 > 0 }, "An amount is not positive.")
    try BrokenLaw.unless(
      zip(composition.elements, composition.elements.dropFirst()).allSatisfy { $0 < $1 },
      "The elements are not in order, each once.")
  }

  @Sendable private static func formulaText(_ rng: inout SplitMix64) -> [UInt8] {
    let amounts = ["", "", "2", "3", "0.5", "12", "1/3", "₂", "_{4}", "0.125"]
    func group(_ depth: Int, _ rng: inout SplitMix64) -> String {
      (0...rng.index(below: 4)).map { _ in
        let amount = amounts[rng.index(below: amounts.count)]
        guard depth > 0, rng.index(below: 4) == 0 else {
          return Element.all[rng.index(below: Element.all.count)].symbol + amount
        }
        let inner = group(depth - 1, &rng)
        return (rng.index(below: 2) == 0 ? "(\(inner))" : "[\(inner)]") + amount
      }.joined()
    }
    let text = group(3, &rng)
    return Array((rng.index(below: 8) == 0 ? "\(text)·5H2O" : text).utf8)
  }

  // MARK: Symmetry

  static let operation = FuzzedReader(
    "symmetry operation", texts: ["-x+1/2,y-x+.25,2/3-z", "x,y,z", "1/4+Y,-X,Z+3/4"],
    words: [
      "x", "-y", "z", "+1/2", ",", "/", ".", "0", "9999999999", " ", "\u{0}", "é", "2x", "1/0",
      "e5",
      "*", "'", "-", "+",
    ],
    grammar: { rng in
      func term(_ rng: inout SplitMix64) -> String {
        ["x", "-x", "y", "-y", "z", "-z", "x-y", "y-x", "x+y", "-x-y"][rng.index(below: 10)]
          + ["", "", "+1/2", "-1/3", "+.25", "+5/6", "-0.75"][rng.index(below: 7)]
      }
      return Array((0..<3).map { _ in term(&rng) }.joined(separator: ",").utf8)
    }
  ) { bytes in
    let operation = try SymmetryOperation(xyz: bytes[...])
    try BrokenLaw.unless(abs(operation.rotation.determinant) == 1, "The determinant is not ±1.")
    // Entries of billions leave nothing of a translation's digits.
    let r = operation.rotation
    guard [r.x, r.y, r.z].allSatisfy({ max(abs($0.x), abs($0.y), abs($0.z)) < 5 }) else { return }
    let back = operation * operation.inverse
    let shift = back.translation - back.translation.rounded(.toNearestOrEven)
    try BrokenLaw.unless(
      back.rotation == .identity && length(shift) < 1e-6, "The inverse is not one.")
    let text = operation.description
    guard !text.contains("e") else { return }  // translations below 1e-4, which no group has
    let again = try? SymmetryOperation(xyz: text)
    try BrokenLaw.unless(again?.rotation == operation.rotation, "\(text) is not read again.")
  }

  private static let symbolWords = [
    "P", "A", "B", "C", "I", "R", "S", "T", "F", "-", "1", "2", "3", "4", "6", "a", "b", "c", "n",
    "u", "v", "w", "d", "x", "y", "z", "'", "\"", "*", "(0 0 1)", "(x+1/4,y,z)", ":H", ":2", " ",
    "/",
    "_", "+", "m", "\u{0}", "é", "{", "99999999999999999999", "{rhombohedral axes}",
  ]

  static let hall = FuzzedReader(
    "Hall symbol",
    texts: [
      "-P 2ac 2ab (0 0 1)", "F 4d 2 3 -1d", "-R 3 2\"c", "P 61 2 (0 0 5)", "-A 2 2ab", "P 2yb",
    ],
    words: symbolWords,
    grammar: { rng in
      let axes = ["", "x", "y", "z", "'", "\"", "*"]
      var text =
        ["", "-"][rng.index(below: 2)] + ["P", "A", "B", "C", "I", "R", "F"][rng.index(below: 7)]
      for _ in 0...rng.index(below: 3) {
        text += " " + ["", "-"][rng.index(below: 2)] + "\([1, 2, 3, 4, 6][rng.index(below: 5)])"
        text += axes[rng.index(below: axes.count)]
        for _ in 0..<rng.index(below: 3) {
          text += ["a", "b", "c", "n", "u", "v", "w", "d", "1", "2", "3"][rng.index(below: 11)]
        }
      }
      return Array(text.utf8)
    }
  ) { bytes in
    guard let setting = SpaceGroupSetting(hallSymbol: String(decoding: bytes, as: UTF8.self)) else {
      throw NotRead()
    }
    try check(setting)
  }

  static let hermannMauguin = FuzzedReader(
    "Hermann–Mauguin symbol",
    texts: [
      "R -3 m :H", "P 1 21/c 1", "Fd-3m", "P2_1/c", "I4_1/amd:2", "F d -3 m S", "P 63/m m c",
      "R 3 c {rhombohedral axes}", "Fm3m",
    ], words: symbolWords
  ) { bytes in
    guard let setting = SpaceGroupSetting(hermannMauguin: String(decoding: bytes, as: UTF8.self))
    else { throw NotRead() }
    try check(setting)
  }

  private static func check(_ setting: SpaceGroupSetting) throws {
    try BrokenLaw.unless((1...230).contains(setting.number), "There is no group \(setting.number).")
    try BrokenLaw.unless(
      (1...192).contains(setting.operations.count), "\(setting.operations.count) operations.")
  }

  // MARK: Units

  static let unit = FuzzedReader(
    "unit",
    texts: [
      "eV/Å^3", "kcal mol⁻¹", "log10(S/cm)", "W/(m K)", "μB/cell", "10^-6 Ω·m", "at.%", "g cm-3",
    ],
    words: [
      "m", "eV", "/", "(", ")", "^", "-", "1", "2", " ", ".", "%", "at", "log10", "√", "µ", "Å",
      "⁻¹",
      "**", "per", "°C", "e", "E", "9", "sqrt(", "\u{301}", "*", "{", "]", "\0", "½", "^999999999",
      "1e308",
    ],
    grammar: { rng in
      let symbols = ["m", "kg", "s", "eV", "GPa", "Å", "Ry", "atom", "μB", "kcal", "%", "u", "K"]
      let text = (0...rng.index(below: 4)).map { _ in
        symbols[rng.index(below: symbols.count)]
          + ["", "^-1", "2", "⁻³", "^(1/2)"][rng.index(below: 5)]
      }
      return Array(text.joined(separator: [" ", "/", "·", " per "][rng.index(below: 4)]).utf8)
    }
  ) { bytes in
    let unit = try Unit(parsing: String(decoding: bytes, as: UTF8.self))
    try BrokenLaw.unless(unit.factor.isFinite && unit.factor > 0, "The factor is \(unit.factor).")
  }
}
