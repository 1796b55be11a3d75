public import Ecosystem
import Synchronization

/// A clock that is read once for a group of events, so that the ledger and what follows from it in
/// memory bear the same time.
public final class HeldTime: TimeSource {
  private let source: any TimeSource
  private let held: Mutex<Int64>

  public init(_ source: any TimeSource = SystemTime()) {
    self.source = source
    held = Mutex(source.now())
  }

  public func now() -> Int64 { held.withLock { $0 } }

  /// Reads the clock behind it.
  func advance() {
    let time = source.now()
    held.withLock { $0 = time }
  }
}
