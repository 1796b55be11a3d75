package import Formats

/// What can be asked by an ``OptimadeFilter``.
public protocol FilterSubject {
  /// The value of a property, or `nil` when it is unknown.
  ///
  /// - Parameter property: A name, or the path to a nested value. Where a step meets a list of
  ///   objects, the answer is the flat list of what the rest of the path finds in each.
  func value(of property: [String]) -> FilterValue?
}

/// A known value of a property.
public indirect enum FilterValue: Hashable, Sendable {
  case text(String)
  case number(Double)
  case flag(Bool)
  case timestamp(FilterTimestamp)

  /// Elements may be unknown.
  case list([FilterValue?])

  /// Known, but comparable with nothing.
  case object
}

/// A table of known values by name.
extension [String: FilterValue]: FilterSubject {
  public func value(of property: [String]) -> FilterValue? {
    property.count == 1 ? self[property[0]] : nil
  }
}

extension FilterValue {
  /// - Returns: `nil` for `null` and for a number beyond the range of `Double`.
  package init?(_ json: JSONValue) {
    switch json {
    case .null: return nil
    case .bool(let flag): self = .flag(flag)
    case .string(let text): self = .text(text)
    case .number(let text):
      guard let number = Double(text), number.isFinite else { return nil }
      self = .number(number)
    case .array(let elements): self = .list(elements.map { FilterValue($0) })
    case .object: self = .object
    }
  }
}

/// An object of JSON as a subject of filters.
package struct JSONSubject: FilterSubject {
  private let members: [String: JSONValue]
  private let timestamps: Set<String>

  /// - Parameters:
  ///   - object: What is not an object has no properties.
  ///   - timestamps: Properties whose texts are points in time; the standard has one.
  package init(_ object: JSONValue, timestamps: Set<String> = ["last_modified"]) {
    var members: [String: JSONValue] = [:]
    if case .object(let list) = object {
      for member in list { members[member.key] = member.value }
    }
    self.members = members
    self.timestamps = timestamps
  }

  package func value(of property: [String]) -> FilterValue? {
    guard let name = property.first, let member = members[name] else { return nil }
    if property.count == 1, timestamps.contains(name), case .string(let text) = member {
      return FilterTimestamp(text).map(FilterValue.timestamp)
    }
    return JSONSubject.value(in: member, at: property.dropFirst())
  }

  private static func value(in json: JSONValue, at path: ArraySlice<String>) -> FilterValue? {
    guard let name = path.first else { return FilterValue(json) }
    switch json {
    case .object(let members):
      guard let member = members.first(where: { $0.key == name }) else { return nil }
      return value(in: member.value, at: path.dropFirst())
    case .array(let elements):
      return .list(elements.flatMap { flat(value(in: $0, at: path)) })
    default: return nil
    }
  }

  private static func flat(_ value: FilterValue?) -> [FilterValue?] {
    if case .list(let elements) = value { elements } else { [value] }
  }
}
