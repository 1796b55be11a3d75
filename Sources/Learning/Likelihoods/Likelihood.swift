import DenseMath
import Foundation

/// How a measurement depends on the latent function `f` at its point, where that is not by Gaussian noise.
public enum Likelihood: Codable, Hashable, Sendable {
  /// Classes 0 and 1: `p(1) = Φ(f)`.
  case probit

  /// Classes 0 and 1: `p(1) = 1/(1 + e^−f)`.
  case logistic

  /// Classes 0, 1, … in an order: `p(y ≤ k) = Φ(bₖ − f)`.
  ///
  /// Chu and Ghahramani, J. Mach. Learn. Res. 6, 1019 (2005); the scale of `f` stands for that of the
  /// noise. Thresholds ascend and are one fewer than the classes.
  case ordinal(thresholds: [Double])

  /// Numbers with noise whose tails are heavy: Student's t with a squared scale `σ²` and `ν` degrees of
  /// freedom.
  case studentT(squaredScale: Double, degrees: Double = 4)

  /// Thresholds under which a latent function of variance 1 gives the classes as often as they occur.
  ///
  /// - Parameter targets: Numbers of classes; all up to the greatest count.
  public static func ordinal(fitting targets: [Double]) -> Likelihood {
    let classes = max(Int(exactly: (targets.max() ?? 1).rounded()) ?? 1, 1) + 1
    var below = 0.0
    var thresholds: [Double] = []
    for number in 0..<min(classes, 1000) - 1 {
      below += Double(targets.filter { $0 == Double(number) }.count)
      let share = (below + 0.5) / (Double(targets.count) + 1)
      let threshold = 2.0.squareRoot() * Normal.quantile(share)
      thresholds.append(max(threshold, (thresholds.last ?? -.infinity) + 0.01))
    }
    return .ordinal(thresholds: thresholds)
  }

  /// How many classes there are, or `nil` where targets are numbers.
  public var classes: Int? {
    switch self {
    case .probit, .logistic: 2
    case .ordinal(let thresholds): thresholds.count + 1
    case .studentT: nil
    }
  }

  /// - Throws: ``GaussianProcessError/notAClass(row:value:classes:)``, or
  ///   ``GaussianProcessError/notFinite(row:what:)``.
  func check(_ targets: [Double]) throws(GaussianProcessError) {
    for (row, target) in targets.enumerated() {
      guard let classes else {
        if !target.isFinite { throw .notFinite(row: row, what: "target") }
        continue
      }
      guard let number = Int(exactly: target), (0..<classes).contains(number) else {
        throw .notAClass(row: row, value: target, classes: classes)
      }
    }
  }
}

extension Likelihood {
  /// What is learned: the first threshold and the logarithms of the gaps between them; the logarithms of the
  /// squared scale and of the degrees of freedom.
  public var parameters: [Double] {
    get {
      switch self {
      case .probit, .logistic: return []
      case .ordinal(let thresholds):
        let gaps = zip(thresholds, thresholds.dropFirst()).map { log($1 - $0) }
        return Array(thresholds.prefix(1)) + gaps
      case .studentT(let squaredScale, let degrees): return [log(squaredScale), log(degrees)]
      }
    }
    set {
      precondition(
        newValue.count == parameters.count,
        "\(newValue.count) parameters, but there are \(parameters.count)")
      switch self {
      case .probit, .logistic: break
      case .ordinal:
        var thresholds = Array(newValue.prefix(1))
        for gap in newValue.dropFirst() {
          thresholds.append(thresholds[thresholds.count - 1] + exp(gap))
        }
        self = .ordinal(thresholds: thresholds)
      case .studentT:
        self = .studentT(squaredScale: exp(newValue[0]), degrees: exp(newValue[1]))
      }
    }
  }

  /// One for each of ``parameters``; the first search starts at these as they are.
  var priors: [ParameterPrior] {
    switch self {
    case .probit, .logistic: []
    case .ordinal:
      parameters.enumerated().map { place, value in
        place == 0
          ? ParameterPrior(location: 0, spread: 2, range: -20...20, moderate: value)
          : ParameterPrior(location: 0, spread: 1.5, range: -5...3, moderate: value)
      }
    case .studentT:
      [
        .noiseVariance,
        ParameterPrior(location: log(4), spread: 0.5, range: log(2.1)...log(100)),
      ]
    }
  }

  /// Whether `−∂² log p/∂f²` is never negative.
  var isLogConcave: Bool {
    if case .studentT = self { return false }
    return true
  }
}
