import DenseMath
import Matter
import Representations
import TestKit
import Testing

@Suite("SOAP against DScribe")
struct SOAPGoldenTests {
  @Test(
    "Agrees with DScribe 2.1.2 on crystals",
    .enabled(if: SharedFolder.has("golden/descriptors"), "The shared folder is absent."))
  func matchesGolden() throws {
    let cases = try SharedFolder.goldenCases("descriptors")
    #expect(cases.count >= 10)
    for (testCase, expected) in cases {
      let structure = try Self.structure(testCase)
      let elements = Array(Set(structure.occupants.map(\.element)))
      var configuration = SOAP.Configuration()
      (configuration.cutoff, configuration.sigma) = (5, 0.5)
      (configuration.nMax, configuration.lMax) = (4, 3)
      let gto = try SOAP(configuration, elements: elements)
      configuration.basis = .polynomial
      let polynomial = try SOAP(configuration, elements: elements)
      let answers = [
        "soap_gto_outer": try gto.average(of: structure, .outer),
        "soap_gto_inner": try gto.average(of: structure, .inner),
        "soap_poly_inner": try polynomial.average(of: structure, .inner),
        "soap_gto_per_atom": try gto.rows(of: structure).elements,
      ]
      for (name, answer) in answers {
        guard let wanted = expected[name] else { continue }
        // The file gives ten digits.
        let difference = SOAPExamples.difference(answer, Self.numbers(wanted))
        #expect(difference < 1e-8, "\(name) of \(testCase["id"] ?? "")")
      }
    }
  }

  /// H2O: O at 0, H at (0.9572, 0, 0) and (−0.239987, 0.926627, 0) Å; cutoff 3, n-max 2, l-max 1,
  /// sigma 0.4; around O, first and last features of DScribe 2.1.2 with every weighting and
  /// compression.
  @Test("Agrees with DScribe 2.1.2 on a molecule", arguments: SOAPReference.all)
  func matchesReference(_ reference: SOAPReference) throws {
    let molecule = try Molecule(
      elements: SOAPExamples.elements("O", "H", "H"),
      positions: [.zero, SIMD3(0.9572, 0, 0), SIMD3(-0.239987, 0.926627, 0)])
    var configuration = SOAP.Configuration()
    (configuration.cutoff, configuration.sigma) = (3, 0.4)
    (configuration.nMax, configuration.lMax) = (2, 1)
    (configuration.basis, configuration.compression) = (reference.basis, reference.compression)
    configuration.weighting = reference.weighting
    configuration.centralWeight = reference.centralWeight
    configuration.elementWeights = reference.elementWeights
    let soap = try SOAP(configuration, elements: SOAPExamples.elements("H", "O"))
    let rows = try soap.rows(of: AtomicStructure(molecule), centers: .sites([0]))
    #expect(SOAPExamples.difference(rows.elements, reference.features) < 1e-7)
    #expect(soap.columns.count == reference.features.count)
  }

  private static func structure(_ testCase: [String: Any]) throws -> AtomicStructure {
    let rows = (testCase["lattice"] as? [[Double]] ?? []).map { SIMD3($0[0], $0[1], $0[2]) }
    let positions = (testCase["frac"] as? [[Double]] ?? []).map { SIMD3($0[0], $0[1], $0[2]) }
    let symbols = testCase["species"] as? [String] ?? []
    return AtomicStructure(
      try Crystal(
        lattice: Lattice(a: rows[0], b: rows[1], c: rows[2]),
        elements: symbols.map { try #require(Element(symbol: $0)) }, positions: positions))
  }

  private static func numbers(_ value: Any) -> [Double] {
    if let rows = value as? [[Double]] { return rows.flatMap { $0 } }
    return value as? [Double] ?? []
  }
}
