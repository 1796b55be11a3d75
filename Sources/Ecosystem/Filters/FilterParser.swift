/// Reads a filter by recursive descent; the depth of the recursion is bounded.
struct FilterParser {
  private var scanner: FilterScanner
  private let limits: FilterLimits
  private var depth = 0

  init(_ text: String, limits: FilterLimits) {
    scanner = FilterScanner(text)
    self.limits = limits
  }

  mutating func filter() throws(FilterError) -> FilterExpression {
    guard scanner.count <= limits.length else {
      throw FilterError(.tooLong(limit: limits.length), offset: 0)
    }
    let result = try expression()
    guard scanner.isAtEnd else { throw scanner.unexpected("AND, OR or the end") }
    return result
  }

  private mutating func expression() throws(FilterError) -> FilterExpression {
    var alternatives = [try clause()]
    while scanner.accept("OR") { alternatives.append(try clause()) }
    return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
  }

  private mutating func clause() throws(FilterError) -> FilterExpression {
    var phrases = [try phrase()]
    while scanner.accept("AND") { phrases.append(try phrase()) }
    return phrases.count == 1 ? phrases[0] : .all(phrases)
  }

  private mutating func phrase() throws(FilterError) -> FilterExpression {
    if scanner.accept("NOT") { return .not(try group()) }
    return try group()
  }

  private mutating func group() throws(FilterError) -> FilterExpression {
    let start = scanner.place
    guard scanner.accept("(") else { return .condition(try condition()) }
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depth else {
      throw scanner.error(.tooDeep(limit: limits.depth), at: start)
    }
    let result = try expression()
    guard scanner.accept(")") else { throw scanner.unexpected("a closing parenthesis") }
    return result
  }

  private mutating func condition() throws(FilterError) -> FilterCondition {
    guard let first = try operand() else {
      throw scanner.unexpected("a property in lower case, a value or a parenthesis")
    }
    guard case .property(let property) = first else { return try comparison(of: first) }
    if scanner.accept("IS") { return .known(property, try knownness()) }
    if let part = part() { return .part(property, part, try value()) }
    if scanner.accept("LENGTH") { return try length(of: property) }
    if scanner.accept("HAS") { return try listCondition([property]) }
    if scanner.accept(":") { return try correlatedCondition(first: property) }
    return try comparison(of: first)
  }

  private mutating func comparison(of first: FilterOperand) throws(FilterError) -> FilterCondition {
    let place = scanner.place
    guard let relation = scanner.relation() else {
      throw scanner.unexpected("an operator such as =, <, HAS, CONTAINS, IS KNOWN or LENGTH")
    }
    let second = try value()
    try check(relation, first, at: place)
    try check(relation, second, at: place)
    return .compare(first, relation, second)
  }

  private mutating func knownness() throws(FilterError) -> Bool {
    if scanner.accept("KNOWN") { return true }
    guard scanner.accept("UNKNOWN") else { throw scanner.unexpected("KNOWN or UNKNOWN") }
    return false
  }

  private mutating func length(
    of property: FilterProperty
  ) throws(FilterError) -> FilterCondition {
    let relation = scanner.relation() ?? .equal
    let place = scanner.place
    let operand = try value()
    switch operand {
    case .property: break
    case .number(let number) where number == number.rounded(): break
    case .number, .text, .flag: throw scanner.error(.lengthIsNoWholeNumber, at: place)
    }
    return .length(property, relation, operand)
  }

  private mutating func correlatedCondition(
    first: FilterProperty
  ) throws(FilterError) -> FilterCondition {
    var properties = [first]
    repeat {
      guard let property = try property() else { throw scanner.unexpected("a property") }
      properties.append(property)
    } while scanner.accept(":")
    guard scanner.accept("HAS") else { throw scanner.unexpected("HAS") }
    return try listCondition(properties)
  }

  private mutating func listCondition(
    _ properties: [FilterProperty]
  ) throws(FilterError) -> FilterCondition {
    let quantity = quantity()
    var rows = [try tests(properties.count)]
    while quantity != .one, scanner.accept(",") { rows.append(try tests(properties.count)) }
    return .has(properties, quantity, rows)
  }

  private mutating func quantity() -> FilterQuantity {
    if scanner.accept("ALL") { return .all }
    if scanner.accept("ANY") { return .any }
    return scanner.accept("ONLY") ? .only : .one
  }

  private mutating func tests(_ count: Int) throws(FilterError) -> [FilterTest] {
    let place = scanner.place
    var tests = [try test()]
    while count > 1, scanner.accept(":") { tests.append(try test()) }
    guard tests.count == count else {
      throw scanner.error(.unevenLists(lists: count, values: tests.count), at: place)
    }
    return tests
  }

  private mutating func test() throws(FilterError) -> FilterTest {
    if let part = part() { return .part(part, try value()) }
    let place = scanner.place
    let relation = scanner.relation() ?? .equal
    let operand = try value()
    try check(relation, operand, at: place)
    return .compare(relation, operand)
  }

  private mutating func part() -> FilterPart? {
    if scanner.accept("CONTAINS") { return .contains }
    let part: FilterPart
    if scanner.accept("STARTS") {
      part = .starts
    } else if scanner.accept("ENDS") {
      part = .ends
    } else {
      return nil
    }
    _ = scanner.accept("WITH")
    return part
  }

  private mutating func value() throws(FilterError) -> FilterOperand {
    guard let operand = try operand() else { throw scanner.unexpected("a value") }
    return operand
  }

  private mutating func operand() throws(FilterError) -> FilterOperand? {
    if let property = try property() { return .property(property) }
    if let text = try scanner.text() { return .text(text) }
    if let number = scanner.number() { return .number(number) }
    if scanner.accept("TRUE") { return .flag(true) }
    return scanner.accept("FALSE") ? .flag(false) : nil
  }

  private mutating func property() throws(FilterError) -> FilterProperty? {
    guard let first = scanner.identifier() else { return nil }
    var path = [first]
    while scanner.accept(".") {
      guard let next = scanner.identifier() else { throw scanner.unexpected("a property") }
      path.append(next)
    }
    return FilterProperty(path)
  }

  private func check(
    _ relation: FilterRelation, _ operand: FilterOperand, at place: Int
  ) throws(FilterError) {
    guard case .flag = operand, relation != .equal, relation != .notEqual else { return }
    throw scanner.error(.orderOfFlags, at: place)
  }
}
