internal import Formats

/// Why a filter, though well written, asks a store for something that cannot be.
public enum FilterTypeError: Error, Hashable, Sendable {
  /// Nothing is measured under the name.
  case unknownProperty(String, place: String, known: [String])

  /// No value of the property was obtained by the method.
  case unknownFidelity(String, of: String, known: [String])

  /// A number beside values in several units.
  case units(String, [String])

  /// A part of something that has no parts.
  case noParts(FilterProperty)

  /// Values of different kinds.
  case kinds(String, FilterKind, String, FilterKind)

  /// Asks something of a kind of value that has no answer.
  case question(String, FilterProperty, FilterKind)
}

/// What kind of values a property or a literal has.
public indirect enum FilterKind: Hashable, Sendable, CustomStringConvertible {
  case text
  case number
  case flag
  case list(of: FilterKind)

  public var description: String {
    switch self {
    case .text: "a text"
    case .number: "a number"
    case .flag: "TRUE or FALSE"
    case .list(.text): "a list of texts"
    case .list: "a list of numbers"
    }
  }
}

extension FilterTypeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownProperty(let name, let place, let known):
      "\(place): nothing is measured as \(name).\(Self.suggestion(name, known)) There are "
        + "\(Self.list(known))."
    case .unknownFidelity(let fidelity, let property, let known):
      known.isEmpty
        ? "\(property) has no value with a method; leave .\(fidelity) out."
        : "\(property) has no value by \(fidelity).\(Self.suggestion(fidelity, known)) "
          + "There are \(Self.list(known.map { "\(property).\($0)" }))."
    case .units(let property, let units):
      "\(property) is stored in \(units.joined(separator: " and in ")): a number cannot be compared "
        + "with both. Import the values in one unit; \"athanor data harmonize\" converts them."
    case .noParts(let property):
      "\(property.path[0]) has no parts; ask for \(property.path[0]), not for \(property)."
    case .kinds(let left, let leftKind, let right, let rightKind):
      "\(left) is \(leftKind) and \(right) is \(rightKind): they cannot be compared"
        + "\(Self.remedy(left, leftKind, rightKind))."
    case .question(let word, let property, let kind):
      "\(property) is \(kind), of which \(word) cannot be asked\(Self.remedy(word, property, kind))."
    }
  }

  private static func suggestion(_ name: String, _ known: [String]) -> String {
    nearest(to: name, among: known).map { " Did you mean \($0)?" } ?? ""
  }

  private static func list(_ names: [String]) -> String {
    let more = names.count > 30 ? ", … \(names.count - 30) more" : ""
    return names.prefix(30).joined(separator: ", ") + more
  }

  private static func remedy(_ name: String, _ kind: FilterKind, _ other: FilterKind) -> String {
    switch (kind, other) {
    case (.text, .number): "; write a text in quotation marks"
    case (.number, .text): "; write a number without quotation marks"
    case (.list, _): "; ask \(name) HAS or \(name) LENGTH"
    default: ""
    }
  }

  private static func remedy(
    _ word: String, _ property: FilterProperty, _ kind: FilterKind
  ) -> String {
    switch kind {
    case .list: "; use \(property) HAS"
    case .text: "; use =, CONTAINS, STARTS WITH or ENDS WITH"
    case .number: "; use =, <, > and their kin"
    case .flag: ""
    }
  }
}
