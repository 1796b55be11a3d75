import Foundation
import Synchronization

/// One run of a program in a folder of its own, with limits.
///
/// Standard input is a file, and so are standard output and standard error: no pipe can fill up. The
/// program leads a process group of its own, which is ended as a whole when its time is over.
struct ChildProcess {
  enum Ending: Hashable {
    case exit(Int32)
    case signal(Int32)
    case timedOut
  }

  let command: [String]
  let folder: String
  let input: String
  let memoryLimitMB: Int?

  /// Bytes of any file that the program writes.
  private static let fileLimitBlocks = 1 << 21  // of 512 bytes: 1 GiB

  private static let running = Mutex<Set<pid_t>>([])

  /// Ends all programs that are under way, with all that they started.
  static func endAll() {
    running.withLock { for process in $0 { kill(-process, SIGKILL) } }
  }

  /// Starts the program and waits for its end.
  func run(timeLimit: Double) throws(WorkError) -> Ending {
    let process = try start()
    Self.running.withLock { _ = $0.insert(process) }
    defer { Self.running.withLock { _ = $0.remove(process) } }
    let deadline = ContinuousClock.now.advanced(by: .seconds(timeLimit))
    var (status, pause): (Int32, UInt32) = (0, 1_000)
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { break }
      if ended < 0, errno != EINTR { return .exit(-1) }
      if ContinuousClock.now >= deadline {
        kill(-process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return .timedOut
      }
      usleep(pause)
      pause = min(50_000, pause * 2)
    }
    // What the program has left running in the background ends with it.
    kill(-process, SIGKILL)
    let signal = status & 0x7F
    return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
  }

  private func start() throws(WorkError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    let (output, errors) = (folder + "/output.txt", folder + "/errors.txt")
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    Self.keepOpenFilesToThisProcess()
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var arguments = limited.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
    guard code == 0 else {
      throw .cannotStart(command[0], reason: String(cString: strerror(code)))
    }
    return process
  }

  /// The shell sets the limits and becomes the program; the command is never read by it.
  private var limited: [String] {
    var limits = "ulimit -c 0; ulimit -f \(Self.fileLimitBlocks)"
    if let memoryLimitMB { limits += "; ulimit -v \(memoryLimitMB * 1024)" }
    let script = limits + "; cd -- \"$1\" || exit 126; shift; exec \"$@\""
    return ["sh", "-c", script, "sh", folder] + command
  }

  /// A program outside must hold neither the ledger nor a connection open.
  private static func keepOpenFilesToThisProcess() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for file in names.compactMap({ Int32($0) }) where file > 2 {
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }
  }
}
