/// A dense matrix in double precision, row-major.
///
/// Equality is exact. Shapes that do not fit are errors of the caller and trap with both shapes.
public struct Matrix: Hashable, Codable, Sendable {
  public let rows: Int
  public let columns: Int

  /// `rows` × `columns` numbers, row after row.
  public var elements: [Double]

  /// - Precondition: `elements` holds exactly `rows` × `columns` numbers.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "\(elements.count) numbers do not fill a matrix of \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(
      rows: rows, columns: columns, elements: [Double](repeating: value, count: rows * columns))
  }

  /// Zeros with the given numbers on the diagonal.
  public init(diagonal: [Double]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    for (place, value) in diagonal.enumerated() { self[place, place] = value }
  }

  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  public func row(_ index: Int) -> ArraySlice<Double> {
    elements[index * columns..<(index + 1) * columns]
  }

  public func column(_ index: Int) -> [Double] {
    (0..<rows).map { self[$0, index] }
  }

  public var diagonal: [Double] {
    (0..<min(rows, columns)).map { self[$0, $0] }
  }

  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result[column, row] = self[row, column] }
    }
    return result
  }
}

extension Matrix {
  /// The product with a column vector of ``columns`` numbers.
  public func multiplied(by vector: [Double]) -> [Double] {
    precondition(
      vector.count == columns, "\(rows) × \(columns) times a vector of \(vector.count)")
    return elements.withUnsafeBufferPointer { own in
      vector.withUnsafeBufferPointer { other in
        guard let left = own.baseAddress, let right = other.baseAddress else {
          return [Double](repeating: 0, count: rows)
        }
        return (0..<rows).map { dot(left + $0 * columns, right, columns) }
      }
    }
  }

  /// The matrix product `self · other`; O(rows · columns · other.columns).
  public func multiplied(by other: Matrix) -> Matrix {
    precondition(
      columns == other.rows, "\(rows) × \(columns) times \(other.rows) × \(other.columns)")
    return multiplied(byTransposeOf: other.transposed)
  }

  /// The product `self · otherᵀ`, where both are read along their rows.
  public func multiplied(byTransposeOf other: Matrix) -> Matrix {
    precondition(
      columns == other.columns,
      "\(rows) × \(columns) times the transpose of \(other.rows) × \(other.columns)")
    var result = Matrix(rows: rows, columns: other.rows)
    guard columns > 0 else { return result }
    result.elements.withUnsafeMutableBufferPointer { out in
      elements.withUnsafeBufferPointer { own in
        other.elements.withUnsafeBufferPointer { theirs in
          guard let out = out.baseAddress, let a = own.baseAddress, let b = theirs.baseAddress
          else { return }
          accumulateProducts(
            into: out, stride: other.rows, sign: 1,
            left: a, leftStride: columns, leftRows: 0..<rows,
            right: b, rightStride: columns, rightRows: 0..<other.rows, terms: 0..<columns)
        }
      }
    }
    return result
  }
}

extension Matrix {
  /// Some neighboring rows as a matrix of their own.
  public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// Some rows, in the given order, as a matrix of their own.
  public func rows(at places: [Int]) -> Matrix {
    var chosen: [Double] = []
    chosen.reserveCapacity(places.count * columns)
    for place in places { chosen += row(place) }
    return Matrix(rows: places.count, columns: columns, elements: chosen)
  }
}
