import Foundation
import Representations

/// Numbers that networks read in place of distances and fractions.
enum EncodingsArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let x = try testCase.number("x")
    switch testCase["kind"] as? String {
    case "fractional_encoding":
      let encoding = FractionalEncoding(
        width: try size("dim", testCase), resolution: try size("resolution", testCase),
        isLogarithmic: testCase["log"] as? Bool ?? false)
      return ["vector": encoding.values(x)]
    case "gaussian_expansion":
      let basis = GaussianBasis(
        from: try testCase.number("start"), through: try testCase.number("stop"),
        count: try size("n", testCase), width: try testCase.number("width"))
      return ["vector": basis.values(at: x)]
    case "bessel_basis_with_polynomial_cutoff":
      let cutoff = try testCase.number("r_cut")
      let basis = BesselBasis(
        cutoff: cutoff, count: try size("n", testCase),
        envelope: .polynomial(order: try size("p", testCase)))
      return [
        "vector": basis.values(at: x), "cosine_cutoff": Envelope.cosine.value(at: x / cutoff),
      ]
    default: throw CaseError.missing("kind")
    }
  }

  private static func size(_ key: String, _ testCase: [String: Any]) throws -> Int {
    let value = try testCase.number(key)
    guard let size = Int(exactly: value), size > 0, size < 1_000_000 else {
      throw CaseError.missing(key)
    }
    return size
  }
}
