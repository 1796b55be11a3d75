internal import Foundation

/// A column of numbers, ready for ``MutualInformation``: no value missing, of unit deviation, sorted.
///
/// A missing value (NaN or infinite) becomes a value of its own, half a range below the lowest: with
/// the column scaled to −0.5...0.5 it stands at −1, as in MODNet (De Breuck et al., npj Comput.
/// Mater. 7, 83 (2021)). Then the column is divided by its standard deviation.
struct SortedColumn: Sendable {
  let values: [Double]

  /// Rows in rising order of their values.
  let order: [Int32]

  /// The place of each row in ``order``.
  let ranks: [Int32]

  let sorted: [Double]

  /// How many different values there are.
  let distinct: Int

  /// - Returns: `nil` for a column of one value, or of none.
  init?(_ raw: [Double]) {
    guard let filled = Self.filled(raw) else { return nil }
    let count = Double(filled.count)
    let mean = filled.reduce(0) { $0 + $1 / count }
    let deviation = filled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }.squareRoot()
    guard deviation > 0, deviation.isFinite else { return nil }
    let scaled = filled.map { $0 / deviation }
    values = scaled
    order = scaled.indices.map(Int32.init).sorted {
      (scaled[Int($0)], $0) < (scaled[Int($1)], $1)
    }
    var ranks = [Int32](repeating: 0, count: scaled.count)
    for (place, row) in order.enumerated() { ranks[Int(row)] = Int32(place) }
    self.ranks = ranks
    let rising = order.map { scaled[Int($0)] }
    sorted = rising
    distinct = 1 + zip(rising, rising.dropFirst()).count { $0 != $1 }
  }

  var count: Int { values.count }

  private static func filled(_ raw: [Double]) -> [Double]? {
    let known = raw.filter(\.isFinite)
    guard let lowest = known.min(), let highest = known.max() else { return nil }
    guard lowest < highest || known.count < raw.count else { return nil }
    let range = highest - lowest
    let missing = range > 0 ? lowest - range / 2 : lowest - 1
    return raw.map { $0.isFinite ? $0 : missing }
  }
}
