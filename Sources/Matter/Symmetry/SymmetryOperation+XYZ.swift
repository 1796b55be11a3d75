extension SymmetryOperation {
  /// Reads the Jones-faithful form of CIF, such as `x,-y+1/2,z`.
  ///
  /// Three sums, separated by commas, of `x`, `y`, `z` in either case, each at most once in a sum
  /// and with an integer factor at most (`2x`, `2*x`), and of numbers: integers, fractions and
  /// decimals (`.5`, `0.3333`), in any order, with spaces anywhere. Decimals that are a rounded or
  /// cut multiple of 1/24 (of 1/12 when they have two digits) become that multiple.
  ///
  /// - Throws: ``SymmetryOperationError``, with offsets in bytes.
  public init(xyz: String) throws(SymmetryOperationError) {
    try self.init(xyz: Array(xyz.utf8)[...])
  }

  /// The same from bytes, for readers.
  public init(xyz: ArraySlice<UInt8>) throws(SymmetryOperationError) {
    var scan = XYZScan(bytes: xyz)
    let (x, y, z) = (try scan.sum(), try scan.sum(), try scan.sum())
    try scan.expectEnd()
    try self.init(
      rotation: IntegerMatrix(x.factors, y.factors, z.factors),
      translation: SIMD3(x.constant, y.constant, z.constant))
  }
}

extension SymmetryOperation: CustomStringConvertible {
  /// The form that ``init(xyz:)-(String)`` reads.
  public var description: String {
    [(rotation.x, translation.x), (rotation.y, translation.y), (rotation.z, translation.z)]
      .map(Self.sum).joined(separator: ",")
  }

  private static func sum(_ row: SIMD3<Int>, _ constant: Double) -> String {
    var text = ""
    for (axis, name) in ["x", "y", "z"].enumerated() where row[axis] != 0 {
      let factor = row[axis]
      if factor < 0 { text += "-" } else if !text.isEmpty { text += "+" }
      text += abs(factor) == 1 ? name : "\(factor.magnitude)\(name)"
    }
    guard constant != 0 else { return text }
    return text + "+" + fraction(constant)
  }

  private static func fraction(_ value: Double) -> String {
    for denominator in [2, 3, 4, 6, 8, 12, 24] {
      let numerator = (value * Double(denominator)).rounded()
      if numerator / Double(denominator) == value { return "\(Int(numerator))/\(denominator)" }
    }
    return "\(value)"
  }
}

/// Reads the sums of one operation, byte by byte.
private struct XYZScan {
  private let bytes: ArraySlice<UInt8>
  private var place: Int

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// One sum and the comma behind it, if there is one.
  mutating func sum() throws(SymmetryOperationError) -> (factors: SIMD3<Int>, constant: Double) {
    var factors = SIMD3<Int>.zero
    var constant = 0.0
    var terms = 0
    while let byte = next() {
      if byte == UInt8(ascii: ",") {
        place += 1
        break
      }
      var sign = 1.0
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
        sign = byte == UInt8(ascii: "-") ? -1 : 1
        place += 1
      } else if terms > 0 {
        throw unexpected()
      }
      try term(sign, &factors, &constant)
      terms += 1
    }
    guard terms > 0 else { throw .incomplete(offset: place - bytes.startIndex) }
    return (factors, constant)
  }

  func expectEnd() throws(SymmetryOperationError) {
    guard place == bytes.endIndex, bytes.last != UInt8(ascii: ",") else { throw unexpected() }
  }

  private mutating func term(
    _ sign: Double, _ factors: inout SIMD3<Int>, _ constant: inout Double
  ) throws(SymmetryOperationError) {
    guard let byte = next() else { throw .incomplete(offset: place - bytes.startIndex) }
    if let axis = Self.axis(byte) {
      return try addFactor(Int(sign), axis, &factors)
    }
    guard Self.isDigit(byte) || byte == UInt8(ascii: ".") else { throw unexpected() }
    let value = try number()
    var following = next()
    if following == UInt8(ascii: "*") {
      place += 1
      following = next()
      guard following.flatMap(Self.axis) != nil else { throw unexpected() }
    }
    guard let axis = following.flatMap(Self.axis) else {
      constant += sign * value
      return
    }
    guard let factor = Int(exactly: value), factor != 0, factor < 100 else { throw unexpected() }
    try addFactor(Int(sign) * factor, axis, &factors)
  }

  private mutating func addFactor(
    _ factor: Int, _ axis: Int, _ factors: inout SIMD3<Int>
  ) throws(SymmetryOperationError) {
    guard factors[axis] == 0 else { throw unexpected() }
    factors[axis] = factor
    place += 1
  }

  /// An integer, decimal or fraction without sign.
  private mutating func number() throws(SymmetryOperationError) -> Double {
    let whole = try digits()
    if next() == UInt8(ascii: "/") {
      guard whole.count > 0 else { throw unexpected() }
      place += 1
      _ = next()
      let denominator = try digits()
      guard denominator.value > 0 else { throw unexpected() }
      return whole.value / denominator.value
    }
    guard place < bytes.endIndex, bytes[place] == UInt8(ascii: ".") else { return whole.value }
    place += 1
    let decimals = try digits()
    guard whole.count + decimals.count > 0 else { throw unexpected() }
    var unit = 1.0
    for _ in 0..<decimals.count { unit *= 10 }
    return whole.value + Self.snapped(decimals.value / unit, digits: decimals.count, unit: 1 / unit)
  }

  /// A run of digits, at most 18 of them.
  private mutating func digits() throws(SymmetryOperationError) -> (value: Double, count: Int) {
    var value = 0.0
    var count = 0
    while place < bytes.endIndex, Self.isDigit(bytes[place]) {
      guard count < 18 else { throw unexpected() }
      value = value * 10 + Double(bytes[place] - UInt8(ascii: "0"))
      count += 1
      place += 1
    }
    return (value, count)
  }

  /// The next byte that is not a space, which stays to be read.
  private mutating func next() -> UInt8? {
    while place < bytes.endIndex {
      let byte = bytes[place]
      guard byte == 0x20 || byte == 0x09 else { return byte }
      place += 1
    }
    return nil
  }

  private func unexpected() -> SymmetryOperationError {
    guard place < bytes.endIndex else { return .incomplete(offset: place - bytes.startIndex) }
    return .unexpected(
      String(decoding: bytes[place...].prefix(1), as: UTF8.self), offset: place - bytes.startIndex)
  }

  private static func snapped(_ value: Double, digits: Int, unit: Double) -> Double {
    guard digits >= 2 else { return value }
    let steps = digits == 2 ? 12.0 : 24.0
    let multiple = (value * steps).rounded() / steps
    let tolerance = digits == 2 ? 0.51 * unit : 1.01 * unit
    return abs(value - multiple) < max(tolerance, 1e-9) ? multiple : value
  }

  private static func axis(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): 0
    case UInt8(ascii: "y"), UInt8(ascii: "Y"): 1
    case UInt8(ascii: "z"), UInt8(ascii: "Z"): 2
    default: nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
