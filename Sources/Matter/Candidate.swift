/// A material and the conditions under which it is made or measured: what a surrogate sees and
/// what a campaign proposes.
public struct Candidate: Hashable, Sendable {
  public let composition: Composition

  /// Process or measurement variables in the order that the dataset or space names them; often
  /// empty. Each value is finite.
  public let variables: [Double]

  public init(_ composition: Composition, variables: [Double] = []) {
    self.composition = composition
    self.variables = variables
  }
}
