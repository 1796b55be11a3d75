public import Matter

/// What a surrogate expects from adding a little of one element.
public struct ElementEffect: Codable, Hashable, Sendable {
  public let element: Element

  /// Mean change of the predicted property over the starting materials, in the unit of the target.
  public let meanChange: Double

  /// The share of starting materials for which the change has the sign of ``meanChange``, 0...1.
  public let agreement: Double
}

/// How the predicted property changes when a little of each element is mixed into known materials.
///
/// Each starting material keeps its proportions and gives up `share` of its atoms to the element
/// (a Cornell effect direction: J. A. Cornell, Experiments with Mixtures, Wiley 2002, chapter 5).
/// The effect speaks of the model, not of nature: where the model is wrong, so is its effect.
///
/// - Parameters:
///   - candidates: Starting materials; at least one.
///   - elements: Elements to add.
///   - share: Atomic fraction that the element receives, between 0 and 1.
/// - Returns: One effect for each of `elements`, in their order.
public func elementEffects(
  of surrogate: any Surrogate, around candidates: [Candidate], adding elements: [Element],
  share: Double = 0.05
) throws -> [ElementEffect] {
  precondition(!candidates.isEmpty, "element effects need at least one starting material")
  precondition(share > 0 && share < 1, "share must lie between 0 and 1, not \(share)")
  let before = try surrogate.predict(candidates).map(\.mean)
  return try elements.map { element in
    let mixed = try candidates.map { try $0.mixing(element, share: share) }
    let after = try surrogate.predict(mixed).map(\.mean)
    let changes = zip(after, before).map { $0 - $1 }
    let mean = changes.reduce(0, +) / Double(changes.count)
    let agreeing = changes.count { ($0 >= 0) == (mean >= 0) }
    return ElementEffect(
      element: element, meanChange: mean, agreement: Double(agreeing) / Double(changes.count))
  }
}

extension Candidate {
  /// The candidate with `share` of its atoms replaced by `element`, proportions kept otherwise.
  fileprivate func mixing(_ element: Element, share: Double) throws -> Candidate {
    var amounts: [Element: Double] = [:]
    for (present, fraction) in zip(composition.elements, composition.fractions) {
      amounts[present] = fraction * (1 - share)
    }
    amounts[element, default: 0] += share
    return Candidate(try Composition(amounts), variables: variables)
  }
}
