import Discovery
import Formats

/// One member of a request's body: checked by it, and described by it.
struct Field: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case string
    case integer
    case number
    case boolean

    /// Properties with a number, or with `value`, `spread` and `unit`.
    case values

    /// Objects with `formula` and `variables`.
    case candidates

    /// Objects with one of `formula`, `structure` and `record`; see ``MaterialQuestion``.
    case materials
  }

  let name: String
  let kind: Kind
  let isRequired: Bool
  let description: String

  /// Of numbers.
  let range: ClosedRange<Double>

  /// Characters of a text, entries of a list.
  let length: ClosedRange<Int>

  /// Whole numbers that every program can hold.
  static let exact = -9_007_199_254_740_991.0...9_007_199_254_740_991.0
  static let mostEntries = 10_000

  init(
    _ name: String, _ kind: Kind, required: Bool = false, in range: ClosedRange<Double>? = nil,
    length: ClosedRange<Int> = 0...Field.mostEntries, _ description: String
  ) {
    self.name = name
    self.kind = kind
    isRequired = required
    self.description = description
    self.range =
      range
      ?? (kind == .integer
        ? Self.exact : -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    self.length = length
  }

  /// Why a value is none for this field; `nil` where it is one.
  func fault(of value: JSONValue) -> Problem? {
    let (isRight, words): (Bool, String) =
      switch kind {
      case .string: (value.text != nil, "a text")
      case .integer: (value.double.map { $0 == $0.rounded() } ?? false, "a whole number")
      case .number: (value.double?.isFinite ?? false, "a number")
      case .boolean: (value == .bool(true) || value == .bool(false), "true or false")
      case .values: (value.members != nil, "an object of properties")
      case .candidates, .materials: (value.items != nil, "a list of objects")
      }
    guard isRight else {
      return Problem(400, "wrong-kind", "The field \"\(name)\" must be \(words).")
    }
    if let number = value.double, !range.contains(number) {
      return Problem(
        400, "out-of-range",
        "The field \"\(name)\" must lie between \(range.lowerBound) and \(range.upperBound).")
    }
    let count = value.text?.unicodeScalars.count ?? value.items?.count ?? value.members?.count
    guard let count, !length.contains(count) else { return nil }
    return Problem(
      400, "wrong-length",
      "The field \"\(name)\" must have \(length.lowerBound) to \(length.upperBound) "
        + "\(kind == .string ? "characters" : "entries").")
  }
}

/// A body that has been checked against the fields of its route.
struct Body: Sendable {
  private let members: [String: JSONValue]

  /// - Throws: ``Problem`` with status 400 for JSON that cannot be read, unknown names, missing names
  ///   and values of another kind.
  init(_ bytes: [UInt8], fields: [Field]) throws(Problem) {
    let root: JSONValue
    do {
      root = try JSONValue(json: bytes.isEmpty ? Array("{}".utf8) : bytes, file: "body")
    } catch {
      throw Problem(400, "not-json", "The body is no JSON: \(error.message)")
    }
    guard let members = root.members else {
      throw Problem(400, "not-an-object", "The body must be a JSON object.")
    }
    self.members = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
    for name in self.members.keys.sorted() where !fields.contains(where: { $0.name == name }) {
      let known = fields.map(\.name).joined(separator: ", ")
      throw Problem(
        400, "unknown-field",
        "The body has a field \"\(name.prefix(100))\", which is not known. There are: \(known).")
    }
    for field in fields { try check(field) }
  }

  private func check(_ field: Field) throws(Problem) {
    guard let value = members[field.name], value != .null else {
      if field.isRequired {
        throw Problem(400, "missing-field", "The body needs the field \"\(field.name)\".")
      }
      return
    }
    if let fault = field.fault(of: value) { throw fault }
  }

  func text(_ name: String) -> String? { members[name]?.text }

  func integer(_ name: String) -> Int? { members[name]?.double.map { Int($0) } }

  func number(_ name: String) -> Double? { members[name]?.double }

  func flag(_ name: String) -> Bool? {
    if case .bool(let value)? = members[name] { value } else { nil }
  }

  func items(_ name: String) -> [JSONValue] { members[name]?.items ?? [] }

  /// Measured values.
  func values(_ name: String) throws(Problem) -> [String: MeasuredValue] {
    var values: [String: MeasuredValue] = [:]
    for member in members[name]?.members ?? [] {
      values[member.key] = try Self.value(member)
    }
    return values
  }

  private static func value(_ member: JSONMember) throws(Problem) -> MeasuredValue {
    let name = member.key.prefix(100)
    if let number = member.value.double { return MeasuredValue(number) }
    guard let parts = member.value.members, let number = member.value["value"]?.double else {
      throw Problem(
        400, "wrong-kind", "\"\(name)\" must be a number, or an object with value, spread, unit.")
    }
    for part in parts where !["value", "spread", "unit"].contains(part.key) {
      throw Problem(400, "unknown-field", "\"\(name)\" has a field that is not known.")
    }
    let (spread, unit) = (member.value["spread"], member.value["unit"])
    guard spread == nil || spread == .null || spread?.double != nil,
      unit == nil || unit == .null || (unit?.text).map({ $0.count <= 100 }) == true
    else { throw Problem(400, "wrong-kind", "The spread or the unit of \"\(name)\" is wrong.") }
    return MeasuredValue(number, spread: spread?.double, unit: unit?.text)
  }
}
