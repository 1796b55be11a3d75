internal import DenseMath

/// A ``SiteMatrix`` as a row of fixed width, filled up with zeros.
public struct SiteMatrixDescriptor: DifferentiableDescriptor {
  public enum Form: String, CaseIterable, Hashable, Sendable {
    /// Row by row, in the order of the sites.
    case full

    /// Rows and columns in falling order of the rows' lengths; where these are equal, in the order of
    /// the sites. Rounding decides which lengths are equal, so choose ``eigenvalues`` where the row
    /// must not depend on orientation or order.
    case sorted

    /// The eigenvalues, the largest in size first.
    case eigenvalues
  }

  public let kind: SiteMatrix.Kind
  public let form: Form

  /// A structure of more sites is refused.
  public let mostSites: Int

  /// - Throws: ``StructureDescriptorError`` unless there is room for at least one site.
  public init(_ kind: SiteMatrix.Kind, form: Form = .eigenvalues, mostSites: Int) throws {
    guard (1...20_000).contains(mostSites) else {
      throw StructureDescriptorError.badSetting(
        "A matrix of \(mostSites) sites is not usable; give 1 to 20000.")
    }
    (self.kind, self.form, self.mostSites) = (kind, form, mostSites)
  }

  public var name: String {
    switch kind {
    case .coulomb: "coulomb"
    case .sine: "sine"
    case .ewald: "ewald"
    }
  }

  public var settings: String {
    guard case .ewald(let accuracy) = kind else { return form.rawValue }
    return "\(form.rawValue) \(accuracy.tolerance)"
  }

  public var columns: [String] {
    let sites = 0..<mostSites
    guard form != .eigenvalues else { return sites.map { "\(name) eigenvalue \($0 + 1)" } }
    return sites.flatMap { i in sites.map { "\(name) \(i + 1),\($0 + 1)" } }
  }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try check(structure)
    let matrix = try SiteMatrix(kind, of: structure).matrix
    switch form {
    case .full: return padded(matrix, order: Array(0..<matrix.rows))
    case .sorted: return padded(matrix, order: Self.order(byLengthOf: matrix))
    case .eigenvalues:
      let values = SymmetricEigen(matrix).values.sorted { abs($0) > abs($1) }
      return values + [Double](repeating: 0, count: mostSites - values.count)
    }
  }

  /// The row and its slopes.
  ///
  /// Equal eigenvalues (within 1e-7 of the largest) have no slopes of their own, since which is which
  /// depends on the direction of the move: each gets the mean slope of them all, which is that of
  /// their mean. Sorted matrices are differentiated in the order that they have.
  public func derivatives(of structure: AtomicStructure) throws -> PositionDerivatives {
    try check(structure)
    let pairs = try SiteMatrix(kind, of: structure, withSlopes: true)
    if form == .eigenvalues { return eigenvalueDerivatives(pairs) }
    let count = pairs.matrix.rows
    let order = form == .full ? Array(0..<count) : Self.order(byLengthOf: pairs.matrix)
    var result = PositionDerivatives(row: padded(pairs.matrix, order: order), sites: count)
    for (place, i) in order.enumerated() {
      for (other, j) in order.enumerated() where i != j {
        let slope = pairs.slopes[i * count + j]
        result.add(slope, to: place * mostSites + other, site: i)
        result.add(-slope, to: place * mostSites + other, site: j)
      }
    }
    return result
  }

  private func eigenvalueDerivatives(_ pairs: SiteMatrix) -> PositionDerivatives {
    let count = pairs.matrix.rows
    let eigen = SymmetricEigen(pairs.matrix)
    let order = (0..<count).sorted {
      let (a, b) = (abs(eigen.values[$0]), abs(eigen.values[$1]))
      return a > b || (a == b && $0 < $1)
    }
    let values = order.map { eigen.values[$0] }
    var result = PositionDerivatives(
      row: values + [Double](repeating: 0, count: mostSites - count), sites: count)
    for group in Self.equalRuns(values) {
      for site in 0..<count {
        var slope = SIMD3<Double>.zero
        for place in group {
          let vector = eigen.vectors.row(order[place])
          let start = vector.startIndex
          for other in 0..<count {
            slope += 2 * vector[start + site] * vector[start + other]
              * pairs.slopes[site * count + other]
          }
        }
        for place in group { result.add(slope / Double(group.count), to: place, site: site) }
      }
    }
    return result
  }

  /// Runs of equal numbers in a row that is sorted by size.
  private static func equalRuns(_ values: [Double]) -> [[Int]] {
    let tolerance = 1e-7 * abs(values.first ?? 0)
    var runs: [[Int]] = []
    for place in values.indices {
      // Opposite numbers of one size may stand between equal ones.
      if let run = runs.lastIndex(where: { abs(values[$0[0]] - values[place]) < tolerance }) {
        runs[run].append(place)
      } else {
        runs.append([place])
      }
    }
    return runs
  }

  private func check(_ structure: AtomicStructure) throws {
    guard structure.siteCount <= mostSites else {
      throw StructureDescriptorError.tooManySites(
        structure.siteCount, most: mostSites, descriptor: "the \(name) matrix")
    }
  }

  private func padded(_ matrix: Matrix, order: [Int]) -> [Double] {
    var row = [Double](repeating: 0, count: mostSites * mostSites)
    for (place, i) in order.enumerated() {
      for (other, j) in order.enumerated() { row[place * mostSites + other] = matrix[i, j] }
    }
    return row
  }

  /// Stable; squares are summed one and then four at a time, as the Eigen library does, so that ties
  /// of rounding fall as they do in DScribe.
  static func order(byLengthOf matrix: Matrix) -> [Int] {
    let lengths = (0..<matrix.rows).map { index in
      let squares = matrix.row(index).map { $0 * $0 }
      var sum = squares[0]
      var place = 1
      while place < (squares.count - 1) & ~3 {
        sum +=
          (squares[place] + squares[place + 1]) + (squares[place + 2] + squares[place + 3])
        place += 4
      }
      for square in squares[place...] { sum += square }
      return sum.squareRoot()
    }
    return lengths.indices.sorted { (-lengths[$0], $0) < (-lengths[$1], $1) }
  }
}
