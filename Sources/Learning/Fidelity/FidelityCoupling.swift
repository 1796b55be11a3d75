/// How the functions that several methods measure hang together in one Gaussian process.
public enum FidelityCoupling: String, Codable, Hashable, Sendable, CaseIterable {
  /// What a method measures is a multiple of what the one below it does, and a function of its own:
  /// Kennedy and O'Hagan, Biometrika 87, 1 (2000). Rows need not be nested: all covariances stand in one
  /// matrix.
  case autoregressive

  /// The method is a coordinate with a covariance of its own, free of any order (``TaskCovariance``).
  case tasks

  /// A covariance of this kind before its parameters are learned.
  struct Form: Codable, Hashable, Sendable {
    var coupling: FidelityCoupling
    var kernel: KernelFamily

    /// One lengthscale for all columns, not one for each.
    var sharesLengthscale: Bool

    /// - Parameters:
    ///   - levels: One or more.
    ///   - columns: Of the inputs; the number of the level and that of the measurement follow them.
    func covariance(levels: Int, columns: Int) -> Covariance {
      let function = Covariance.stationary(
        StationaryCovariance(
          kernel, lengthscales: [Double](repeating: 1, count: sharesLengthscale ? 1 : columns),
          columns: Array(0..<columns)))
      let noise = MeasurementCovariance(
        noiseVariances: [Double](repeating: 0.05, count: levels), levelColumn: columns,
        measurementColumn: columns + 1)
      return .sum(parts(function, levels, column: columns) + [.measurement(noise)])
    }

    private func parts(_ function: Covariance, _ levels: Int, column: Int) -> [Covariance] {
      guard coupling == .autoregressive else {
        let tasks = TaskCovariance(tasks: levels, rank: min(levels, 2), column: column)
        return [.product([function, .task(tasks)])]
      }
      return (0..<levels).flatMap { first -> [Covariance] in
        let factors = [Double](repeating: 1, count: levels - 1 - first)
        let level = Covariance.level(
          LevelCovariance(first: first, factors: factors, column: column))
        let own = Covariance.product([.scaled(function, variance: 1), level])
        // Methods differ by a constant as well, which is learned with the rest.
        return first == 0 ? [own] : [own, .scaled(level, variance: 1)]
      }
    }
  }
}
