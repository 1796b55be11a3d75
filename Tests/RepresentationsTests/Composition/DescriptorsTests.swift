import DenseMath
import Matter
import Representations
import TestKit
import Testing

@Suite("Descriptors")
struct DescriptorsTests {
  private func isSame(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Bool {
    zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  @Test("Rows depend on the composition alone; floats are the rounded doubles")
  func batches() throws {
    var rng = SplitMix64(seed: 3)
    let compositions = try (0..<600).map { _ in try Composition.arbitrary(using: &rng) }
    for name in Descriptors.names {
      let descriptor = try #require(Descriptors.named(name))
      let width = descriptor.columns.count
      let rows = try descriptor.rows(compositions)
      #expect(rows.count == 600 * width)
      var floats = [Float](repeating: 0, count: rows.count)
      var span = floats.mutableSpan
      try descriptor.encode(compositions, into: &span)
      #expect(zip(floats, rows).allSatisfy { $0 == Float($1) || ($0.isNaN && $1.isNaN) })
      #expect(isSame(try descriptor.rows([compositions[599]]), rows.suffix(width)))
      for threads in [1, 2] {
        let matrix = try descriptor.matrix(compositions, threads: threads)
        #expect(matrix.rows == 600 && matrix.columns == width)
        #expect(isSame(matrix.elements, rows), "\(name) on \(threads) threads")
      }
      #expect(!rows.contains { $0.isInfinite }, "\(name)")
      #expect(descriptor.name == name)
    }
    #expect(Descriptors.named("Magpie") == nil)
  }

  @Test("Amounts enter as fractions alone", arguments: Descriptors.names)
  func scaling(name: String) throws {
    let descriptor = try #require(Descriptors.named(name))
    for formula in ["Fe2O3", "LiFePO4", "AlCoCrFeNi", "Si", "LiNi0.5Mn1.5O4"] {
      let one = try Composition(formula: formula)
      let two = try Composition(formula: "(\(formula))4")
      #expect(isSame(try descriptor.rows([one]), try descriptor.rows([two])), "\(formula)")
    }
  }

  /// A change of a hash is a change of columns or constants: raise the version, say so in the
  /// changelog, and write the new hash here.
  @Test(
    "Columns and constants are those of this version",
    arguments: [
      ("magpie", 132, "47b7f84b8d5a54ab"),
      ("stoichiometry", 6, "9acbedce03cc6d94"),
      ("valence", 8, "eb562248e97b5867"),
      ("ionic", 3, "858f6e418046d90e"),
      ("oxidation", 16, "9b6578daf54740ec"),
      ("alloy", 20, "b04d31465ba9e9b3"),
      ("orbital", 35, "af21c05f0f215abc"),
      ("physical", 60, "641329eb5aac7410"),
      ("fractions", 118, "615f0460e9053136"),
      ("ward2016", 145, "b5964da8b3a7f02e"),
      ("all", 398, "308b72e29b7d495e"),
      ("pettifor", 102, "7f87455f3ae802be"),
    ])
  func hashes(name: String, width: Int, hash: String) throws {
    let descriptor = try #require(Descriptors.named(name))
    #expect(descriptor.columns.count == width)
    #expect(Set(descriptor.columns).count == width)
    #expect(descriptor.columnHash == hash)
  }

  @Test("The columns of Ward and others are 145")
  func ward() {
    #expect(Descriptors.ward2016.columns.count == 145)
    #expect(Set(Descriptors.ward2016.columns).count == 145)
  }

  @Test("Joined sets stand side by side, each once")
  func joined() throws {
    let joined = JoinedDescriptor([AlloyDescriptor(), IonicDescriptor(), AlloyDescriptor()])
    #expect(joined.name == "alloy,ionic")
    #expect(joined.columns == AlloyDescriptor().columns + IonicDescriptor().columns)
    let compositions = try ["NiAl", "Cu3Au"].map { try Composition(formula: $0) }
    let rows = try joined.rows(compositions)
    let width = joined.columns.count
    #expect(isSame(rows[width..<width + 20], try AlloyDescriptor().rows([compositions[1]])))
    #expect(isSame(rows[(width + 20)...], try IonicDescriptor().rows([compositions[1]])))
  }

  @Test("Fractions of other elements have another hash")
  func fractionHashes() {
    #expect(
      ElementFractions().columnHash != ElementFractions(elements: [Element.all[0]]).columnHash)
  }
}
