import DenseMath
import Foundation
import TestKit
import Testing

@testable import Formats

@Suite("Decimal numbers")
struct DecimalParserTests {
  @Test(
    "Reads decimals",
    arguments: [
      ("0", 0), ("-0", -0.0), ("+7", 7), (".5", 0.5), ("5.", 5), ("-1.5e-3", -0.0015),
      ("1e22", 1e22), ("1e23", 1e23), ("9007199254740993", 9_007_199_254_740_992),
      ("9007199254740995", 9_007_199_254_740_996), ("0.1", 0.1),
      ("123456789.123456789", 123456789.123456789),
      ("2.2250738585072011e-308", 2.2250738585072011e-308), ("4.9e-324", 4.9e-324),
      ("1e-400", 0), ("1.7976931348623157e308", 1.7976931348623157e308),
      ("0.000000000000000000000000000001", 1e-30), ("1e0000000000000000000005", 1e5),
      ("00000000000000000000012.5", 12.5), ("18446744073709551616", 18_446_744_073_709_551_616),
      // Halfway between two doubles, and a digit above it.
      ("9007199254740993.00000000000000000000000000000000001", 9_007_199_254_740_994),
    ])
  func readsDecimal(_ text: String, _ expected: Double) throws {
    let value = try #require(DecimalParser.value(text))
    #expect(value.bitPattern == expected.bitPattern)
  }

  @Test(
    "Refuses what is no decimal",
    arguments: [
      "", " ", "+", "-.", ".", "e5", "1e", "1e+", "0x10", "1.5 ", " 1", "1,5", "1.2.3", "nan",
      "inf",
      "-infinity", "1d5", "1e999", "--1", "1_000", "１", "1e5.0", "1\u{0}",
    ])
  func refuses(_ text: String) {
    #expect(DecimalParser.value(text) == nil)
  }

  @Test("Reads Fortran exponents and non-finite numbers where asked")
  func readsOptions() {
    #expect(DecimalParser.value("1.0D+3", options: .fortranExponent) == 1000)
    #expect(DecimalParser.value("1.5d-30", options: .fortranExponent) == 1.5e-30)
    #expect(DecimalParser.value("-Inf", options: .nonFinite) == -.infinity)
    #expect(DecimalParser.value("INFINITY", options: .nonFinite) == .infinity)
    #expect(DecimalParser.value("NaN", options: .nonFinite)?.isNaN == true)
    #expect(DecimalParser.value("1e999", options: .nonFinite) == .infinity)
    #expect(DecimalParser.value("infx", options: .nonFinite) == nil)
  }

  @Test("Agrees with strtod bit for bit", arguments: UInt64(0)..<8)
  func agreesWithLibrary(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let texts = (0..<20_000).map { _ in Self.arbitraryDecimal(using: &rng) }
    #expect(
      texts.filter { DecimalParser.value($0)?.bitPattern != strtod($0, nil).bitPattern } == [])
  }

  @Test("Reads back every double from its shortest text", arguments: UInt64(0)..<4)
  func readsShortestTexts(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let values = (0..<20_000).map { _ in Double(bitPattern: rng.next()) }.filter(\.isFinite)
    #expect(values.filter { DecimalParser.value("\($0)")?.bitPattern != $0.bitPattern } == [])
  }

  /// 1 to 30 digits, a point anywhere, an exponent within the range of doubles.
  private static func arbitraryDecimal(using rng: inout SplitMix64) -> String {
    var text = ["", "-", "+"][rng.index(below: 3)]
    let count = 1 + rng.index(below: rng.index(below: 2) == 0 ? 19 : 30)
    let point = rng.index(below: count + 8)
    for place in 0..<count {
      if place == point { text += "." }
      text += String(rng.index(below: 4) == 0 ? 0 : rng.index(below: 10))
    }
    switch rng.index(below: 3) {
    case 0: break
    case 1: text += "e\(rng.index(below: 60) - 30)"
    default: text += "E\(rng.index(below: 540) - 270)"
    }
    return text
  }
}
