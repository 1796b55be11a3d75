import DenseMath
import Foundation
import Matter
import Representations

/// SOAP, matrices of sites and symmetry functions of a crystal.
enum DescriptorsArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let (crystal, molecule) = try structures(testCase)
    let elements = Array(Set(molecule.occupants.map(\.element))).sorted()
    let sites = crystal.siteCount
    func matrix(
      _ kind: SiteMatrix.Kind, _ form: SiteMatrixDescriptor.Form, of structure: AtomicStructure
    ) throws -> [Double] {
      try SiteMatrixDescriptor(kind, form: form, mostSites: sites).row(of: structure)
    }
    var configuration = SOAP.Configuration()
    (configuration.cutoff, configuration.nMax, configuration.lMax) = (5, 4, 3)
    let gto = try SOAP(configuration, elements: elements)
    configuration.basis = .polynomial
    let polynomial = try SOAP(configuration, elements: elements)
    let functions = try ACSF(elements: elements, symmetryFunctions)
    return [
      "soap_gto_outer": try gto.average(of: crystal, .outer),
      "soap_gto_inner": try gto.average(of: crystal, .inner),
      "soap_poly_inner": try polynomial.average(of: crystal, .inner),
      "soap_gto_per_atom": rows(try gto.rows(of: crystal)),
      "sine_matrix": try matrix(.sine, .full, of: crystal),
      "sine_matrix_eigenspectrum": try matrix(.sine, .eigenvalues, of: crystal),
      "ewald_sum_eigenspectrum": try matrix(.ewald(.fine), .eigenvalues, of: crystal),
      "coulomb_matrix_eigenspectrum_nonperiodic":
        try matrix(.coulomb, .eigenvalues, of: molecule),
      "coulomb_matrix_sorted_l2_nonperiodic": try matrix(.coulomb, .sorted, of: molecule),
      "acsf_per_atom": rows(try functions.siteRows(of: crystal)),
    ]
  }

  private static var symmetryFunctions: ACSF.Configuration {
    var configuration = ACSF.Configuration()
    configuration.cutoff = 5
    configuration.g2 = [(0.5, 0.0), (1, 1), (2, 2)].map { ACSF.Radial(eta: $0.0, shift: $0.1) }
    configuration.g4 = [
      ACSF.Angular(eta: 0.05, zeta: 1, lambda: 1), ACSF.Angular(eta: 0.05, zeta: 2, lambda: -1),
    ]
    return configuration
  }

  private static func rows(_ matrix: Matrix) -> [[Double]] {
    (0..<matrix.rows).map { Array(matrix.row($0)) }
  }

  /// The crystal, and the atoms of its cell as a molecule.
  private static func structures(
    _ testCase: [String: Any]
  ) throws -> (AtomicStructure, AtomicStructure) {
    guard let symbols = testCase["species"] as? [String],
      let vectors = testCase["lattice"] as? [[Double]],
      let fractions = testCase["frac"] as? [[Double]],
      vectors.count == 3, (vectors + fractions).allSatisfy({ $0.count == 3 })
    else { throw CaseError.missing("species, lattice or frac") }
    let elements = try symbols.map { symbol in
      guard let element = Element(symbol: symbol) else { throw CaseError.missing(symbol) }
      return element
    }
    let (a, b, c) = (SIMD3(vectors[0]), SIMD3(vectors[1]), SIMD3(vectors[2]))
    let positions = fractions.map { SIMD3($0) }
    let crystal = try Crystal(
      lattice: Lattice(a: a, b: b, c: c), elements: elements, positions: positions)
    // With products that are not rounded, as the reference's linear algebra computes them: it breaks
    // ties of rows that are equally long.
    let places = positions.map { place in
      let first = SIMD3<Double>.zero.addingProduct(SIMD3(repeating: place.x), a)
      return first.addingProduct(SIMD3(repeating: place.y), b)
        .addingProduct(SIMD3(repeating: place.z), c)
    }
    let molecule = try Molecule(elements: elements, positions: places)
    return (AtomicStructure(crystal), AtomicStructure(molecule))
  }
}
