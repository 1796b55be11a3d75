import DenseMath
import Matter
import Representations
import TestKit
import Testing

@Suite("Magpie descriptor")
struct MagpieDescriptorTests {
  private func column(_ name: String, of formula: String) throws -> Double {
    let descriptor = MagpieDescriptor()
    let place = try #require(descriptor.columns.firstIndex(of: name))
    return try descriptor.rows([Composition(formula: formula)])[place]
  }

  /// By hand from the table: Z of Ti and C are 22 and 6; electronegativities 1.54 and 2.55.
  @Test(
    "Statistics of TiC by hand",
    arguments: [
      ("MagpieData minimum Number", 6), ("MagpieData maximum Number", 22),
      ("MagpieData range Number", 16), ("MagpieData mean Number", 14),
      ("MagpieData avg_dev Number", 8), ("MagpieData mode Number", 6),
      ("MagpieData mean Electronegativity", 2.045),
      ("MagpieData avg_dev Electronegativity", 0.505),
    ])
  func statisticsByHand(_ name: String, _ expected: Double) throws {
    #expect(abs(try column(name, of: "TiC") - expected) < 1e-12)
  }

  @Test("The mode belongs to the most abundant element")
  func mode() throws {
    #expect(try column("MagpieData mode Number", of: "TiC0.9") == 22)
    #expect(try column("MagpieData mode Number", of: "TiC1.1") == 6)
    #expect(try column("MagpieData mode Number", of: "Li0.1Li0.2Na0.3") == 3)
  }

  @Test("A missing property gives NaN in its six columns only")
  func missing() throws {
    let row = try MagpieDescriptor().rows([Composition(formula: "NeO")])
    let missing = row.indices.filter { row[$0].isNaN }
    #expect(missing == Array(42..<48))  // electronegativity is the eighth property
  }

  @Test("Amounts enter as fractions alone, bit for bit")
  func scaling() throws {
    let descriptor = MagpieDescriptor()
    let one = try descriptor.rows([Composition(formula: "Fe2O3")])
    let two = try descriptor.rows([Composition(formula: "Fe4O6")])
    #expect(one == two)
  }

  @Test("Agrees with matminer 0.10.1", .enabled(if: SharedFolder.has("golden/magpie")))
  func matchesGolden() throws {
    let descriptors: [(String, any FixedDescriptor)] = [
      ("magpie", MagpieDescriptor()), ("stoichiometry", StoichiometryDescriptor()),
      ("valence", ValenceDescriptor()),
    ]
    var judged = 0
    for (testCase, expected) in try SharedFolder.goldenCases("magpie") {
      let formula = try #require(testCase["formula"] as? String)
      let composition = try Composition(formula: formula)
      for (name, descriptor) in descriptors {
        guard let wanted = expected[name] as? [Double] else { continue }
        let row = try descriptor.rows([composition])
        #expect(row.count == wanted.count)
        let isClose = zip(row, wanted).allSatisfy { abs($0 - $1) <= 1e-4 + 1e-5 * abs($1) }
        #expect(isClose, "\(formula) \(name)")
        judged += 1
      }
    }
    #expect(judged > 800)
  }
}
