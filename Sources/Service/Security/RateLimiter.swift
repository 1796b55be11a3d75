import Ecosystem
import Synchronization

/// How many requests each identity may send: a bucket that fills at a constant rate.
final class RateLimiter: Sendable {
  private struct Bucket {
    var content: Double
    var time: Double
  }

  private let rate: Double
  private let burst: Double
  private let clock: any Waiting
  private let buckets = Mutex<[String: Bucket]>([:])

  init(rate: Double, burst: Double, clock: any Waiting = SystemWaiting()) {
    self.rate = rate
    self.burst = burst
    self.clock = clock
  }

  /// - Returns: `nil` where the request may go on, otherwise seconds after which it may.
  func admit(_ name: String) -> Double? {
    let now = clock.seconds()
    return buckets.withLock { buckets in
      var bucket = buckets[name] ?? Bucket(content: burst, time: now)
      bucket.content = min(burst, bucket.content + (now - bucket.time) * rate)
      bucket.time = now
      defer { buckets[name] = bucket }
      guard bucket.content >= 1 else { return (1 - bucket.content) / rate }
      bucket.content -= 1
      return nil
    }
  }
}
