public import Matter

/// Why an engine has computed nothing.
public enum EngineError: Error, Hashable, Sendable {
  case notInstalled(String, remedy: String)
  case cannotStart(String, reason: String)
  /// A site is shared or partly vacant.
  case disordered
  case noPotential(Element, in: String)
  /// Settings, or a task, that this engine cannot work with.
  case invalid(String)
  /// A sentence on what did not converge, after the last attempt.
  case notConverged(String)
  case crashed(String, lastWords: String)
  case timedOut(seconds: Double)
  case outOfMemory(limitMB: Int?, lastWords: String)
  case unreadable(String, reason: String)
  case connection(IPIError)

  /// Whether other settings of the same task may bring a result.
  var canRetry: Bool {
    if case .notConverged = self { true } else { false }
  }
}

extension EngineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notInstalled(let program, let remedy): "\(program) is not installed; \(remedy)."
    case .cannotStart(let program, let reason): "\(program) cannot be started: \(reason)."
    case .disordered:
      "A site of the crystal is shared or partly vacant; an engine needs one atom on each site."
    case .noPotential(let element, let source): "\(source) has no potential for \(element)."
    case .invalid(let reason), .notConverged(let reason): reason
    case .crashed(let program, let words): "\(program) failed\(words.isEmpty ? "." : ": \(words)")"
    case .timedOut(let seconds): "No result within \(seconds) s; the engine was stopped."
    case .outOfMemory(let limit, let words):
      "The engine was ended for want of memory"
        + (limit.map { " (its limit is \($0) MB)" } ?? "") + (words.isEmpty ? "." : ": \(words)")
    case .unreadable(let program, let reason): "The output of \(program) cannot be read: \(reason)"
    case .connection(let error): error.description
    }
  }
}
