/// Until when workers may keep what they claimed, by a clock that never jumps.
///
/// No part of the ledger: after a restart every lease starts anew, so that nothing is taken from a
/// worker because the service was away.
struct LeaseTable: Sendable {
  private struct Lease {
    let start: Double
    var end: Double

    /// Whether the claim itself was seen by this process, so that its length is known.
    let isWhole: Bool
  }

  /// Seconds.
  let length: Double
  private var leases: [Int: Lease] = [:]

  /// No lease ends before: signs of life only make leases longer, so it need not follow them.
  private var earliestEnd = Double.infinity

  init(seconds: Double) {
    length = seconds
  }

  /// Follows the laboratory: a lease for each experiment that is held.
  ///
  /// - Parameter now: Seconds since an arbitrary moment.
  mutating func follow(_ held: Set<Int>, now: Double) {
    leases = leases.filter { held.contains($0.key) }
    for number in held where leases[number] == nil {
      leases[number] = Lease(start: now, end: now + length, isWhole: false)
    }
    earliestEnd = min(earliestEnd, now + length)
  }

  /// Takes back that leases have ended and others begun; signs of life stay.
  mutating func restore(_ earlier: LeaseTable) {
    for (number, lease) in earlier.leases where leases[number]?.start != lease.start {
      leases[number] = lease
    }
    earliestEnd = min(earliestEnd, earlier.earliestEnd)
  }

  mutating func claim(_ number: Int, now: Double) {
    leases[number] = Lease(start: now, end: now + length, isWhole: true)
    earliestEnd = min(earliestEnd, now + length)
  }

  mutating func forget(_ number: Int) { leases[number] = nil }

  /// A sign of life: the lease starts anew.
  mutating func extend(_ number: Int, now: Double) { leases[number]?.end = now + length }

  /// Leases that have ended; O(1) before the first of them can.
  mutating func ended(at now: Double) -> [Int] {
    guard now >= earliestEnd else { return [] }
    let ended = leases.filter { $0.value.end <= now }.map(\.key)
    earliestEnd = leases.values.lazy.map(\.end).filter { $0 > now }.min() ?? .infinity
    return ended
  }

  /// Seconds since the claim, `nil` where the service was started since.
  func elapsed(_ number: Int, now: Double) -> Double? {
    leases[number].flatMap { $0.isWhole ? now - $0.start : nil }
  }
}
