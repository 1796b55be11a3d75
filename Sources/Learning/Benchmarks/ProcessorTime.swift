import Foundation

/// What the process has used of all cores together.
public enum ProcessorTime {
  /// Seconds in the program and in the system on its behalf.
  public static var seconds: Double {
    #if canImport(Glibc)
      let own = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
      let own = RUSAGE_SELF
    #endif
    var usage = rusage()
    guard getrusage(own, &usage) == 0 else { return 0 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }
}
