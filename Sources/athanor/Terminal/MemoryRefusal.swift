import Foundation

/// Ends the program with a sentence where the system refuses memory that nobody had asked about before.
///
/// The standard library then ends the process by SIGABRT, and some libraries of the system touch what they did not
/// get; either way `errno` says why. Files are written in whole or not at all, so none is left broken.
enum MemoryRefusal {
  private static let signals = [SIGABRT, SIGSEGV]
  private static let sentence: StaticString = """
    athanor: There is not enough memory to go on. Give the process more, or do less at a time.

    """

  /// What was done about the signals before, in their order; written once, before any signal.
  private nonisolated(unsafe) static var earlier: [sigaction] = []

  static func watch() {
    _ = sentence
    for signal in signals {
      var (own, old) = (sigaction(), sigaction())
      own.__sigaction_handler.sa_handler = { Self.take($0) }
      own.sa_flags = Int32(SA_ONSTACK)
      sigaction(signal, &own, &old)
      earlier.append(old)
    }
  }

  /// Does nothing that takes memory.
  private static func take(_ signal: Int32) {
    if errno == ENOMEM {
      _ = write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
      _exit(1)
    }
    sigaction(signal, &earlier[signal == SIGABRT ? 0 : 1], nil)
    raise(signal)
  }
}
