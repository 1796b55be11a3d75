public import DenseMath
public import Matter

/// A descriptor of compositions that is computed, not learned.
public protocol FixedDescriptor: Representation where Input == Composition {
  /// The name in recipes and on the command line.
  var name: String { get }

  /// Changes whenever the meaning of a column does; part of ``columnHash``.
  var version: Int { get }

  /// A ``StableHash`` of the tables of constants behind the columns, part of ``columnHash``; 0 where
  /// there are none.
  var constantsHash: UInt64 { get }

  /// The rows in double precision.
  ///
  /// - Returns: `compositions.count` × `columns.count` numbers, row-major; NaN where a value is
  ///   missing.
  /// - Throws: ``DescriptorError`` naming the offending composition.
  func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double]
}

extension FixedDescriptor {
  public var constantsHash: UInt64 { 0 }

  public func encode(
    _ inputs: [Composition], into rows: inout MutableSpan<Float>
  ) throws {
    let width = columns.count
    precondition(
      rows.count == inputs.count * width,
      "\(inputs.count) rows of \(width) columns do not fit \(rows.count) numbers")
    // In blocks, so that the doubles stay in cache whatever the number of inputs.
    let block = 256
    for start in stride(from: 0, to: inputs.count, by: block) {
      let end = min(start + block, inputs.count)
      let values = try self.rows(Array(inputs[start..<end]))
      for index in values.indices { rows[start * width + index] = Float(values[index]) }
    }
  }

  /// The rows as a matrix, `[compositions, columns]`; NaN where a value is missing.
  ///
  /// - Parameter threads: At least 1; the result does not depend on it.
  /// - Throws: ``DescriptorError`` naming the first offending composition.
  public func matrix(_ compositions: [Composition], threads: Int = 1) throws -> Matrix {
    let block = 512
    let starts = Array(stride(from: 0, to: compositions.count, by: block))
    let blocks = try parallelMap(starts, threads: threads) { start in
      try rows(Array(compositions[start..<min(start + block, compositions.count)]))
    }
    return Matrix(
      rows: compositions.count, columns: columns.count, elements: blocks.flatMap { $0 })
  }

  /// 16 hexadecimal digits that name the columns, their version and the constants behind them: a
  /// model that was trained on other columns or other tables is found out.
  ///
  /// FNV-1a, 64 bits, of name, version, column names and, where there are tables of constants,
  /// ``constantsHash``.
  public var columnHash: String {
    var hash = StableHash()
    hash.add("\(name)/\(version)/\(columns.joined(separator: "\u{1F}"))")
    if constantsHash != 0 { hash.add(constantsHash) }
    return hash.hexadecimal
  }
}

/// A descriptor that writes one row after the other.
protocol RowDescriptor: FixedDescriptor {
  /// Appends `columns.count` numbers; NaN where a value is missing.
  func append(_ composition: Composition, to values: inout [Double])
}

extension RowDescriptor {
  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(compositions.count * columns.count)
    for composition in compositions { append(composition, to: &values) }
    return values
  }
}

/// Why a composition has no descriptor.
public enum DescriptorError: Error, Hashable, Sendable {
  /// An element that the descriptor's list does not hold.
  case elementOutside(Element, formula: String)

  /// What else the descriptor cannot do, in words.
  case refused(formula: String, reason: String)
}

extension DescriptorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .elementOutside(let element, let formula):
      "\(formula) holds \(element), which is not among the elements of the descriptor; "
        + "add it to the list or leave the row out."
    case .refused(let formula, let reason): "\(formula): \(reason)"
    }
  }
}
