public import DenseMath
import Foundation

/// A covariance of functions of points, made of covariances of some of their columns by sums, products,
/// factors and stretched inputs.
///
/// ```swift
/// // A smooth function of columns 0 … 3 that differs from task (column 5) to task, plus a line.
/// let covariance = Covariance.sum([
///   .product([
///     .stationary(StationaryCovariance(.matern52, lengthscales: [1, 1, 1, 1], columns: [0, 1, 2, 3])),
///     .task(TaskCovariance(tasks: 2, column: 5)),
///   ]),
///   .dotProduct(DotProductCovariance(weightVariances: [1], offset: 1, columns: [0, 1, 2, 3])),
/// ])
/// ```
public indirect enum Covariance: Codable, Hashable, Sendable {
  case stationary(StationaryCovariance)
  case rationalQuadratic(RationalQuadraticCovariance)
  case periodic(PeriodicCovariance)
  case dotProduct(DotProductCovariance)
  case tanimoto(TanimotoCovariance)
  case categorical(CategoricalCovariance)
  case task(TaskCovariance)
  case level(LevelCovariance)
  case measurement(MeasurementCovariance)

  /// The covariance times a positive number, which is learned.
  case scaled(Covariance, variance: Double)

  /// The covariance of stretched columns.
  case warped(Covariance, by: InputWarp)
  case sum([Covariance])
  case product([Covariance])

  /// A stationary covariance of all columns.
  public init(_ kernel: Kernel) {
    self = .scaled(
      .stationary(
        StationaryCovariance(
          kernel.family, lengthscales: kernel.lengthscales,
          columns: Array(kernel.lengthscales.indices))), variance: kernel.signalVariance)
  }

  /// Where this is a stationary covariance of all `width` columns and nothing else.
  func kernel(width: Int) -> Kernel? {
    guard case .scaled(.stationary(let leaf), let variance) = self,
      leaf.columns == Array(0..<width)
    else { return nil }
    let lengthscales =
      leaf.lengthscales.count == width
      ? leaf.lengthscales : [Double](repeating: leaf.lengthscales[0], count: width)
    return Kernel(family: leaf.family, lengthscales: lengthscales, signalVariance: variance)
  }

  /// Covariances between the rows of two tables of points.
  ///
  /// - Parameters:
  ///   - a: `[m, d]`.
  ///   - b: `[n, d]`.
  /// - Returns: `[m, n]`.
  public func callAsFunction(_ a: Matrix, _ b: Matrix) -> Matrix {
    PreparedCovariance(self, b).values(of: PreparedCovariance(self, a))
  }

  /// `k(x, x)` of each row.
  public func variances(_ points: Matrix) -> [Double] {
    PreparedCovariance(self, points).variances
  }

  /// Every column that is read, ascending.
  public var columns: [Int] { Set(leaves.flatMap(\.columns)).sorted() }

  var leaf: (any CovarianceLeaf)? {
    switch self {
    case .stationary(let leaf): leaf
    case .rationalQuadratic(let leaf): leaf
    case .periodic(let leaf): leaf
    case .dotProduct(let leaf): leaf
    case .tanimoto(let leaf): leaf
    case .categorical(let leaf): leaf
    case .task(let leaf): leaf
    case .level(let leaf): leaf
    case .measurement(let leaf): leaf
    case .scaled, .warped, .sum, .product: nil
    }
  }

  private var leaves: [any CovarianceLeaf] {
    switch self {
    case .scaled(let inner, _), .warped(let inner, _): inner.leaves
    case .sum(let parts), .product(let parts): parts.flatMap(\.leaves)
    default: leaf.map { [$0] } ?? []
    }
  }
}

extension Covariance {
  /// Unconstrained: logarithms of what is positive, other numbers as they are. Parts come in order, what
  /// scales or warps a part after it.
  public var parameters: [Double] {
    get {
      switch self {
      case .scaled(let inner, let variance): inner.parameters + [log(variance)]
      case .warped(let inner, let warp): inner.parameters + warp.parameters
      case .sum(let parts), .product(let parts): parts.flatMap(\.parameters)
      default: leaf?.parameters ?? []
      }
    }
    set {
      let own = parameterCount
      precondition(newValue.count == own, "\(newValue.count) parameters, but there are \(own)")
      var rest = newValue[...]
      self = taking(from: &rest)
    }
  }

  public var parameterCount: Int {
    switch self {
    case .scaled(let inner, _): inner.parameterCount + 1
    case .warped(let inner, let warp): inner.parameterCount + 2 * warp.columns.count
    case .sum(let parts), .product(let parts): parts.reduce(0) { $0 + $1.parameterCount }
    default: leaf?.parameters.count ?? 0
    }
  }

  /// What each of ``parameters`` is; columns are counted from 0.
  public var parameterNames: [String] {
    switch self {
    case .scaled(let inner, _): inner.parameterNames + ["variance"]
    case .warped(let inner, let warp): inner.parameterNames + warp.parameterNames
    case .sum(let parts), .product(let parts):
      parts.enumerated().flatMap { place, part in
        part.parameterNames.map { "\(place + 1). \($0)" }
      }
    default: leaf?.parameterNames ?? []
    }
  }

  /// One for each of ``parameters``, for standardized columns and targets: lengthscales grow with the
  /// number of columns that share them.
  public var priors: [ParameterPrior] {
    switch self {
    case .scaled(let inner, _): inner.priors + [.signalVariance]
    case .warped(let inner, let warp): inner.priors + warp.priors
    case .sum(let parts), .product(let parts): parts.flatMap(\.priors)
    default: leaf?.priors ?? []
    }
  }

  private func taking(from rest: inout ArraySlice<Double>) -> Covariance {
    func next(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    func set<Leaf: CovarianceLeaf>(_ leaf: Leaf) -> Leaf {
      var result = leaf
      result.parameters = next(leaf.parameters.count)
      return result
    }
    switch self {
    case .stationary(let leaf): return .stationary(set(leaf))
    case .rationalQuadratic(let leaf): return .rationalQuadratic(set(leaf))
    case .periodic(let leaf): return .periodic(set(leaf))
    case .dotProduct(let leaf): return .dotProduct(set(leaf))
    case .tanimoto(let leaf): return .tanimoto(leaf)
    case .categorical(let leaf): return .categorical(set(leaf))
    case .task(let leaf): return .task(set(leaf))
    case .level(let leaf): return .level(set(leaf))
    case .measurement(let leaf): return .measurement(set(leaf))
    case .scaled(let inner, _):
      let changed = inner.taking(from: &rest)
      return .scaled(changed, variance: exp(next(1)[0]))
    case .warped(let inner, var warp):
      let changed = inner.taking(from: &rest)
      warp.parameters = next(2 * warp.columns.count)
      return .warped(changed, by: warp)
    case .sum(let parts): return .sum(parts.map { $0.taking(from: &rest) })
    case .product(let parts): return .product(parts.map { $0.taking(from: &rest) })
    }
  }
}
