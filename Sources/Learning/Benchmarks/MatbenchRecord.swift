public import Foundation

/// Results in the form of the Matbench package's own files (`MatbenchBenchmark.to_file`): one
/// prediction for each row name in each fold, with the scores that its leaderboard shows.
///
/// `rocauc` in these files is that of thresholded predictions in the published submissions; here it
/// is that of probabilities. Form: matbench 0.6, `matbench/bench.py` and `task.py`.
public enum MatbenchRecord {
  /// - Throws: What the JSON encoder refuses (a number that is not finite).
  public static func encoded(_ results: BenchmarkResults) throws -> Data {
    let tasks = results.tasks.map { task -> (String, [String: Any]) in
      (task.name, record(task, results))
    }
    let whole: [String: Any] = [
      "@module": "matbench.bench", "@class": "MatbenchBenchmark", "@version": "0.6",
      "version": "0.6", "benchmark_name": "matbench_v0.1",
      "user_metadata": ["algorithm": results.program, "recipe": results.recipe],
      "tasks": Dictionary(tasks, uniquingKeysWith: { $1 }),
    ]
    return try JSONSerialization.data(
      withJSONObject: whole, options: [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func record(
    _ task: BenchmarkResults.Task, _ results: BenchmarkResults
  ) -> [String: Any] {
    var folds: [String: Any] = [:]
    for fold in task.folds {
      folds["fold_\(fold.fold)"] = [
        "data": fold.answers.mapValues(\.mean),
        "parameters": ["recipe": results.recipe, "seed": String(results.seed)],
        "scores": fold.scores,
      ]
    }
    return [
      "@module": "matbench.task", "@class": "MatbenchTask", "benchmark_name": "matbench_v0.1",
      "dataset_name": task.name, "results": folds,
    ]
  }
}
