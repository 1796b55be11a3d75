public import DenseMath
public import Matter
import Representations

/// What a Gaussian process sees of a candidate: a fixed description of its composition, then its
/// variables.
public enum CandidateFeatures: Codable, Hashable, Sendable {
  /// Atomic fractions of these elements; of all 118 if there are none. An element that is not
  /// listed is refused. One of the 118 that no training row holds is constant in training and
  /// therefore left out: two candidates that differ in such elements alone look alike.
  case fractions([Element])

  /// The 132 element statistics of Ward et al., npj Comput. Mater. 2, 16028 (2016).
  case magpie

  private var descriptor: any FixedDescriptor {
    switch self {
    case .fractions(let elements):
      elements.isEmpty ? ElementFractions() : ElementFractions(elements: elements)
    case .magpie: MagpieDescriptor()
    }
  }

  /// - Parameters:
  ///   - candidates: All with the same number of variables.
  ///   - variables: How many variables each should have; the first candidate's count if `nil`.
  /// - Returns: `[n, columns + variables]`; a missing value is NaN.
  /// - Throws: What the descriptor refuses (an element it does not know), or
  ///   ``GaussianProcessError``.
  public func matrix(_ candidates: [Candidate], variables: Int? = nil) throws -> Matrix {
    let expected = variables ?? candidates.first?.variables.count ?? 0
    for (place, candidate) in candidates.enumerated()
    where candidate.variables.count != expected {
      throw GaussianProcessError.unequalVariables(
        candidate: place, count: candidate.variables.count, expected: expected)
    }
    let descriptor = descriptor
    let width = descriptor.columns.count
    let described = try descriptor.rows(candidates.map(\.composition))
    for (row, candidate) in candidates.enumerated()
    where described[row * width..<(row + 1) * width].allSatisfy(\.isNaN) {
      // Missing values count as the mean of the training rows: all of them would claim to be it.
      throw GaussianProcessError.noFeatures(candidate.composition.formula)
    }
    guard expected > 0 else {
      return Matrix(rows: candidates.count, columns: width, elements: described)
    }
    var elements: [Double] = []
    elements.reserveCapacity(candidates.count * (width + expected))
    for (row, candidate) in candidates.enumerated() {
      elements += described[row * width..<(row + 1) * width]
      elements += candidate.variables
    }
    return Matrix(rows: candidates.count, columns: width + expected, elements: elements)
  }
}
