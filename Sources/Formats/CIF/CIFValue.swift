/// A value of a CIF.
public enum CIFValue: Hashable, Sendable {
  /// `.`: there is no value to give.
  case inapplicable
  /// `?`: nobody knows.
  case unknown
  /// Anything else that is no list or table, without its quotes.
  case text(String)
  /// CIF 2.0.
  case list([CIFValue])
  /// CIF 2.0, in the order of the file.
  case table([Pair])

  public struct Pair: Hashable, Sendable {
    public var key: String
    public var value: CIFValue

    public init(key: String, value: CIFValue) {
      self.key = key
      self.value = value
    }
  }

  /// A value that stands without quotes.
  init(word: String) {
    self = word == "." ? .inapplicable : word == "?" ? .unknown : .text(word)
  }

  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// A number; an uncertainty in parentheses, as in `5.4310(2)`, is left out.
  public var number: Double? {
    guard let text else { return nil }
    let bytes = Array(text.utf8)
    return CIFNumber.value(bytes.span, 0..<bytes.count)
  }
}
