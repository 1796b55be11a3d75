/// Why a conversation by the i-PI protocol has ended.
public enum IPIError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownHeader(String)
  case unexpected(String, expected: String)
  case badCount(String, Int)
  case notFinite
  case truncated(missing: Int)
  case closed
  case timedOut(seconds: Double)
  case clientEnded(String)
  case socket(String, reason: String)

  public var description: String {
    switch self {
    case .unknownHeader(let word):
      "The i-PI client sent \"\(word)\", which begins no message; is it an i-PI client?"
    case .unexpected(let word, let expected):
      "The i-PI client sent \(word) where \(expected) was expected."
    case .badCount(let what, let count): "The i-PI client announced \(count) \(what)."
    case .notFinite: "The i-PI client sent a number that is not finite."
    case .truncated(let missing): "The stream of i-PI messages ends \(missing) bytes too early."
    case .closed: "The i-PI client closed the connection."
    case .timedOut(let seconds): "The i-PI client did not answer within \(seconds) s."
    case .clientEnded(let words): "The i-PI client ended: \(words)"
    case .socket(let call, let reason): "The socket failed at \(call): \(reason)."
    }
  }
}
