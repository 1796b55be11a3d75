/// The next rung above a space, feature by feature, without keeping any.
///
/// Each is given once: of a product or a sum that can be put together from kept features in several
/// ways, the way with the smallest parts (in the order of the space) is taken.
struct FeatureStream: Sendable {
  let space: FeatureSpace
  /// The operands by complexity, then place in the space.
  private let order: [Int32]
  /// In `order`, where features of a complexity end.
  private let ends: [Int]
  private let isOperand: [Bool]
  private let isEmpty: Bool
  private let unary: [FormulaOperator]
  private let binary: Set<FormulaOperator>
  /// For each unary operator whether values of each unit can be taken.
  private let allowed: [[Bool]]

  /// - Parameters:
  ///   - operands: Places of the features that are joined; all if `nil`.
  ///   - isEmpty: Whether nothing is given: the space alone is meant.
  init(_ space: FeatureSpace, operands: [Int]? = nil, isEmpty: Bool = false) {
    self.space = space
    self.isEmpty = isEmpty
    let features = space.features
    let operands = operands ?? Array(features.indices)
    order = operands.sorted {
      (features[$0].complexity, $0) < (features[$1].complexity, $1)
    }.map(Int32.init)
    var isOperand = [Bool](repeating: false, count: features.count)
    for place in operands { isOperand[place] = true }
    self.isOperand = isOperand
    let highest = Int(features.map(\.complexity).max() ?? 0)
    var ends = [Int](repeating: 0, count: highest + 1)
    for place in operands { ends[Int(features[place].complexity)] += 1 }
    for complexity in ends.indices.dropFirst() { ends[complexity] += ends[complexity - 1] }
    self.ends = ends
    unary = space.operators.filter { !$0.isBinary }
    binary = Set(space.operators.filter(\.isBinary))
    allowed = unary.map { function in
      space.units.map { $0.applying(function) != nil }
    }
  }

  /// The most operators that a feature of the stream can have.
  var highestComplexity: Int { isEmpty ? 0 : 2 * (ends.count - 1) + 1 }

  /// How many features there are at most.
  var estimate: Int {
    guard !isEmpty else { return 0 }
    var (whole, old) = ([Int](repeating: 0, count: space.units.count), 0)
    var oldOfUnit = whole
    for place in order {
      let feature = space.features[Int(place)]
      whole[Int(feature.unit)] += 1
      if feature.rung < space.rung {
        old += 1
        oldOfUnit[Int(feature.unit)] += 1
      }
    }
    let sums = binary.filter(\.needsLikeUnits).count
    let products = (binary.contains(.multiply) ? 1 : 0) + (binary.contains(.divide) ? 2 : 0)
    let like = zip(whole, oldOfUnit).reduce(0) { $0 + ($1.0 * $1.0 - $1.1 * $1.1) / 2 }
    let pairs = (order.count * order.count - old * old) / 2
    return like * sums + pairs * products + (order.count - old) * unary.count
  }

  /// Parts of the stream of about equal size: places in the order of the space.
  func blocks(ofAbout size: Int) -> [Range<Int>] {
    guard !isEmpty else { return [] }
    var (blocks, start, load): ([Range<Int>], Int, Int) = ([], 0, 0)
    for place in order.indices {
      load += 3 * place + unary.count
      if load >= size {
        blocks.append(start..<place + 1)
        (start, load) = (place + 1, 0)
      }
    }
    if start < order.count { blocks.append(start..<order.count) }
    return blocks
  }

  /// Gives the features of a block.
  func forEach(in block: Range<Int>, _ body: (CandidateFeature) -> Void) {
    let always: (CandidateFeature) -> Bool = {
      body($0)
      return true
    }
    for place in block {
      _ = giveUnary(Int(order[place]), always)
      _ = giveBinary(place, 0..<place, always)
    }
  }

  /// Gives the features of one complexity.
  ///
  /// - Parameter body: Returns whether to go on.
  func forEach(ofComplexity complexity: Int, _ body: (CandidateFeature) -> Bool) {
    for place in order.indices {
      let own = Int(space.features[Int(order[place])].complexity)
      if own == complexity - 1, !giveUnary(Int(order[place]), body) { return }
      let rest = complexity - 1 - own
      guard rest >= 0, rest < ends.count else { continue }
      let range = (rest == 0 ? 0 : ends[rest - 1])..<ends[rest]
      if !giveBinary(place, range.clamped(to: 0..<place), body) { return }
    }
  }

  private func giveUnary(_ own: Int, _ body: (CandidateFeature) -> Bool) -> Bool {
    let feature = space.features[own]
    guard feature.rung == space.rung else { return true }
    for (index, function) in unary.enumerated() where allowed[index][Int(feature.unit)] {
      guard !function.undoes(feature.function) else { continue }
      let residue = function.residue(feature.residue, inverse: feature.inverse)
      guard space.known[PrimeField.unsigned(residue)] == nil else { continue }
      guard body(CandidateFeature(function: function, left: own, right: -1)) else { return false }
    }
    return true
  }

  private func giveBinary(
    _ place: Int, _ partners: Range<Int>, _ body: (CandidateFeature) -> Bool
  ) -> Bool {
    let own = Int(order[place])
    let a = space.features[own]
    let (adds, subtracts) = (binary.contains(.add), binary.contains(.subtract))
    let (multiplies, divides) = (binary.contains(.multiply), binary.contains(.divide))
    let differs = binary.contains(.absoluteDifference)
    for other in partners {
      let second = Int(order[other])
      let b = space.features[second]
      guard a.rung == space.rung || b.rung == space.rung else { continue }
      func offer(_ function: FormulaOperator, _ left: Int, _ right: Int) -> Bool {
        body(CandidateFeature(function: function, left: left, right: right))
      }
      if a.unit == b.unit {
        if adds, isFirst(sum: own, second, negative: false), !offer(.add, own, second) {
          return false
        }
        if subtracts, isFirst(sum: own, second, negative: true), !offer(.subtract, own, second) {
          return false
        }
        // Where the sign never changes, the difference itself is there.
        if differs, !subtracts || (a.lowest < b.highest && b.lowest < a.highest),
          !offer(.absoluteDifference, own, second)
        {
          return false
        }
      }
      if multiplies, isFirst(product: own, second, inverse: false), !offer(.multiply, own, second) {
        return false
      }
      guard divides else { continue }
      if isNonzero(b), isFirst(product: own, second, inverse: true), !offer(.divide, own, second) {
        return false
      }
      if isNonzero(a), isFirst(product: second, own, inverse: true), !offer(.divide, second, own) {
        return false
      }
    }
    return true
  }

  /// Not whether a value between the ends is 0: such quotients are found out by their values.
  private func isNonzero(_ feature: Feature) -> Bool {
    feature.lowest != 0 && feature.highest != 0
  }

  private var dividesAndMultiplies: Bool { binary.contains(.multiply) && binary.contains(.divide) }
  private var addsAndSubtracts: Bool { binary.contains(.add) && binary.contains(.subtract) }
}

// MARK: One way to each feature

extension FeatureStream {
  /// Whether `a·b` (or `a/b`) is neither kept already nor put together from earlier parts.
  private func isFirst(product first: Int, _ second: Int, inverse: Bool) -> Bool {
    let (a, b) = (space.features[first], space.features[second])
    let (value, reciprocal) =
      inverse
      ? (PrimeField.product(a.residue, b.inverse), PrimeField.product(a.inverse, b.residue))
      : (PrimeField.product(a.residue, b.residue), PrimeField.product(a.inverse, b.inverse))
    if isKnown(value) { return false }
    guard dividesAndMultiplies else { return true }
    let own = Way(first, second, space)
    for part in [a, b] where part.function == .multiply || part.function == .divide {
      for child in [part.left, part.right] {
        let factor = space.features[Int(child)]
        // value = child · rest, or child / rest, or rest / child.
        let rest = PrimeField.product(value, factor.inverse)
        if isEarlier(child, rest, than: own) { return false }
        let divisor = PrimeField.product(reciprocal, factor.residue)
        if isEarlier(child, divisor, than: own, { isNonzero($0) }) { return false }
        let dividend = PrimeField.product(value, factor.residue)
        if isNonzero(factor), isEarlier(child, dividend, than: own) { return false }
      }
    }
    return true
  }

  /// Whether `a + b` (or `a − b`) is neither kept already nor put together from earlier parts.
  private func isFirst(sum first: Int, _ second: Int, negative: Bool) -> Bool {
    let (a, b) = (space.features[first], space.features[second])
    let value =
      negative
      ? PrimeField.difference(a.residue, b.residue) : PrimeField.sum(a.residue, b.residue)
    if isKnown(value) { return false }
    guard addsAndSubtracts else { return true }
    let own = Way(first, second, space)
    for part in [a, b] where part.function == .add || part.function == .subtract {
      for child in [part.left, part.right] {
        let term = space.features[Int(child)].residue
        if isEarlier(child, PrimeField.difference(value, term), than: own) { return false }
        if isEarlier(child, PrimeField.sum(value, term), than: own) { return false }
      }
    }
    return true
  }

  private func isKnown(_ residue: UInt64) -> Bool {
    space.known[PrimeField.unsigned(residue)] != nil
  }

  /// Whether a kept part has this residue and joined to `child` comes before a pair.
  @inline(__always)
  private func isEarlier(
    _ child: Int32, _ residue: UInt64, than own: Way, _ isUsable: (Feature) -> Bool = { _ in true }
  ) -> Bool {
    guard let found = space.known[PrimeField.unsigned(residue)], found != child,
      isOperand[Int(found)], isOperand[Int(child)]
    else { return false }
    let (a, b) = (space.features[Int(child)], space.features[Int(found)])
    return max(a.rung, b.rung) == Int32(space.rung)
      && Way(Int(child), Int(found), space) < own && isUsable(b)
  }

  /// Two parts in the order in which pairs count: complexity, the later one, the earlier one.
  private struct Way {
    let complexity: Int32
    let later: Int
    let earlier: Int

    init(_ a: Int, _ b: Int, _ space: FeatureSpace) {
      complexity = space.features[a].complexity + space.features[b].complexity
      (later, earlier) = (max(a, b), min(a, b))
    }

    static func < (a: Way, b: Way) -> Bool {
      (a.complexity, a.later, a.earlier) < (b.complexity, b.later, b.earlier)
    }
  }
}

extension FormulaOperator {
  /// Whether it takes back what another has done, or does the same again.
  func undoes(_ other: FormulaOperator?) -> Bool {
    switch (self, other) {
    case (.inverse, .inverse), (.inverse, .divide), (.inverse, .exponential), (.inverse, .decay),
      (.logarithm, .exponential), (.logarithm, .decay), (.exponential, .logarithm),
      (.decay, .logarithm), (.squareRoot, .square), (.square, .squareRoot), (.cubeRoot, .cube),
      (.cube, .cubeRoot), (.squareRoot, .sixthPower), (.cubeRoot, .sixthPower),
      (.absolute, .absolute), (.absolute, .absoluteDifference), (.square, .absolute),
      (.square, .absoluteDifference), (.cubeRoot, .squareRoot), (.absolute, .square),
      (.logarithm, .inverse), (.logarithm, .square), (.logarithm, .cube), (.logarithm, .sixthPower),
      (.logarithm, .squareRoot), (.logarithm, .cubeRoot):
      true
    default: false
    }
  }
}
