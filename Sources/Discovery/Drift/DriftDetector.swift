/// Watches a stream of numbers for a change.
public protocol DriftDetector: Sendable {
  /// How it is called in sentences.
  static var name: String { get }

  /// Takes the next number in.
  ///
  /// - Returns: Whether a change is found at this number; the detector then starts anew.
  mutating func add(_ value: Double) -> Bool
}
