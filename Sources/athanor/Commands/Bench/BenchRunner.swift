import Ecosystem
import Foundation
import Learning
import Matter
import Reporting

/// Runs the folds of benchmark tasks, keeps them in a file as they are done, and prints them beside
/// the published figures.
struct BenchRunner {
  let options: BenchOptions
  /// Results of another recipe are not continued.
  private let recipe: String

  /// - Parameter rows: An option about the rows that are learned from.
  init(_ options: BenchOptions, rows: String? = nil) {
    self.options = options
    recipe = [options.recipe, rows].compactMap { $0 }.joined(separator: " ")
  }

  func run(_ tasks: [BenchmarkTask]) throws -> BenchmarkResults {
    var results = try earlier()
    let chosen = try options.chosenFolds()
    for task in tasks {
      if let missing = chosen?.sorted().first(where: { !task.folds.indices.contains($0) }) {
        throw CommandError(
          "\(task.name) has no fold \(missing); its folds are 0 to \(task.folds.count - 1).")
      }
      let folds = task.folds.indices.filter { chosen?.contains($0) ?? true }
      for fold in folds where !results.holds(fold, of: task) {
        results.add(try self.fold(fold, of: task), of: task)
        try keep(results)
      }
      if let done = results.tasks.first(where: { $0.name == task.name }) {
        print(BenchTable.text(done).joined(separator: "\n"))
      }
    }
    return results
  }

  private func fold(_ fold: Int, of task: BenchmarkTask) throws -> FoldResult {
    let bar = ProgressBar(
      "\(task.name), fold \(fold + 1) of \(task.folds.count)", total: 1000, unit: "‰")
    defer { bar.finish() }
    return try BenchmarkRun(
      trainer: options.with.trainer(
        rows: task.training[fold].count,
        crystals: task.candidates.contains { $0.crystal != nil }, kind: task.kind,
        threads: options.threads,
        budget: options.seconds),
      recipe: recipe, seed: options.seed, threads: options.threads
    ).fold(fold, of: task) { bar.set(fraction: $0) }
  }

  /// What the results file holds already.
  private func earlier() throws -> BenchmarkResults {
    let new = BenchmarkResults(
      program: "athanor \(Version.current)", recipe: recipe, seed: options.seed)
    guard let path = options.results, FileManager.default.fileExists(atPath: path) else {
      return new
    }
    guard
      let old = try? JSONDecoder().decode(
        BenchmarkResults.self, from: Data(try AtomicFile.read(path)))
    else {
      throw CommandError(
        "\(path) is no file of results; name another, or remove it to start anew.")
    }
    guard old.recipe == new.recipe, old.seed == new.seed else {
      throw CommandError(
        "\(path) holds results of \(old.recipe) --seed \(old.seed); name another file.")
    }
    return old
  }

  private func keep(_ results: BenchmarkResults) throws {
    guard let path = options.results else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try AtomicFile.write([UInt8](encoder.encode(results)), to: path)
  }
}

/// One task's figures as lines for a terminal.
enum BenchTable {
  static func text(_ task: BenchmarkResults.Task) -> [String] {
    var lines = ["", "\(task.name) (\(task.target))"]
    for fold in task.folds {
      lines.append(
        "  fold \(fold.fold)  \(figure(fold.scores[task.measure]))"
          + "  \(Report.duration(fold.processorSeconds)) of processor"
          + (fold.note.map { "  (\($0))" } ?? ""))
    }
    lines.append(
      "  \(task.measure) \(figure(task.mean(task.measure))) ± "
        + "\(figure(task.deviation(task.measure))) over \(task.folds.count) folds; "
        + "\(Report.duration(task.folds.reduce(0) { $0 + $1.seconds })) on the wall, "
        + "\(Report.duration(task.folds.reduce(0) { $0 + $1.processorSeconds })) of processor")
    lines.append("  " + details(task))
    let groups = task.groups.filter { $0.rows >= fewestOfGroup }
    if !groups.isEmpty {
      lines.append(
        "  in the 90 % intervals of groups: "
          + groups.map { "\($0.name) \(Report.percent($0.coverage)) of \($0.rows)" }
          .joined(separator: ", "))
    }
    for peer in task.published {
      lines.append(
        "    \(peer.model.padding(toLength: 26, withPad: " ", startingAt: 0))"
          + figure(peer.value) + (peer.caveat.map { "  (\($0))" } ?? ""))
    }
    return lines
  }

  /// Coverage of fewer rows says little: 1 in 20 groups of 200 is off by 4 points by chance.
  private static let fewestOfGroup = 200

  private static func details(_ task: BenchmarkResults.Task) -> String {
    let names: [(String, String)] =
      task.kind == .regression
      ? [
        ("rmse", "RMSE"), ("median_error", "median error"), ("r2", "R²"),
        ("coverage90", "share in the 90 % intervals"), ("width90", "their width"),
        ("miscalibration_area", "miscalibration area"), ("spearman", "error–spread Spearman"),
      ]
      : [
        ("rocauc", "true ROC-AUC"), ("pr_auc", "PR-AUC"), ("f1", "F1"), ("brier", "Brier"),
        ("ece", "ECE"),
      ]
    return names.map { "\($1) \(figure(task.mean($0)))" }.joined(separator: ", ")
  }

  private static func figure(_ value: Double?) -> String {
    value.map { Report.number($0, significant: 4) } ?? "–"
  }
}
