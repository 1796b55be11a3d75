import Foundation

/// Where the time written beside an event comes from.
///
/// Times inform the reader and decide nothing: events are ordered by sequence number, so a clock
/// that jumps changes no result.
public protocol TimeSource: Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z; negative before.
  func now() -> Int64
}

/// The machine's wall clock.
public struct SystemTime: TimeSource {
  public init() {}

  public func now() -> Int64 { Int64((Date().timeIntervalSince1970 * 1e6).rounded()) }
}

/// A clock that stands still, so that equal runs write equal bytes.
public struct FixedTime: TimeSource {
  public let microseconds: Int64

  public init(microseconds: Int64 = 0) {
    self.microseconds = microseconds
  }

  public func now() -> Int64 { microseconds }
}
