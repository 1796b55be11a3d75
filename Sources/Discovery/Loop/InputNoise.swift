import DenseMath
import Matter

/// What comes out where a composition is not met exactly.
enum InputNoise {
  /// Copies with the fractions of the elements that are there moved by normal numbers, the same ones
  /// for every candidate, and made to sum to one again. The candidate itself where it is a crystal
  /// or a single element.
  ///
  /// - Parameter deviation: Of an atomic fraction.
  static func copies(of candidate: Candidate, deviation: Double, count: Int = 16) -> [Candidate] {
    let composition = candidate.composition
    guard candidate.crystal == nil, composition.elements.count > 1 else { return [candidate] }
    return (0..<count).map { copy in
      // Copies come in pairs that miss in opposite directions.
      let sign = copy % 2 == 0 ? 1.0 : -1
      var amounts: [Element: Double] = [:]
      for element in composition.elements {
        var generator = SplitMix64(
          seed: UInt64(copy / 2), stream: UInt64(element.atomicNumber))
        let moved = composition.fraction(of: element) + sign * deviation * generator.normal()
        amounts[element] = max(moved, 1e-4)
      }
      let total = composition.elements.reduce(0.0) { $0 + (amounts[$1] ?? 0) }
      do {
        return Candidate(
          try Composition(amounts.mapValues { $0 / total }), variables: candidate.variables)
      } catch {
        preconditionFailure("Moved amounts are positive and not empty: \(error)")
      }
    }
  }
}
