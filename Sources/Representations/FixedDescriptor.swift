public import Matter

/// A descriptor of compositions that is computed, not learned.
public protocol FixedDescriptor: Representation where Input == Composition {
  /// The name in recipes and on the command line.
  var name: String { get }

  /// Changes whenever the meaning of a column does; part of ``columnHash``.
  var version: Int { get }

  /// The rows in double precision.
  ///
  /// - Returns: `compositions.count` × `columns.count` numbers, row-major; NaN where a value is
  ///   missing.
  /// - Throws: ``DescriptorError`` naming the offending composition.
  func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double]
}

extension FixedDescriptor {
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

  /// 16 hexadecimal digits that name the columns and their version: a model that was trained on
  /// other columns is found out.
  ///
  /// FNV-1a, 64 bits, of name, version and column names.
  public var columnHash: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(name)/\(version)/\(columns.joined(separator: "\u{1F}"))".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Why a composition has no descriptor.
public enum DescriptorError: Error, Hashable, Sendable {
  /// An element that the descriptor's list does not hold.
  case elementOutside(Element, formula: String)
}

extension DescriptorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .elementOutside(let element, let formula):
      "\(formula) holds \(element), which is not among the elements of the descriptor; "
        + "add it to the list or leave the row out."
    }
  }
}
