import Foundation
import Synchronization

/// A program that was started and has not been waited for.
///
/// Whoever starts it ends it: by ``wait(until:)`` or ``stop()``.
package final class RunningProcess {
  private let process: pid_t

  /// Open as long as the program may run: what it has started ends with its end.
  private let lifeline: Int32
  private var ending: ChildProcess.Ending?

  private static let running = Mutex<Set<pid_t>>([])

  init(_ process: pid_t, lifeline: Int32) {
    self.process = process
    self.lifeline = lifeline
    Self.running.withLock { _ = $0.insert(process) }
  }

  /// Ends all programs that are under way, with all that they started.
  package static func endAll() {
    running.withLock { for process in $0 { kill(-process, SIGKILL) } }
  }

  /// How it has ended; `nil` while it runs.
  package func poll() -> ChildProcess.Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    let ended = waitpid(process, &status, WNOHANG)
    if ended == process { return finish(status) }
    if ended < 0, errno != EINTR {
      return settle(.exit(-1))
    }
    return nil
  }

  /// Waits for its end, and ends it where the time is over.
  package func wait(until deadline: ContinuousClock.Instant) -> ChildProcess.Ending {
    var pause: UInt32 = 1_000
    while true {
      if let ending = poll() { return ending }
      if ContinuousClock.now >= deadline {
        stop()
        return .timedOut
      }
      usleep(pause)
      pause = min(50_000, pause * 2)
    }
  }

  /// Ends it with all that it has started, where it still runs.
  package func stop() {
    guard poll() == nil else { return }
    var status: Int32 = 0
    kill(-process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    _ = settle(.signal(SIGKILL))
  }

  private func finish(_ status: Int32) -> ChildProcess.Ending {
    // What the program has left running in the background ends with it.
    kill(-process, SIGKILL)
    let signal = status & 0x7F
    return settle(signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal))
  }

  private func settle(_ found: ChildProcess.Ending) -> ChildProcess.Ending {
    Self.running.withLock { _ = $0.remove(process) }
    close(lifeline)
    ending = found
    return found
  }
}
