import Foundation

/// Time from start to end and memory of the commands that need no tensors, beside the peers' imports.
func benchmarkStartup() throws {
  let program = Bundle.main.executableURL?.deletingLastPathComponent()
    .appendingPathComponent("athanor").path
  guard let program, FileManager.default.isExecutableFile(atPath: program) else {
    return skip("start-up is not measured: build athanor first (make build).")
  }
  let table = FileManager.default.temporaryDirectory
    .appendingPathComponent("bench-\(getpid()).csv")
  try Data("formula,gap\nFe2O3,2.2\nTiO2,3.2\nSiC,2.4\n".utf8).write(to: table)
  defer { try? FileManager.default.removeItem(at: table) }
  let peer = importTime(of: ["pymatgen.core", "torch", "numpy"])
  for arguments in [["--help"], ["inspect", table.path], ["featurize", table.path]] {
    var peak = 0.0
    let seconds = shortestTime(repeats: 10) { peak = max(peak, spawn(program, arguments)) }
    Figure.cost(
      "start-up: athanor \(arguments[0])", unit: "ms", ours: seconds * 1000,
      peer: peer.map { $0.seconds * 1000 }, peerVersion: peer?.name
    ).report()
    Figure.cost(
      "peak memory: athanor \(arguments[0])", unit: "MiB", ours: peak,
      peer: peer?.peak, peerVersion: peer?.name
    ).report()
  }
}

/// The first of `modules` that is installed, how long Python takes to import it and the memory, MiB,
/// that it then holds.
private func importTime(of modules: [String]) -> (name: String, seconds: Double, peak: Double)? {
  for module in modules {
    let root = module.split(separator: ".")[0]
    let script = "import \(module), importlib.metadata as m; print(m.version('\(root)'))"
    guard let version = run(peerPython, ["-c", script]) else { continue }
    var peak = 0.0
    let seconds = shortestTime(repeats: 3) {
      peak = max(peak, spawn(peerPython, ["-c", "import \(module)"]))
    }
    let number = version.trimmingCharacters(in: .whitespacesAndNewlines)
    return ("Python import \(module) \(number)", seconds, peak)
  }
  return nil
}

/// Runs a program to its end with its output thrown away.
///
/// Foundation's `Process` looks only every now and then whether a program has ended, which would be
/// most of the time measured here.
///
/// - Returns: The most memory that it held, MiB; 0 where it could not be run.
func spawn(_ program: String, _ arguments: [String]) -> Double {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for stream in [STDOUT_FILENO, STDERR_FILENO] {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
  }
  var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
  defer { for word in words { free(word) } }
  words.append(nil)
  var process = pid_t()
  guard posix_spawn(&process, program, &actions, nil, words, environ) == 0 else { return 0 }
  var status: Int32 = 0
  var usage = rusage()
  wait4(process, &status, 0, &usage)
  return Double(usage.ru_maxrss) / 1024  // Linux counts KiB
}
