/// How a dear method's function depends on the one below it, whose values stand beside the inputs.
public enum FidelityLink: String, Codable, Hashable, Sendable, CaseIterable {
  /// `f(x) = ρ g(x) + c + δ(x)`: the recursion of Le Gratiet and Garnier, Int. J. Uncertain. Quantif. 4,
  /// 365 (2014), doi:10.1615/Int.J.UncertaintyQuantification.2014006914. ρ and c have normal priors whose
  /// variances are learned, and are integrated out.
  case linear

  /// `f(x) = h(x, g(x))` with `k₁(x, x′) k₂(g, g′) + k₃(x, x′)`: Perdikaris et al., Proc. R. Soc. A 473,
  /// 20160751 (2017), doi:10.1098/rspa.2016.0751.
  case nonlinear

  /// A covariance of this kind before its parameters are learned.
  struct Form: Codable, Hashable, Sendable {
    var link: FidelityLink
    var kernel: KernelFamily

    /// One lengthscale for all columns of the inputs, not one for each.
    var sharesLengthscale: Bool

    /// - Parameter columns: Of the inputs; the value of the method below follows them.
    func covariance(columns: Int) -> Covariance {
      let own = Covariance.scaled(.stationary(inputs(columns)), variance: 1)
      switch link {
      case .linear:
        let line = DotProductCovariance(weightVariances: [1], offset: 1, columns: [columns])
        return .sum([.dotProduct(line), own])
      case .nonlinear:
        let below = StationaryCovariance(.rbf, lengthscales: [1], columns: [columns])
        return .sum([
          .scaled(.product([.stationary(inputs(columns)), .stationary(below)]), variance: 1), own,
        ])
      }
    }

    private func inputs(_ columns: Int) -> StationaryCovariance {
      StationaryCovariance(
        kernel, lengthscales: [Double](repeating: 1, count: sharesLengthscale ? 1 : columns),
        columns: Array(0..<columns))
    }
  }
}
