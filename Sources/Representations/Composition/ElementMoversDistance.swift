public import DenseMath
public import Matter

/// How far the atoms of one composition must move on a scale of the elements to become another.
///
/// The earth mover's distance between atomic fractions: Hargreaves et al., Chem. Mater. 32, 10610
/// (2020). Elements stand on the modified Pettifor scale, where neighbors replace each other in
/// crystals: Glawe et al., New J. Phys. 18, 093011 (2016). On a line the distance is the area between
/// two cumulative distributions, found in one merge of two sorted lists. A metric of stoichiometries:
/// `Fe2O3` and `Fe4O6` are at 0.
///
/// For distances between vectors instead of places on a scale, see ``VectorMoversDistance``.
public enum ElementMoversDistance {
  /// The place of each element on the modified Pettifor scale, in order of atomic number.
  ///
  /// 0 (He) to 102 (H). The elements from rutherfordium on, which the scale lacks, stand at 0, as in
  /// ElMD 0.5.15.
  public static let scale: [Int] = [
    102, 0, 11, 76, 85, 86, 87, 96, 101, 1, 10, 72, 77, 84, 88, 95, 100, 2, 9, 15, 47, 50, 53, 54,
    71, 70, 69, 68, 67, 73, 78, 83, 89, 94, 99, 3, 8, 14, 20, 48, 52, 55, 58, 60, 62, 64, 66, 74,
    79, 82, 90, 93, 98, 4, 7, 13, 31, 30, 29, 28, 27, 26, 16, 25, 24, 23, 22, 21, 19, 17, 18, 49,
    51, 56, 57, 59, 61, 63, 65, 75, 80, 81, 91, 92, 97, 5, 6, 12, 32, 33, 34, 35, 36, 37, 38, 39,
    40, 41, 42, 43, 44, 45, 46, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  /// The distance, 0...102.
  ///
  /// CaTiO3 and SrTiO3 are 0.2 apart, NaCl and LiCl 0.5.
  public static func distance(_ a: Composition, _ b: Composition) -> Double {
    let compositions = ScaledCompositions([a, b])
    return compositions.distance(0, compositions, 1)
  }

  /// The distances of all pairs, `[a, b]`; memory for the result and O(k) for each composition.
  ///
  /// - Parameter threads: At least 1; the result does not depend on it.
  public static func distances(
    _ a: [Composition], _ b: [Composition], threads: Int = 1
  ) -> Matrix {
    let (rows, columns) = (ScaledCompositions(a), ScaledCompositions(b))
    let blocks = RowBlock.all(rows.count)
    let parts = parallelValues(blocks, threads: threads) { block in
      block.rows.flatMap { row in
        (0..<columns.count).map { rows.distance(row, columns, $0) }
      }
    }
    return Matrix(rows: rows.count, columns: columns.count, elements: parts.flatMap { $0 })
  }

  /// The distances of all pairs within one list, `[n, n]`, symmetric with zeros on the diagonal; each
  /// pair is computed once.
  public static func distances(_ compositions: [Composition], threads: Int = 1) -> Matrix {
    let scaled = ScaledCompositions(compositions)
    let count = scaled.count
    let parts = parallelValues(RowBlock.all(count), threads: threads) { block in
      block.rows.map { row in
        (row + 1..<max(row + 1, count)).map { scaled.distance(row, scaled, $0) }
      }
    }
    var result = Matrix(rows: count, columns: count)
    for (row, distances) in parts.joined().enumerated() {
      for (place, distance) in distances.enumerated() {
        result[row, row + 1 + place] = distance
        result[row + 1 + place, row] = distance
      }
    }
    return result
  }

  /// A neighbor in a list of compositions.
  public struct Neighbor: Hashable, Sendable {
    /// The place in the list.
    public let index: Int
    public let distance: Double
  }

  /// The nearest compositions of a list, for lists whose matrix would not fit into memory.
  ///
  /// - Returns: For each query `count` neighbors, or as many as there are, nearest first; the earlier
  ///   in the list first among equals.
  public static func nearest(
    _ count: Int, to queries: [Composition], among list: [Composition], threads: Int = 1
  ) -> [[Neighbor]] {
    let (rows, columns) = (ScaledCompositions(queries), ScaledCompositions(list))
    return parallelValues(RowBlock.all(rows.count), threads: threads) { block in
      block.rows.map { row in
        var best: [Neighbor] = []
        for column in 0..<columns.count {
          let distance = rows.distance(row, columns, column)
          if best.count == count, let last = best.last, distance >= last.distance { continue }
          let place = best.firstIndex { $0.distance > distance } ?? best.count
          best.insert(Neighbor(index: column, distance: distance), at: place)
          if best.count > count { best.removeLast() }
        }
        return best
      }
    }.flatMap { $0 }
  }
}

/// Neighboring rows that one thread takes up together.
private struct RowBlock: Sendable {
  let rows: Range<Int>

  static func all(_ count: Int) -> [RowBlock] {
    stride(from: 0, to: count, by: 32).map { RowBlock(rows: $0..<min($0 + 32, count)) }
  }
}

/// ``parallelMap(_:threads:_:)`` of a body that does not throw.
private func parallelValues<Result: Sendable>(
  _ blocks: [RowBlock], threads: Int, _ body: @escaping @Sendable (RowBlock) -> Result
) -> [Result] {
  // No body throws, so the map does not either.
  (try? parallelMap(blocks, threads: threads, body)) ?? []
}
