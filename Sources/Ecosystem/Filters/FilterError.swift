/// Why a text is not a filter.
public struct FilterError: Error, Hashable, Sendable {
  public let reason: Reason

  /// Where, in Unicode scalars from the start of the text, from 0.
  public let offset: Int

  public enum Reason: Hashable, Sendable {
    /// Something else must stand here.
    case unexpected(found: String, expected: String)
    case unclosedText
    case unknownEscape(String)
    case controlCharacter(UInt32)
    /// `<` between truth values.
    case orderOfFlags
    /// `LENGTH` with something that is no whole number.
    case lengthIsNoWholeNumber
    case unevenLists(lists: Int, values: Int)
    case tooLong(limit: Int)
    case tooDeep(limit: Int)
  }

  public init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension FilterError: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .tooLong(let limit):
      "The filter is longer than \(limit) bytes; split it into several."
    case .tooDeep(let limit):
      "Parentheses are nested more than \(limit) deep at offset \(offset); write the filter flatter."
    default: "The filter cannot be read at offset \(offset): \(cause)"
    }
  }

  private var cause: String {
    switch reason {
    case .unexpected(let found, let expected): "\(expected) is expected, not \(found)."
    case .unclosedText: "the text that begins here has no closing quotation mark."
    case .unknownEscape(let character):
      "\\\(character) is not an escape; write \\\\ for a backslash and \\\" for a quotation mark."
    case .controlCharacter(let code):
      "a text holds the control character \(code); remove it."
    case .orderOfFlags: "TRUE and FALSE have no order; compare them with = or !=."
    case .lengthIsNoWholeNumber: "LENGTH is compared with a whole number, as in LENGTH >= 3."
    case .unevenLists(let lists, let values):
      "\(lists) lists in step need \(lists) values each, not \(values); separate them with colons."
    case .tooLong, .tooDeep: ""
    }
  }
}
