public import Matter

/// Why a space cannot be made.
public enum SpaceError: Error, Hashable, Sendable {
  case empty
  case step(Double)
  case repeatedElement(Element)
  case maximumElements(Int, available: Int)
  case share(Element, minimum: Double, maximum: Double)
  case foreignShare(Element)
  case noComposition
  case tooLarge
  case variable(String, reason: String)
  case constraint(String, reason: String)

  /// Of how many draws constraints are kept.
  case vanishing(Double)
  case oxidationState(Element)
  case tooManyFormulas(limit: Int)
}

extension SpaceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty:
      "A space needs at least one candidate or element."
    case .step(let step):
      """
      The step \(step) does not divide 1 evenly into at most 1000 parts. Take 0.05, 0.1, 0.125 or \
      the like.
      """
    case .repeatedElement(let element):
      "\(element) occurs twice among the elements of the space. Name each element once."
    case .maximumElements(let count, let available):
      "At most \(count) elements cannot be chosen from \(available). Take 1 to \(available)."
    case .share(let element, let minimum, let maximum):
      """
      The share of \(element) from \(minimum) to \(maximum) is no range of whole steps within 0 \
      and 1. Take multiples of the step, the smaller one first.
      """
    case .foreignShare(let element):
      "A share is given for \(element), which is not among the elements of the space. Add it there."
    case .noComposition:
      """
      No composition fits the shares and the number of elements. Widen the shares or allow more \
      elements.
      """
    case .tooLarge:
      "The space has more than 9·10¹⁸ compositions. Take a larger step or fewer elements."
    case .variable(let name, let reason):
      "The variable \"\(name)\" makes no setting: \(reason)."
    case .constraint(let text, let reason):
      "The constraint \"\(text)\" cannot be kept: \(reason)."
    case .vanishing(let share):
      share > 0
        ? "The constraints are kept by only \(share) of all combinations. Narrow the variables to "
          + "where they are kept."
        : "No combination of the variables was found that keeps all constraints. Widen the variables "
          + "or drop a constraint."
    case .oxidationState(let element):
      "No oxidation state of \(element) is known. Give it under oxidationStates."
    case .tooManyFormulas(let limit):
      "There are more than \(limit) ways to count atoms. Lower maximumAtoms or maximumElements, or "
        + "name fewer elements."
    }
  }
}
