import Formats
import Foundation

/// What a program or a service outside answers, as JSON.
///
/// ```json
/// {"values": {"strength": {"value": 1.25, "spread": 0.02, "unit": "GPa"}, "density": 7.9}}
/// {"failure": "The cell collapsed."}
/// ```
struct WorkAnswer {
  let observation: Observation

  /// - Parameter source: Names the answer in errors.
  /// - Throws: ``WorkError``.
  init(_ bytes: [UInt8], of source: String) throws(WorkError) {
    let root: JSONValue
    do {
      root = try JSONValue(json: bytes, file: source)
    } catch {
      throw .unreadable(error.description)
    }
    if let failure = root["failure"]?.text { throw .reported(failure) }
    guard let members = root["values"]?.members, !members.isEmpty else {
      throw .unreadable("\(source) has no \"values\".")
    }
    var values: [String: MeasuredValue] = [:]
    for member in members {
      values[member.key] = try Self.value(member.value, of: member.key, source)
    }
    observation = Observation(values)
  }

  /// A number, or an object with one.
  static func value(
    _ json: JSONValue, of property: String, _ source: String
  ) throws(WorkError) -> MeasuredValue {
    if let number = json.double { return MeasuredValue(number) }
    guard let number = json["value"]?.double else {
      throw .unreadable("\(source): \"\(property)\" is neither a number nor an object with one.")
    }
    return MeasuredValue(number, spread: json["spread"]?.double, unit: json["unit"]?.text)
  }
}

/// Why a program or a service outside brought no values.
public enum WorkError: Error, Hashable, Sendable {
  case cannotStart(String, reason: String)
  case timedOut(seconds: Double)
  case exit(Int32, lastWords: String)
  case signal(Int32, lastWords: String)
  case unreadable(String)
  case reported(String)
  case answered(Int)
  case network(String)

  /// Whether the same question may be answered with other settings or a little later.
  ///
  /// Of exit codes only 75 (`EX_TEMPFAIL` of `sysexits.h`) says so; a signal is often a lack of
  /// memory.
  var canRetry: Bool {
    switch self {
    case .timedOut, .signal, .network: true
    case .exit(let code, _): code == 75
    case .answered(let status): status == 429 || status >= 500
    case .cannotStart, .unreadable, .reported: false
    }
  }
}

extension WorkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotStart(let program, let reason): "\(program) cannot be started: \(reason)."
    case .timedOut(let seconds): "No answer within \(seconds) s; it was stopped."
    case .exit(let code, let words): "It ended with code \(code)\(Self.quoted(words))"
    case .signal(let signal, let words): "It was ended by signal \(signal)\(Self.quoted(words))"
    case .unreadable(let reason): "The answer cannot be read: \(reason)"
    case .reported(let failure): failure
    case .answered(let status): "The service answered with status \(status)."
    case .network(let reason): reason
    }
  }

  private static func quoted(_ words: String) -> String {
    words.isEmpty ? "." : ": \(words)"
  }
}
