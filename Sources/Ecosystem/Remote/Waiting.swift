/// A clock that can be waited on. Tests give one that only counts.
public protocol Waiting: Sendable {
  /// Seconds since an arbitrary moment; never goes back.
  func seconds() -> Double

  /// Seconds since 1970-01-01T00:00:00Z, to read dates that a server sends.
  func date() -> Double

  func wait(_ seconds: Double) async throws
}

/// The clocks of the machine.
public struct SystemWaiting: Waiting {
  private let start = ContinuousClock.now

  public init() {}

  public func seconds() -> Double {
    let elapsed = start.duration(to: .now).components
    return Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)
  }

  public func date() -> Double { Double(SystemTime().now()) / 1e6 }

  public func wait(_ seconds: Double) async throws {
    try await Task.sleep(for: .seconds(seconds))
  }
}
