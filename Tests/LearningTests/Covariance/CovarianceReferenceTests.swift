import DenseMath
import Foundation
import Testing

@testable import Learning

/// Values of scikit-learn 1.9.1 (`sklearn.gaussian_process.kernels`) on four points, unless a test says
/// otherwise: lower triangles, row by row.
@Suite("Covariances against references")
struct CovarianceReferenceTests {
  private static let points = Matrix(
    rows: 4, columns: 3, elements: [0.1, -1.2, 0.7, 1.3, 0.4, -0.5, 0.9, 2.1, 0.2, -0.6, 0.3, 1.8])

  private static let rbf = Covariance.stationary(
    StationaryCovariance(.rbf, lengthscales: [0.5, 1.5, 2], columns: [0, 1, 2]))
  private static let quadratic = Covariance.rationalQuadratic(
    RationalQuadraticCovariance(lengthscales: [0.8], mixture: 1.7, columns: [0, 1, 2]))

  /// `DotProduct(0.6) ** exponent`.
  private static func dotProduct(_ exponent: Int = 1) -> Covariance {
    .dotProduct(DotProductCovariance(offset: 0.36, exponent: exponent, columns: [0, 1, 2]))
  }

  private static let cases: [(Covariance, [Double])] = [
    (  // RationalQuadratic(0.8, 1.7)
      quadratic,
      [
        1, 0.118873301487, 1, 0.042454768925, 0.193625851452, 1, 0.172115200673, 0.062791784922,
        0.072031137727, 1,
      ]
    ),
    (  // ExpSineSquared(0.9, 1.4) on the first column
      .periodic(PeriodicCovariance(periods: [1.4], lengthscales: [0.9], columns: [0])),
      [
        1, 0.628243527454, 1, 0.095667643077, 0.221067962161, 1, 0.084657988623, 0.134753459324,
        0.88491767853, 1,
      ]
    ),
    (dotProduct(), [2.3, -0.34, 2.46, -1.93, 2.27, 5.62, 1.2, -1.2, 0.81, 4.05]),
    (
      dotProduct(3),
      [
        12.167, -0.039304, 14.886936, -7.189057, 11.697083, 177.504328, 1.728, -1.728, 0.531441,
        66.430125,
      ]
    ),
    (  // RBF([0.5, 1.5, 2]) + 2.3 * Matern(1.1, nu=1.5)
      .sum([
        rbf,
        .scaled(
          .stationary(StationaryCovariance(.matern32, lengthscales: [1.1], columns: [0, 1, 2])),
          variance: 2.3),
      ]),
      [
        3.3, 0.299641155963, 3.3, 0.090205352891, 0.830403573223, 3.3, 0.611136766632,
        0.119606496589, 0.148238115238, 3.3,
      ]
    ),
    (
      .product([rbf, quadratic]),
      [
        1, 0.003155570626, 1, 0.001017337834, 0.069578490423, 1, 0.033680331231, 2.3667607e-05,
        0.000282832195, 1,
      ]
    ),
    (  // (x·x′/|x||x′|)², NumPy
      .dotProduct(DotProductCovariance(exponent: 2, isNormalized: true, columns: [0, 1, 2])),
      [
        1, 0.12027491408934707, 1, 0.5139057661400963, 0.3302643490856419, 1, 0.09856675886346494,
        0.31405342624854815, 0.010433089121765741, 1,
      ]
    ),
  ]

  @Test("Agrees on four points", arguments: cases.indices)
  func values(_ index: Int) {
    let (covariance, expected) = Self.cases[index]
    expectTriangle(covariance(Self.points, Self.points), expected)
  }

  private func expectTriangle(_ matrix: Matrix, _ expected: [Double]) {
    let values = (0..<matrix.rows).flatMap { matrix.row($0).prefix($0 + 1) }
    #expect(values.count == expected.count)
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 2e-12 * max(1, abs($1)) })
  }

  @Test("Tanimoto of bits is 1 − SciPy's Jaccard distance, of counts the quotient")
  func tanimoto() {
    let bits = Matrix(
      rows: 4, columns: 6,
      elements: [1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    let ofBits = Covariance.tanimoto(TanimotoCovariance(columns: Array(0..<6)))
    expectTriangle(ofBits(bits, bits), [1, 0.4, 1, 0.2, 0, 1, 0, 0, 0, 1])
    let counts = Matrix(rows: 3, columns: 3, elements: [3, 0, 1, 1, 2, 1, 0, 0, 5])
    let ofCounts = Covariance.tanimoto(TanimotoCovariance(columns: [0, 1, 2]))
    expectTriangle(ofCounts(counts, counts), [1, 1.0 / 3, 1, 1.0 / 6, 5.0 / 26, 1])
  }

  @Test("Classes are equal or not")
  func categorical() {
    let covariance = Covariance.categorical(
      CategoricalCovariance(lengthscales: [0.5, 2], columns: [0, 1]))
    let points = Matrix(rows: 3, columns: 2, elements: [1, 2, 1, 3, 0, 3])
    // exp(−mean(difference / lengthscale))
    expectTriangle(
      covariance(points, points), [1, 0.7788007830714049, 1, 0.2865047968601901, exp(-1), 1])
  }

  @Test("Tasks have the covariance W Wᵀ + diag κ; a task that nobody knows is unrelated")
  func tasks() {
    let leaf = TaskCovariance(
      mixing: Matrix(rows: 2, columns: 1, elements: [0.5, -2]), ownVariances: [0.3, 0.1], column: 0)
    let points = Matrix(rows: 4, columns: 1, elements: [0, 1, 7, 0.5])
    // 0.25 + 0.3, −1, 4 + 0.1; strangers have the mean of the diagonal.
    expectTriangle(
      Covariance.task(leaf)(points, points), [0.55, -1, 4.1, 0, 0, 2.325, 0, 0, 0, 2.325])
  }

  @Test("Warps are Kumaraswamy's distribution")
  func warp() {
    let warp = InputWarp(columns: [1], ranges: [2...4], lower: [0.7], upper: [2.3])
    let points = Matrix(rows: 3, columns: 2, elements: [9, 2.2, 9, 3, 9, 3.8])
    // 1 − (1 − uᵃ)ᵇ at 0.1, 0.5 and 0.9
    let expected = [0.4006253916273501, 0.8890636197766025, 0.9977129469908517]
    let found = warp(points)
    #expect(found.column(0) == [9, 9, 9])
    #expect(zip(found.column(1), expected).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test("A process agrees with GaussianProcessRegressor on a sum")
  func process() {
    let process = GaussianProcess(
      covariance: .sum([.scaled(Self.rbf, variance: 2.3), Self.dotProduct()]), noiseVariance: 0.05,
      inputs: Self.points, targets: [0.3, -0.7, 1.1, 0.2])
    let (mean, variance) = process.predict(
      Matrix(rows: 2, columns: 3, elements: [0.2, 0.1, -0.3, 1, 1, 1]))
    #expect(abs(process.logMarginalLikelihood + 7.206713853898748) < 1e-10)
    #expect(zip(mean, [0.30208233, 0.45921303]).allSatisfy { abs($0 - $1) < 1e-8 })
    #expect(zip(variance, [1.89912424, 1.48303413]).allSatisfy { abs($0 - $1) < 1e-8 })
  }
}
