import Ecosystem
import Synchronization

/// A clock that moves when it is told to.
final class StillClock: Waiting {
  private let time = Mutex(0.0)

  func advance(_ seconds: Double) { time.withLock { $0 += seconds } }

  func seconds() -> Double { time.withLock { $0 } }

  func date() -> Double { seconds() }

  func wait(_ seconds: Double) async throws { advance(seconds) }
}
