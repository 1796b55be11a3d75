import DenseMath
import Foundation
import Learning

/// Exact Gaussian processes with given hyperparameters.
enum GaussianProcessArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let inputs = try testCase.matrix("X")
    guard let name = testCase["kernel"] as? String, let family = KernelFamily(rawValue: name)
    else { throw CaseError.missing("kernel") }
    let process = GaussianProcess(
      kernel: Kernel(
        family: family, lengthscales: try testCase.numbers("lengthscales"),
        signalVariance: try testCase.number("signal_variance")),
      noiseVariance: try testCase.number("noise_variance"), inputs: inputs,
      targets: try testCase.numbers("y"))
    let queries = try testCase.matrix("X_star")
    let (mean, variance) = process.predict(queries)
    let covariance = process.posterior(queries).covariance
    let leaveOneOut = process.leaveOneOut
    return [
      "mean": mean, "var_latent": variance,
      "cov": (0..<covariance.rows).map { Array(covariance.row($0)) },
      "lml": process.logMarginalLikelihood, "loo_mean": leaveOneOut.mean,
      "loo_var": leaveOneOut.variance,
    ]
  }
}

/// Why a case cannot be read.
enum CaseError: Error, CustomStringConvertible {
  case missing(String)

  var description: String {
    switch self {
    case .missing(let key): "The case has no usable \"\(key)\"."
    }
  }
}

extension [String: Any] {
  func number(_ key: String) throws -> Double {
    guard let value = self[key] as? NSNumber else { throw CaseError.missing(key) }
    return value.doubleValue
  }

  func numbers(_ key: String) throws -> [Double] {
    guard let values = self[key] as? [NSNumber] else { throw CaseError.missing(key) }
    return values.map(\.doubleValue)
  }

  func rows(_ key: String) throws -> [[Double]] {
    guard let rows = self[key] as? [[NSNumber]] else { throw CaseError.missing(key) }
    return rows.map { $0.map(\.doubleValue) }
  }

  /// Rows of equal length.
  func matrix(_ key: String) throws -> Matrix {
    let rows = try rows(key)
    let width = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == width }) else { throw CaseError.missing(key) }
    return Matrix(rows: rows.count, columns: width, elements: rows.flatMap { $0 })
  }
}
