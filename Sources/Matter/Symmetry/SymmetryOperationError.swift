/// Why a text or a matrix is not a symmetry operation.
public enum SymmetryOperationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text ends, or a sum is empty, where something is missing.
  case incomplete(offset: Int)
  case unexpected(String, offset: Int)
  case notUnimodular(determinant: Int)
  case translationNotFinite

  public var description: String {
    switch self {
    case .incomplete(let offset):
      "The operation is incomplete at offset \(offset); write three sums such as x,-y+1/2,z."
    case .unexpected(let text, let offset):
      "\"\(text)\" at offset \(offset) has no place in an operation; write it as x,-y+1/2,z."
    case .notUnimodular(let determinant):
      "The rotation has determinant \(determinant), so it maps no lattice onto itself; "
        + "it must be 1 or -1."
    case .translationNotFinite: "The translation has a component that is not a finite number."
    }
  }
}
