import Foundation

/// One run of a program in a folder of its own, with limits.
///
/// Standard input is a file, and so are standard output and standard error (`output.txt` and
/// `errors.txt` in the folder): no pipe can fill up. The program leads a process group of its own,
/// which is ended as a whole when its time is over, and when this process dies, however it dies: a
/// watcher in the group waits for the end of a pipe that this process alone holds open.
package struct ChildProcess {
  package enum Ending: Hashable, Sendable {
    case exit(Int32)
    case signal(Int32)
    case timedOut
  }

  /// The program could not be started at all.
  package struct StartError: Error {
    package let program: String
    package let reason: String
  }

  package let command: [String]
  package let folder: String
  package let input: String
  package let memoryLimitMB: Int?

  /// Variables of the environment that are set beside those of this process.
  package let environment: [String: String]

  /// Bytes of any file that the program writes.
  private static let fileLimitBlocks = 1 << 21  // of 512 bytes: 1 GiB

  /// - Parameters:
  ///   - command: The program and its arguments; not empty.
  ///   - folder: Where it runs; exists.
  ///   - input: The file that is its standard input.
  package init(
    command: [String], folder: String, input: String = "/dev/null", memoryLimitMB: Int? = nil,
    environment: [String: String] = [:]
  ) {
    precondition(!command.isEmpty, "a program needs a name")
    self.command = command
    self.folder = folder
    self.input = input
    self.memoryLimitMB = memoryLimitMB
    self.environment = environment
  }

  /// Starts the program and waits for its end.
  package func run(timeLimit: Double) throws(StartError) -> Ending {
    let running = try start()
    return running.wait(until: ContinuousClock.now.advanced(by: .seconds(timeLimit)))
  }

  /// Starts the program and returns at once.
  package func start() throws(StartError) -> RunningProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    let (output, errors) = (folder + "/output.txt", folder + "/errors.txt")
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let lifeline = try Self.lifeline(command[0])
    posix_spawn_file_actions_adddup2(&actions, lifeline.reading, Self.watched)
    defer { close(lifeline.reading) }
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
      close(lifeline.writing)
      throw StartError(program: command[0], reason: String(cString: strerror(code)))
    }
    return RunningProcess(process, lifeline: lifeline.writing)
  }

  /// A pipe whose writing end is closed when this process ends.
  private static func lifeline(
    _ program: String
  ) throws(StartError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw StartError(program: program, reason: String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Where the watcher finds its end of the pipe.
  private static let watched: Int32 = 3

  /// The shell sets limits and variables, leaves a watcher behind and becomes the program; the command
  /// is never read by it. The watcher is nobody's child that the program could wait for.
  private var limited: [String] {
    var limits = "ulimit -c 0; ulimit -f \(Self.fileLimitBlocks)"
    if let memoryLimitMB { limits += "; ulimit -v \(memoryLimitMB * 1024)" }
    let watcher = "( (read -r end <&\(Self.watched); kill -KILL 0) & ) >/dev/null 2>&1"
    let script =
      limits + "; cd -- \"$1\" || exit 126; shift; \(watcher); exec \"$@\" \(Self.watched)<&-"
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let prefix = variables.isEmpty ? [] : ["env"] + variables
    return ["sh", "-c", script, "sh", folder] + prefix + command
  }

  /// A program outside must hold neither the ledger nor a connection open.
  private static func keepOpenFilesToThisProcess() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for file in names.compactMap({ Int32($0) }) where file > 2 {
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }
  }
}
