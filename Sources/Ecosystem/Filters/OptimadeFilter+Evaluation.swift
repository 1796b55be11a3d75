extension OptimadeFilter {
  /// Whether the filter is true of a subject.
  ///
  /// A comparison with an unknown value, or between values of different types, is neither true nor
  /// false, and stays so under `NOT`: `a = 1` and `NOT a = 1` both miss a subject without `a`. Ands
  /// and ors follow the three-valued logic of Kleene. Texts are compared by code points, timestamps
  /// by the moment they name, numbers exactly.
  public func matches(_ subject: some FilterSubject) -> Bool {
    expression.truth(of: subject) == true
  }

  /// The names of all properties that the filter asks for: the first part of each path.
  public var properties: Set<String> {
    var names: Set<String> = []
    expression.collectProperties(into: &names)
    return names
  }
}

extension FilterExpression {
  /// `nil` when it is neither true nor false.
  fileprivate func truth(of subject: some FilterSubject) -> Bool? {
    switch self {
    case .all(let phrases): conjunction(phrases) { $0.truth(of: subject) }
    case .any(let alternatives): disjunction(alternatives) { $0.truth(of: subject) }
    case .not(let expression): expression.truth(of: subject).map { !$0 }
    case .condition(let condition): condition.truth(of: subject)
    }
  }

  fileprivate func collectProperties(into names: inout Set<String>) {
    switch self {
    case .all(let list), .any(let list):
      for expression in list { expression.collectProperties(into: &names) }
    case .not(let expression): expression.collectProperties(into: &names)
    case .condition(let condition): names.formUnion(condition.properties.map { $0.path[0] })
    }
  }
}

extension FilterCondition {
  fileprivate var properties: [FilterProperty] {
    switch self {
    case .compare(let left, _, let right): [left, right].compactMap(\.property)
    case .known(let property, _): [property]
    case .part(let property, _, let operand), .length(let property, _, let operand):
      [property] + [operand].compactMap(\.property)
    case .has(let properties, _, let rows):
      properties + rows.joined().compactMap { $0.operand.property }
    }
  }

  fileprivate func truth(of subject: some FilterSubject) -> Bool? {
    switch self {
    case .known(let property, let known):
      return (subject.value(of: property.path) != nil) == known
    case .compare(let left, let relation, let right):
      return relation.holds(left.value(in: subject), right.value(in: subject))
    case .part(let property, let part, let operand):
      return part.holds(subject.value(of: property.path), operand.value(in: subject))
    case .length(let property, let relation, let operand):
      guard case .list(let elements) = subject.value(of: property.path) else { return nil }
      return relation.holds(.number(Double(elements.count)), operand.value(in: subject))
    case .has(let properties, let quantity, let rows):
      return FilterCondition.truth(of: quantity, rows, properties, in: subject)
    }
  }

  private static func truth(
    of quantity: FilterQuantity, _ rows: [[FilterTest]], _ properties: [FilterProperty],
    in subject: some FilterSubject
  ) -> Bool? {
    var lists: [[FilterValue?]] = []
    for property in properties {
      guard case .list(let elements) = subject.value(of: property.path) else { return nil }
      lists.append(elements)
    }
    guard let count = lists.first?.count, lists.allSatisfy({ $0.count == count }) else {
      return nil
    }
    let tests = rows.map { row in row.map { ($0, $0.operand.value(in: subject)) } }
    func holds(_ row: [(FilterTest, FilterValue?)], at index: Int) -> Bool? {
      conjunction(row.indices) { row[$0].0.holds(lists[$0][index], row[$0].1) }
    }
    return switch quantity {
    case .one, .all: conjunction(tests) { row in disjunction(0..<count) { holds(row, at: $0) } }
    case .any: disjunction(tests) { row in disjunction(0..<count) { holds(row, at: $0) } }
    case .only: conjunction(0..<count) { index in disjunction(tests) { holds($0, at: index) } }
    }
  }
}

extension FilterTest {
  fileprivate var operand: FilterOperand {
    switch self {
    case .compare(_, let operand), .part(_, let operand): operand
    }
  }

  fileprivate func holds(_ element: FilterValue?, _ value: FilterValue?) -> Bool? {
    switch self {
    case .compare(let relation, _): relation.holds(element, value)
    case .part(let part, _): part.holds(element, value)
    }
  }
}

extension FilterOperand {
  fileprivate var property: FilterProperty? {
    if case .property(let property) = self { property } else { nil }
  }

  fileprivate func value(in subject: some FilterSubject) -> FilterValue? {
    switch self {
    case .property(let property): subject.value(of: property.path)
    case .text(let text): .text(text)
    case .number(let number): .number(number)
    case .flag(let flag): .flag(flag)
    }
  }
}

extension FilterRelation {
  fileprivate func holds(_ left: FilterValue?, _ right: FilterValue?) -> Bool? {
    switch (left, right) {
    case (.number(let left), .number(let right)): return compare(left, right)
    case (.text(let left), .text(let right)):
      return compare(ScalarOrder(text: left), ScalarOrder(text: right))
    case (.timestamp(let left), .timestamp(let right)): return compare(left, right)
    case (.timestamp(let left), .text(let text)):
      return FilterTimestamp(text).map { compare(left, $0) }
    case (.text(let text), .timestamp(let right)):
      return FilterTimestamp(text).map { compare($0, right) }
    case (.flag(let left), .flag(let right)):
      guard self == .equal || self == .notEqual else { return nil }
      return (left == right) == (self == .equal)
    default: return nil
    }
  }

  private func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

extension FilterPart {
  fileprivate func holds(_ value: FilterValue?, _ part: FilterValue?) -> Bool? {
    guard case .text(let text) = value, case .text(let piece) = part else { return nil }
    switch self {
    case .starts: return text.utf8.starts(with: piece.utf8)
    case .ends: return text.utf8.reversed().starts(with: piece.utf8.reversed())
    case .contains: return FilterPart.occurs(Array(piece.utf8), in: Array(text.utf8))
    }
  }

  /// Knuth, Morris and Pratt: linear time whatever the texts.
  private static func occurs(_ piece: [UInt8], in text: [UInt8]) -> Bool {
    guard piece.count <= text.count else { return false }
    guard !piece.isEmpty else { return true }
    var fallback = [Int](repeating: 0, count: piece.count)
    var matched = 0
    for index in 1..<piece.count {
      while matched > 0, piece[index] != piece[matched] { matched = fallback[matched - 1] }
      if piece[index] == piece[matched] { matched += 1 }
      fallback[index] = matched
    }
    matched = 0
    for byte in text {
      while matched > 0, byte != piece[matched] { matched = fallback[matched - 1] }
      if byte == piece[matched] { matched += 1 }
      if matched == piece.count { return true }
    }
    return false
  }
}

/// A text in the order of its code points; the order of `String` counts equivalent spellings as one.
private struct ScalarOrder: Comparable {
  let text: String

  static func == (left: ScalarOrder, right: ScalarOrder) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  static func < (left: ScalarOrder, right: ScalarOrder) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

/// Kleene's and: false where one is false, true where all are true.
private func conjunction<Items: Sequence>(_ items: Items, _ truth: (Items.Element) -> Bool?)
  -> Bool?
{
  var result: Bool? = true
  for item in items {
    let value = truth(item)
    if value == false { return false }
    if value == nil { result = nil }
  }
  return result
}

/// Kleene's or: true where one is true, false where all are false.
private func disjunction<Items: Sequence>(_ items: Items, _ truth: (Items.Element) -> Bool?)
  -> Bool?
{
  var result: Bool? = false
  for item in items {
    let value = truth(item)
    if value == true { return true }
    if value == nil { result = nil }
  }
  return result
}
