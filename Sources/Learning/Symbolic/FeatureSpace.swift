import DenseMath
import Foundation

/// One feature: a variable, or an operator on features before it.
struct Feature: Sendable {
  /// `nil` for a variable, whose place is `left`.
  var function: FormulaOperator?
  var left: Int32
  /// −1 where there is one side.
  var right: Int32
  /// Place in the table of units.
  var unit: Int32
  var complexity: Int32
  var rung: Int32
  /// In ``PrimeField``, with its inverse.
  var residue: UInt64
  var inverse: UInt64
  var lowest: Double
  var highest: Double
}

/// Features that operators join to further ones, with their values in all rows.
///
/// Rung 0 are the variables; each rung has everything that one operator makes of the rungs below.
/// What is the same by arithmetic (``PrimeField``) or in the values of all rows is there once, in its
/// simplest form. Out stay features without a unit, with a value that is no finite number, beyond
/// 10^±100, and (nearly) constant ones.
struct FeatureSpace: Sendable {
  let names: [String]
  let rows: Int
  let operators: [FormulaOperator]
  private(set) var features: [Feature] = []
  /// Feature after feature, `rows` values each.
  private(set) var values: [Double] = []
  private(set) var units: [FormulaUnit] = []
  /// Features by their residue up to sign.
  private(set) var known = ResidueTable()
  private var unitPlaces: [FormulaUnit: Int32] = [:]
  private var seen: Set<Identity> = []
  /// The highest rung that is here whole, or as far as the limit allowed.
  private(set) var rung = 0
  /// Whether a rung was cut to the simplest features.
  private(set) var isCut = false

  /// Values beyond ±this, or all below its inverse, are not reckoned with.
  static let largest = 1e100

  /// Most features that are kept with their values.
  static let mostFeatures = 60_000
  /// And most numbers (1 GiB).
  static let mostValues = 1 << 27

  /// - Parameter columns: The values of every variable in the rows.
  init(
    names: [String], units: [FormulaUnit], columns: [[Double]], operators: [FormulaOperator]
  ) {
    self.names = names
    self.operators = operators
    rows = columns.first?.count ?? 0
    var generator = SplitMix64(seed: 0x5155_0B0E)
    for (place, column) in columns.enumerated() {
      let residue = PrimeField.reduced(generator.next() >> 3) | 1
      _ = column.withUnsafeBufferPointer { buffer in
        append(
          buffer, nil, left: place, right: -1, unit: units[place], complexity: 0, residue: residue)
      }
    }
  }

  /// Features of one unit and equal values are one.
  private struct Identity: Hashable {
    let unit: FormulaUnit
    let key: ValueKey
  }

  var count: Int { features.count }

  /// How many features fit.
  var capacity: Int { min(Self.mostFeatures, max(Self.mostValues / max(rows, 1), 1000)) }

  func place(of unit: FormulaUnit) -> Int32? { unitPlaces[unit] }

  /// - Returns: Whether the feature is new and usable.
  private mutating func append(
    _ buffer: UnsafeBufferPointer<Double>, _ function: FormulaOperator?, left: Int, right: Int,
    unit: FormulaUnit, complexity: Int, residue: UInt64
  ) -> Bool {
    let key = PrimeField.unsigned(residue)
    guard key != 0, known[key] == nil, let range = ValueRange(buffer),
      seen.insert(Identity(unit: unit, key: ValueKey(buffer, largest: range.largest))).inserted
    else { return false }
    let unitPlace = unitPlaces[unit] ?? Int32(units.count)
    if unitPlace == units.count {
      units.append(unit)
      unitPlaces[unit] = unitPlace
    }
    known.insert(key, Int32(features.count))
    features.append(
      Feature(
        function: function, left: Int32(left), right: Int32(right), unit: unitPlace,
        complexity: Int32(complexity), rung: Int32(function == nil ? 0 : rung), residue: residue,
        inverse: PrimeField.inverse(residue), lowest: range.lowest, highest: range.highest))
    values.append(contentsOf: buffer)
    return true
  }

  /// Adds the next rung, the simplest features first, until it is full.
  mutating func grow() {
    let stream = FeatureStream(self)
    rung += 1
    var buffer = [Double](repeating: 0, count: rows)
    let space = self
    for complexity in 1...max(stream.highestComplexity, 1) {
      stream.forEach(ofComplexity: complexity) { candidate in
        guard features.count < capacity else {
          isCut = true
          return false
        }
        let unit = space.unit(of: candidate)
        buffer.withUnsafeMutableBufferPointer { space.evaluate(candidate, into: $0) }
        let isReversed =
          candidate.function == .subtract && buffer.reduce(0, +) < 0
        if isReversed { for row in buffer.indices { buffer[row] = -buffer[row] } }
        let residue = space.residue(of: candidate)
        _ = buffer.withUnsafeBufferPointer {
          append(
            $0, candidate.function, left: isReversed ? candidate.right : candidate.left,
            right: isReversed ? candidate.left : candidate.right, unit: unit,
            complexity: complexity,
            residue: isReversed ? PrimeField.difference(0, residue) : residue)
        }
        return true
      }
      if features.count >= capacity { break }
    }
  }
}

/// A feature that need not be kept: an operator on kept ones, or (without one) a kept one.
struct CandidateFeature: Hashable, Sendable {
  var function: FormulaOperator?
  var left: Int
  var right: Int
}

extension FeatureSpace {
  func unit(of candidate: CandidateFeature) -> FormulaUnit {
    let left = units[Int(features[candidate.left].unit)]
    guard let function = candidate.function else { return left }
    let result =
      function.isBinary
      ? left.applying(function, units[Int(features[candidate.right].unit)])
      : left.applying(function)
    return result ?? .one  // the stream gives only what has a unit
  }

  func complexity(of candidate: CandidateFeature) -> Int {
    let left = Int(features[candidate.left].complexity)
    guard let function = candidate.function else { return left }
    return left + 1 + (function.isBinary ? Int(features[candidate.right].complexity) : 0)
  }

  func residue(of candidate: CandidateFeature) -> UInt64 {
    let left = features[candidate.left]
    guard let function = candidate.function else { return left.residue }
    guard function.isBinary else { return function.residue(left.residue, inverse: left.inverse) }
    let right = features[candidate.right]
    return function.residue(left.residue, right.residue, inverse: right.inverse)
  }

  /// The expression of a feature.
  func formula(_ place: Int) -> Formula {
    let feature = features[place]
    guard feature.function != nil else { return .variable(names[Int(feature.left)]) }
    return formula(
      CandidateFeature(
        function: feature.function, left: Int(feature.left), right: Int(feature.right)))
  }

  func formula(_ candidate: CandidateFeature) -> Formula {
    guard let function = candidate.function else { return formula(candidate.left) }
    return function.isBinary
      ? .binary(function, formula(candidate.left), formula(candidate.right))
      : .unary(function, formula(candidate.left))
  }

  /// Writes the values of all rows.
  ///
  /// - Parameter out: `rows` numbers.
  func evaluate(_ candidate: CandidateFeature, into out: UnsafeMutableBufferPointer<Double>) {
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress, let out = out.baseAddress else { return }
      FeatureSpace.evaluate(
        candidate.function, base + candidate.left * rows, base + max(candidate.right, 0) * rows,
        into: out, rows)
    }
  }

  /// One operator on `rows` values. The loops of the four operations run on vectors.
  @inline(__always)
  static func evaluate(
    _ function: FormulaOperator?, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Double>, _ rows: Int
  ) {
    switch function {
    case .add: for row in 0..<rows { out[row] = a[row] + b[row] }
    case .subtract: for row in 0..<rows { out[row] = a[row] - b[row] }
    case .multiply: for row in 0..<rows { out[row] = a[row] * b[row] }
    case .divide: for row in 0..<rows { out[row] = a[row] / b[row] }
    case .absoluteDifference: for row in 0..<rows { out[row] = abs(a[row] - b[row]) }
    case nil: for row in 0..<rows { out[row] = a[row] }
    case .some(let function): for row in 0..<rows { out[row] = function(a[row]) }
    }
  }
}

/// The range of usable values.
struct ValueRange {
  let lowest: Double
  let highest: Double
  var largest: Double { max(abs(lowest), abs(highest)) }

  /// Values that differ by less than this share of the largest are constant.
  static let leastSpread = 1e-9

  /// `nil` for values that are not finite, out of range or (nearly) constant.
  init?(_ values: UnsafeBufferPointer<Double>) {
    guard var low = values.first else { return nil }
    var (high, isFinite) = (low, true)
    for value in values {
      if value < low { low = value }
      if value > high { high = value }
      isFinite = isFinite && value.isFinite
    }
    (lowest, highest) = (low, high)
    let largest = max(abs(low), abs(high))
    guard isFinite, largest < FeatureSpace.largest, largest > 1 / FeatureSpace.largest,
      high - low > ValueRange.leastSpread * largest
    else { return nil }
  }
}

/// Equal for features of equal values, up to rounding: two projections to ten digits.
struct ValueKey: Hashable, Sendable {
  private let first: Int64
  private let second: Int64

  private init(_ first: Double, _ second: Double) {
    self.first = Int64((first * 1e10).rounded())
    self.second = Int64((second * 1e10).rounded())
  }

  /// Of the values as they are.
  init(_ values: UnsafeBufferPointer<Double>, largest: Double) {
    let (a, b) = ValueKey.projections(values, center: 0, scale: 1 / largest)
    self.init(a + log(largest), b)
  }

  /// Of the values up to a factor and an offset.
  init(upToScale values: UnsafeBufferPointer<Double>) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let (a, b) = ValueKey.projections(values, center: mean, scale: 1 / variance.squareRoot())
    let sign: Double = a < 0 ? -1 : 1
    guard a.isFinite, b.isFinite else {
      self.init(0, 0)
      return
    }
    self.init(sign * a, sign * b)
  }

  /// Mean products with two fixed sequences of numbers in −1…1, so below 1 where values are.
  private static func projections(
    _ values: UnsafeBufferPointer<Double>, center: Double, scale: Double
  ) -> (Double, Double) {
    var (first, second, state) = (0.0, 0.0, UInt64(0x9E37_79B9))
    for value in values {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let scaled = (value - center) * scale
      first += scaled * Double(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
      second += scaled * Double(Int32(truncatingIfNeeded: state >> 11)) * 0x1p-31
    }
    let count = Double(values.count)
    return (first / count, second / count)
  }
}
