public import DenseMath
public import Matter
import Representations

/// What a Gaussian process sees of a candidate: a fixed description of its composition, then its
/// variables.
public enum CandidateFeatures: Codable, Hashable, Sendable {
  /// Atomic fractions of the elements that occur in the training rows.
  case trainingFractions

  /// Atomic fractions of these elements.
  case fractions([Element])

  /// The 132 element statistics of Ward et al., npj Comput. Mater. 2, 16028 (2016).
  case magpie

  /// The same, with the elements of the training rows written out.
  func resolved(for candidates: [Candidate]) -> CandidateFeatures {
    guard self == .trainingFractions else { return self }
    return .fractions(Set(candidates.flatMap(\.composition.elements)).sorted())
  }

  private func representation(
    for candidates: [Candidate]
  ) -> any Representation<Composition> {
    switch resolved(for: candidates) {
    case .trainingFractions: ElementFractions(elements: [])
    case .fractions(let elements): ElementFractions(elements: elements)
    case .magpie: MagpieDescriptor()
    }
  }

  /// - Parameters:
  ///   - candidates: All with the same number of variables.
  ///   - variables: How many variables each should have; the first candidate's count if `nil`.
  /// - Returns: `[n, columns + variables]`; a missing value is NaN.
  /// - Throws: What the representation refuses (an element it does not know), or
  ///   ``GaussianProcessError``.
  public func matrix(_ candidates: [Candidate], variables: Int? = nil) throws -> Matrix {
    let expected = variables ?? candidates.first?.variables.count ?? 0
    for (place, candidate) in candidates.enumerated()
    where candidate.variables.count != expected {
      throw GaussianProcessError.unequalVariables(
        candidate: place, count: candidate.variables.count, expected: expected)
    }
    let representation = representation(for: candidates)
    let width = representation.columns.count
    var encoded = [Float](repeating: 0, count: candidates.count * width)
    var span = encoded.mutableSpan
    try representation.encode(candidates.map(\.composition), into: &span)
    var result = Matrix(rows: candidates.count, columns: width + expected)
    for (row, candidate) in candidates.enumerated() {
      let start = row * result.columns
      for column in 0..<width {
        result.elements[start + column] = Double(encoded[row * width + column])
      }
      for (place, value) in candidate.variables.enumerated() {
        result.elements[start + width + place] = value
      }
    }
    return result
  }
}
