import DenseMath
import Ecosystem
import Foundation
import Matter
import Testing

@Suite("Shifts between methods")
struct FidelityShiftTests {
  /// SciPy 1.17.1: `theilslopes(y, x, 0.95)`.
  @Test("The line is Theil's and Sen's")
  func line() throws {
    let pairs = try (0..<30).map { place -> FidelityShift.Pair in
      let x = (Double(place) * 0.37).truncatingRemainder(dividingBy: 4)
      let y = 1.2 * x + 0.5 + (Double(place) * 1.7).truncatingRemainder(dividingBy: 0.9)
      return FidelityShift.Pair(try Composition(formula: "Fe\(place + 1)O7"), source: x, target: y)
    }
    let shift = try FidelityShift(from: "a", to: "b", pairs: pairs)
    let slope = try #require(shift.slope)
    #expect(abs(slope.value - 1.2337837837837828) < 1e-12)
    // SciPy takes whole ranks, we interpolate between them.
    #expect(
      abs(slope.lower - 1.1038461538461544) < 0.01 && abs(slope.upper - 1.3351351351351346) < 0.01)
  }

  private func pairs(_ seed: UInt64, outliers: Int) throws -> [FidelityShift.Pair] {
    var rng = SplitMix64(seed: seed)
    let parts: [String: Double] = ["Ti": 0.8, "Fe": -0.6, "Zn": 0, "O": 0.2, "S": -0.2]
    let elements = parts.keys.sorted()
    return try (0..<300).map { place in
      let chosen = rng.shuffled(elements).prefix(2)
      let amounts = Dictionary(
        uniqueKeysWithValues: try chosen.map {
          (try #require(Element(symbol: $0)), 1 + Double(rng.index(below: 3)))
        })
      let composition = try Composition(amounts)
      let sum = zip(composition.elements, composition.fractions).reduce(0) {
        $0 + $1.1 * (parts[$1.0.symbol] ?? 0)
      }
      let value = 5 * rng.uniform()
      let wild = place < outliers ? 30.0 : 0
      return FidelityShift.Pair(
        composition, source: value, target: value + 1 + sum + 0.05 * rng.normal() + wild)
    }
  }

  @Test("The shift withstands outliers, and its interval holds the truth", arguments: UInt64(0)..<6)
  func robust(seed: UInt64) throws {
    let clean = try FidelityShift(from: "a", to: "b", pairs: pairs(seed, outliers: 0))
    let spoiled = try FidelityShift(from: "a", to: "b", pairs: pairs(seed, outliers: 30))
    #expect(abs(clean.median.value - 1.05) < 0.15)
    #expect(clean.median.lower <= clean.median.value && clean.median.value <= clean.median.upper)
    #expect(abs(spoiled.median.value - clean.median.value) < 0.15)
    #expect(abs(spoiled.huber.value - clean.huber.value) < 0.2)
    #expect(abs(try #require(clean.slope).value - 1) < 0.1)
  }

  @Test("Parts of elements are found where there are any", arguments: UInt64(0)..<6)
  func elements(seed: UInt64) throws {
    let shift = try FidelityShift(from: "a", to: "b", pairs: pairs(seed, outliers: 6))
    let parts = Dictionary(
      uniqueKeysWithValues: shift.elementShifts.map { ($0.element, $0) })
    let titanium = try #require(parts["Ti"])
    let iron = try #require(parts["Fe"])
    #expect(abs(titanium.value - iron.value - 1.4) < 0.12)
    #expect(titanium.standardError > 0 && titanium.standardError < 0.2)
    let left = shift.remaining
    #expect(try #require(left["elements"]) < 0.9 * #require(left["shift"]))
    #expect(try #require(left["shift"]) < 0.8 * #require(left["none"]))
    let composition = try Composition(formula: "TiO")
    let (value, uncertainty) = shift.corrected(2, of: composition, by: .elements)
    #expect(abs(value - 3.5) < 0.1 && uncertainty > 0)
  }

  @Test("The same pairs and seed give the same shift; too few pairs are refused")
  func deterministic() throws {
    let pairs = try pairs(3, outliers: 5)
    #expect(
      try FidelityShift(from: "a", to: "b", pairs: pairs, seed: 4)
        == FidelityShift(from: "a", to: "b", pairs: pairs, seed: 4))
    #expect(throws: HarmonizationError.tooFewPairs(from: "a", to: "b", count: 9)) {
      try FidelityShift(from: "a", to: "b", pairs: Array(pairs.prefix(9)))
    }
  }
}

@Suite("Method labels")
struct MethodLabelTests {
  @Test(
    "Reads functionals, corrections and settings; the rest stays unknown",
    arguments: [
      ("PBE", "PBE"), ("pbe", "PBE"), ("PBE+U", "PBE+U"), ("GGA+U", "GGA+U"), ("HSE06", "HSE06"),
      ("HSE", "HSE"), ("gllb-sc", "GLLB-SC"), ("GLLB_SC", "unknown"), ("r2SCAN", "r2SCAN"),
      ("PBE-D3", "PBE-D3"), ("TB-mBJ", "TB-mBJ"), ("ordered_exp", "experiment"),
      ("experiment", "experiment"), ("", "unknown"), ("DFT", "unknown"), ("MD", "unknown"),
      ("PBE + SOC", "PBE+SOC"), ("OptB88-vdW", "optB88-vdW"),
    ])
  func fidelity(_ text: String, _ expected: String) {
    #expect(MethodLabel(parsing: text).fidelity == expected)
  }

  @Test("Reads a whole protocol")
  func whole() {
    let label = MethodLabel(parsing: "PBE+U (U_Fe = 4.3 eV), PAW, 520 eV, 6x6x4, VASP")
    #expect(
      label.functional == "PBE" && label.hubbardU == ["Fe": 4.3] && label.pseudopotential == "PAW")
    #expect(label.kMesh == [6, 6, 4] && label.cutoff == 520 && label.unread == ["VASP"])
    #expect(label.kind == .calculation)
    #expect(MethodLabel(parsing: "HSE06, 40 Ry").cutoff.map { abs($0 - 544.2277) < 1e-3 } == true)
  }
}
