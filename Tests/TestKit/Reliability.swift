import Foundation

/// How often a test repeats what it tries: rarely with every change, as often as the project is held
/// to before a release (`make reliability`).
public enum Reliability {
  /// Whether `ATHANOR_RELIABILITY` is `full`.
  public static let isFull =
    ProcessInfo.processInfo.environment["ATHANOR_RELIABILITY"] == "full"

  public static func count(_ usual: Int, full: Int) -> Int { isFull ? full : usual }

  /// Says in a line of JSON what was found, where it was tried at full count.
  public static func report(_ name: String, _ figures: [String: Double]) {
    guard isFull else { return }
    let shown = figures.sorted { $0.key < $1.key }.map { key, value in
      "\"\(key)\": \(value == value.rounded() ? "\(Int(value))" : String(format: "%.4f", value))"
    }
    print("{\"test\": \"\(name)\", \(shown.joined(separator: ", "))}")
  }
}
