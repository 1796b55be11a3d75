import Foundation
import Synchronization

/// How many connections there are, and how many there may be.
final class Connections: Sendable {
  /// Those that are served.
  let limit: Int

  /// Those that are told to come later: each lives a moment to read it.
  private let refusedLimit: Int
  private let counts = Mutex((served: 0, refused: 0))

  enum Admission: Hashable, Sendable {
    case served
    case refused

    /// Nobody has time to tell it anything.
    case dropped
  }

  /// - Parameter wanted: Fewer are served where the system lets the process open fewer files.
  init(wanted: Int) {
    let files = Self.raisedFileLimit()
    // Ledgers, stores, models and pipes of oracles need files as well.
    limit = max(16, min(wanted, files - files / 4 - 64))
    refusedLimit = max(16, min(256, files / 8))
  }

  var served: Int { counts.withLock { $0.served } }

  func enter() -> Admission {
    counts.withLock { counts in
      if counts.served < limit {
        counts.served += 1
        return .served
      }
      guard counts.refused < refusedLimit else { return .dropped }
      counts.refused += 1
      return .refused
    }
  }

  func leave(_ admission: Admission) {
    counts.withLock { counts in
      switch admission {
      case .served: counts.served -= 1
      case .refused: counts.refused -= 1
      case .dropped: break
      }
    }
  }

  /// Asks for as many open files as the process may have, up to 65,536.
  ///
  /// - Returns: How many it has.
  private static func raisedFileLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    let wanted = min(limit.rlim_max, 65_536)
    if limit.rlim_cur < wanted {
      var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
        limit.rlim_cur = wanted
      }
    }
    return Int(min(limit.rlim_cur, 65_536))
  }
}
