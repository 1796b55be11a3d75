import Foundation

/// A program that was started and has not been waited for.
///
/// Whoever starts it ends it: by ``wait(until:)`` or ``stop()``.
package final class RunningProcess {
  private let process: pid_t
  private var ending: ChildProcess.Ending?

  init(_ process: pid_t) { self.process = process }

  /// How it has ended; `nil` while it runs.
  package func poll() -> ChildProcess.Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    let ended = waitpid(process, &status, WNOHANG)
    if ended == process { return finish(status) }
    if ended < 0, errno != EINTR {
      ending = .exit(-1)
      return ending
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
    ending = .signal(SIGKILL)
  }

  private func finish(_ status: Int32) -> ChildProcess.Ending {
    // What the program has left running in the background ends with it.
    kill(-process, SIGKILL)
    let signal = status & 0x7F
    let found: ChildProcess.Ending = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
    ending = found
    return found
  }
}
