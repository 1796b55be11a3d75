import Matter

/// What one run of an engine has reached.
struct EngineAttempt {
  let crystal: Crystal
  let evaluation: Evaluation
  let version: String

  /// What has not converged, the beginning of a sentence; `nil` where everything has.
  let missing: String?
}

extension ExternalEngine {
  /// Runs until everything has converged; each attempt goes on from the structure that the one before
  /// reached.
  ///
  /// - Parameters:
  ///   - attempts: At most so many.
  ///   - remedy: What may be raised where that does not help.
  ///   - run: The run of an attempt, 1 for the first: each has other settings than the one before.
  func converge(
    _ task: EngineTask, attempts: Int, remedy: String,
    _ run: (EngineTask, Int) throws(EngineError) -> EngineAttempt
  ) throws(EngineError) -> EngineResult {
    try check(task.species)
    var (task, reason) = (task, "")
    for attempt in 1...max(1, attempts) {
      let reached = try run(task, attempt)
      guard let missing = reached.missing else {
        return EngineResult(
          crystal: reached.crystal, evaluation: reached.evaluation, attempts: attempt,
          version: reached.version, fidelity: fidelity)
      }
      reason = missing
      task = task.from(reached.crystal)
    }
    throw .notConverged("\(reason) in \(max(1, attempts)) attempts; raise \(remedy).")
  }
}
