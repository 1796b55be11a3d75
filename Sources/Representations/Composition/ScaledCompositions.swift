internal import Matter

/// Compositions as sorted places on the scale of ``ElementMoversDistance``, packed one after the
/// other.
struct ScaledCompositions: Sendable {
  private var places: [Double] = []
  private var fractions: [Double] = []
  private var offsets = [0]

  init(_ compositions: [Composition]) {
    for composition in compositions {
      let total = composition.totalAtoms
      let start = places.count
      let sorted = zip(composition.elements, composition.amounts)
        .map { (ElementMoversDistance.scale[$0.atomicNumber - 1], $1 / total) }
        .sorted { $0.0 < $1.0 }
      for (place, fraction) in sorted {
        // Elements beyond the scale share a place: together there, a distance to itself is 0.
        if let last = places.last, places.count > start, last == Double(place) {
          fractions[fractions.count - 1] += fraction
        } else {
          places.append(Double(place))
          fractions.append(fraction)
        }
      }
      offsets.append(places.count)
    }
  }

  var count: Int { offsets.count - 1 }

  /// The area between the cumulative distributions, O(k) for k elements.
  func distance(_ row: Int, _ other: ScaledCompositions, _ column: Int) -> Double {
    var (i, j) = (offsets[row], other.offsets[column])
    let (iEnd, jEnd) = (offsets[row + 1], other.offsets[column + 1])
    var surplus = 0.0
    var last = 0.0
    var area = 0.0
    while i < iEnd || j < jEnd {
      let isMine = j == jEnd || (i < iEnd && places[i] <= other.places[j])
      let place = isMine ? places[i] : other.places[j]
      area += abs(surplus) * (place - last)
      last = place
      if isMine {
        surplus += fractions[i]
        i += 1
      } else {
        surplus -= other.fractions[j]
        j += 1
      }
    }
    return area
  }
}
