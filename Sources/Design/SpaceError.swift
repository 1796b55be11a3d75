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
    }
  }
}
