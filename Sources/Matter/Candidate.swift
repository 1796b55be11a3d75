/// A material and the conditions under which it is made or measured, or conditions alone: what a
/// surrogate sees and what a campaign proposes.
public struct Candidate: Hashable, Sendable {
  public let composition: Composition

  /// Process or measurement variables in the order that the dataset or space names them; often
  /// empty. Each value is finite.
  public let variables: [Double]

  /// One crystal or none: candidates come by the million, and most have none.
  private let structure: [Crystal]

  public init(_ composition: Composition, variables: [Double] = []) {
    self.composition = composition
    self.variables = variables
    structure = []
  }

  /// A crystal, whose composition is then the candidate's.
  public init(_ crystal: Crystal, variables: [Double] = []) {
    composition = crystal.composition
    self.variables = variables
    structure = [crystal]
  }

  /// Conditions alone, where no formula says what is made: the settings of a printer, shares of a blend.
  public init(variables: [Double]) {
    self.init(.empty, variables: variables)
  }

  /// Whether there is a composition.
  public var hasMaterial: Bool { !composition.elements.isEmpty }

  /// The same material under other conditions.
  public func with(variables: [Double]) -> Candidate {
    crystal.map { Candidate($0, variables: variables) }
      ?? Candidate(composition, variables: variables)
  }

  /// How its atoms are arranged; `nil` where only the composition is known.
  public var crystal: Crystal? { structure.first }
}

extension Candidate: CustomStringConvertible {
  /// The formula, and the variables in brackets where there are any.
  public var description: String {
    let formula = hasMaterial ? [composition.formula] : []
    return (formula + (variables.isEmpty ? [] : ["\(variables)"])).joined(separator: " ")
  }
}
