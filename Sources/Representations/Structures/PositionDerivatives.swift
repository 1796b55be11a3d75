/// A descriptor whose numbers change smoothly with the positions, and that says how.
public protocol DifferentiableDescriptor: StructureDescriptor {
  /// The row and its slopes.
  ///
  /// - Throws: What ``StructureDescriptor/row(of:)`` throws.
  func derivatives(of structure: AtomicStructure) throws -> PositionDerivatives
}

/// Numbers that describe a structure and how they change when its sites move.
///
/// A site moves with all its periodic images, and the cell stays as it is.
public struct PositionDerivatives: Sendable {
  /// The numbers themselves, `[columns]`.
  public internal(set) var row: [Double]

  /// Per Å, `[sites, 3, columns]`.
  public internal(set) var slopes: [Double]

  init(row: [Double], sites: Int) {
    self.row = row
    slopes = [Double](repeating: 0, count: sites * 3 * row.count)
  }

  /// How a column changes with the position of a site, per Å.
  public func slope(of column: Int, site: Int) -> SIMD3<Double> {
    let start = site * 3 * row.count + column
    return SIMD3(slopes[start], slopes[start + row.count], slopes[start + 2 * row.count])
  }

  mutating func add(_ slope: SIMD3<Double>, to column: Int, site: Int) {
    let start = site * 3 * row.count + column
    slopes[start] += slope.x
    slopes[start + row.count] += slope.y
    slopes[start + 2 * row.count] += slope.z
  }
}
