import DenseMath
import Ecosystem
import Formats
import Foundation
import TestKit
import Testing

@Suite("Laws of filters")
struct FilterLawTests {
  @Test("Writing and reading are inverse", arguments: UInt64(0)..<400)
  func roundTrips(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let filter = OptimadeFilter(.arbitrary(depth: 4, using: &rng))
    #expect(try OptimadeFilter(parsing: filter.description) == filter, "\(filter)")
  }

  @Test("De Morgan's laws, double negation and complement hold", arguments: UInt64(0)..<200)
  func obeysLogic(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let left = FilterExpression.arbitrary(depth: 2, using: &rng)
    let right = FilterExpression.arbitrary(depth: 2, using: &rng)
    for _ in 0..<8 {
      let subject = arbitrarySubject(using: &rng)
      func truth(_ expression: FilterExpression) -> Bool {
        OptimadeFilter(expression).matches(subject)
      }
      #expect(truth(.not(.all([left, right]))) == truth(.any([.not(left), .not(right)])))
      #expect(truth(.not(.any([left, right]))) == truth(.all([.not(left), .not(right)])))
      #expect(truth(.not(.not(left))) == truth(left))
      #expect(truth(.all([left, right])) == (truth(left) && truth(right)))
      #expect(truth(.any([left, right])) == (truth(left) || truth(right)))
      #expect(!(truth(left) && truth(.not(left))))
    }
  }

  @Test("A comparison of known values of one type or its negation is true", arguments: 0..<100)
  func excludesTheMiddle(seed: Int) {
    var rng = SplitMix64(seed: UInt64(seed))
    let value = Double(rng.index(below: 4))
    let subject: [String: FilterValue] = ["a": .number(value), "l": .list([.number(value)])]
    let number = FilterOperand.number(Double(rng.index(below: 4)))
    let a = FilterProperty(["a"])
    let l = FilterProperty(["l"])
    for relation in FilterRelation.allCases {
      let conditions: [FilterCondition] = [
        .compare(.property(a), relation, number), .length(l, relation, number),
        .has([l], .one, [[.compare(relation, number)]]),
        .has([l], .only, [[.compare(relation, number)]]),
      ]
      for condition in conditions.map(FilterExpression.condition) {
        let holds = OptimadeFilter(condition).matches(subject)
        #expect(OptimadeFilter(.not(condition)).matches(subject) == !holds, "\(condition)")
      }
    }
  }

  @Test("Agrees with independent programs", .enabled(if: SharedFolder.has("golden/optimade")))
  func matchesGolden() throws {
    let inputs = try JSONValue(
      json: SharedFolder.bytes("golden/optimade/inputs.json"), file: "inputs.json")
    guard case .object(let members) = inputs,
      case .array(let records)? = members.first(where: { $0.key == "records" })?.value
    else {
      Issue.record("inputs.json has no records")
      return
    }
    let subjects = records.map { JSONSubject($0) }
    for (testCase, expected) in try SharedFolder.goldenCases("optimade") {
      let text = try #require(testCase["filter"] as? String)
      guard let identifiers = expected["ids"] as? [String] else {
        guard expected["judged"] as? Bool == true else { continue }
        let accepted = (try? OptimadeFilter(parsing: text)) != nil
        #expect(accepted == expected["accepted"] as? Bool, "\(text)")
        continue
      }
      let filter = try OptimadeFilter(parsing: text)
      let found = subjects.filter { filter.matches($0) }.compactMap { $0.value(of: ["id"]) }
      #expect(found == identifiers.map(FilterValue.text), "\(text)")
    }
  }

  @Test("Finds nested values; lists of objects become flat lists")
  func nests() throws {
    let json =
      #"{"a":{"b":{"c":7}},"s":[{"n":"x","m":[1,2]},{"n":null,"m":[3]},{}],"t":[[{"u":1}]]}"#
    let subject = JSONSubject(try JSONValue(json: Array(json.utf8), file: "test"))
    #expect(subject.value(of: ["a", "b", "c"]) == .number(7))
    #expect(subject.value(of: ["a", "c"]) == nil)
    #expect(subject.value(of: ["s", "n"]) == .list([.text("x"), nil, nil]))
    #expect(try OptimadeFilter(parsing: "s.m HAS ALL 1,3").matches(subject))
    #expect(try OptimadeFilter(parsing: "t.u HAS 1 AND s LENGTH 3").matches(subject))
  }
}

private func arbitrarySubject(using rng: inout SplitMix64) -> [String: FilterValue] {
  var subject: [String: FilterValue] = [:]
  for name in ["a", "b", "_x_1"] {
    switch rng.index(below: 6) {
    case 0: subject[name] = .number(Double(rng.index(below: 4)))
    case 1: subject[name] = .text(["", "x", "xy"][rng.index(below: 3)])
    case 2: subject[name] = .flag(rng.index(below: 2) == 0)
    case 3: subject[name] = .list([.number(Double(rng.index(below: 4))), nil, .text("x")])
    case 4: subject[name] = .list((0..<rng.index(below: 3)).map { .number(Double($0)) })
    default: break
    }
  }
  return subject
}

extension FilterExpression {
  static func arbitrary(depth: Int, using rng: inout SplitMix64) -> FilterExpression {
    switch depth == 0 ? 3 : rng.index(below: 5) {
    case 0: .all(list(depth: depth, using: &rng))
    case 1: .any(list(depth: depth, using: &rng))
    case 2: .not(arbitrary(depth: depth - 1, using: &rng))
    default: .condition(.arbitrary(using: &rng))
    }
  }

  private static func list(depth: Int, using rng: inout SplitMix64) -> [FilterExpression] {
    (0..<2 + rng.index(below: 2)).map { _ in arbitrary(depth: depth - 1, using: &rng) }
  }
}

extension FilterCondition {
  fileprivate static func arbitrary(using rng: inout SplitMix64) -> FilterCondition {
    let property = FilterProperty.arbitrary(using: &rng)
    switch rng.index(below: 5) {
    case 0:
      let relation = rng.pick(FilterRelation.allCases)
      let right = FilterOperand.arbitrary(for: relation, using: &rng)
      let left = FilterOperand.arbitrary(for: relation, using: &rng)
      return .compare(rng.index(below: 2) == 0 ? .property(property) : left, relation, right)
    case 1: return .known(property, rng.index(below: 2) == 0)
    case 2:
      return .part(
        property, rng.pick(FilterPart.allCases), .arbitrary(for: .equal, using: &rng))
    case 3:
      let size = FilterOperand.number(Double(rng.index(below: 5)) - 1)
      let other = FilterOperand.property(.arbitrary(using: &rng))
      return .length(
        property, rng.pick(FilterRelation.allCases), rng.index(below: 3) == 0 ? other : size)
    default:
      let properties = (0...rng.index(below: 3)).map { _ in FilterProperty.arbitrary(using: &rng) }
      let quantity = rng.pick(FilterQuantity.allCases)
      let rows = quantity == .one ? 1 : 1 + rng.index(below: 3)
      return .has(
        properties, quantity,
        (0..<rows).map { _ in properties.map { _ in FilterTest.arbitrary(using: &rng) } })
    }
  }
}

extension FilterTest {
  fileprivate static func arbitrary(using rng: inout SplitMix64) -> FilterTest {
    if rng.index(below: 4) == 0 {
      return .part(rng.pick(FilterPart.allCases), .arbitrary(for: .equal, using: &rng))
    }
    let relation = rng.pick(FilterRelation.allCases)
    return .compare(relation, .arbitrary(for: relation, using: &rng))
  }
}

extension FilterProperty {
  fileprivate static func arbitrary(using rng: inout SplitMix64) -> FilterProperty {
    let names = ["a", "b", "_x_1"]
    return FilterProperty((0...rng.index(below: 8) / 6).map { _ in rng.pick(names) })
  }
}

extension FilterOperand {
  fileprivate static func arbitrary(
    for relation: FilterRelation, using rng: inout SplitMix64
  ) -> FilterOperand {
    let ordered = relation != .equal && relation != .notEqual
    switch rng.index(below: ordered ? 4 : 5) {
    case 0: return .property(.arbitrary(using: &rng))
    case 1: return .text(rng.pick(["", "x", "a \"quoted\" \\ one", "žą\u{301} 🔥", "\t\n"]))
    case 2: return .number(rng.pick([0, -1, 2, 1e22, -0.0, 1e-300, .infinity, -.infinity, 1e15]))
    case 3: return .number((rng.uniform() - 0.5) * 1e3)
    default: return .flag(rng.index(below: 2) == 0)
    }
  }
}

extension SplitMix64 {
  fileprivate mutating func pick<Value>(_ values: [Value]) -> Value {
    values[index(below: values.count)]
  }
}
