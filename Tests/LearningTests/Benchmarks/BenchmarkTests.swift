import Ecosystem
import Foundation
import Matter
import TestKit
import Testing

@testable import Learning

@Suite("Benchmarks")
struct BenchmarkTests {
  private static let tasks = "data/composition/matbench"
  private static let published = SharedFolder.url(tasks)?.path ?? ""

  @Test(
    "Reads a task with its published folds",
    .enabled(if: SharedFolder.has(tasks), "the reference data are not beside the project"))
  func readsTask() throws {
    let task = try BenchmarkTask(matbench: "steels", in: Self.published)
    #expect(task.name == "matbench_steels" && task.target == "yield strength")
    #expect(task.kind == .regression && task.candidates.count == 312 && task.folds.count == 5)
    for fold in 0..<5 {
      #expect(Set(task.folds[fold]).isDisjoint(with: task.training[fold]))
      #expect(task.folds[fold].count + task.training[fold].count == 312)
    }
    #expect(task.folds[0].contains { task.identifiers[$0] == "mb-steels-003" })
    // The mean of the training rows gives the leaderboard's figure for its "Dummy".
    let errors = (0..<5).map { fold -> Double in
      let known = task.training[fold].map { task.targets[$0] }
      let mean = known.reduce(0, +) / Double(known.count)
      return task.folds[fold].reduce(0) { $0 + abs(task.targets[$1] - mean) }
        / Double(task.folds[fold].count)
    }
    #expect(abs(errors.reduce(0, +) / 5 - 229.7445) < 1e-4)
  }

  @Test(
    "Reads classes, and makes the folds where no file names them",
    .enabled(if: SharedFolder.has(tasks), "the reference data are not beside the project"))
  func readsClasses() throws {
    let task = try BenchmarkTask(matbench: "matbench_expt_is_metal", in: Self.published)
    #expect(task.kind == .classification && Set(task.targets) == [0, 1])
    let moduli = try BenchmarkTask(matbench: "log_kvrh", in: Self.published)
    #expect(moduli.candidates.count == 10_987 && moduli.folds.map(\.count).max() == 2198)
  }

  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func write(_ text: String, to name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private static func toy(in folder: URL) throws -> BenchmarkTask {
    let (candidates, targets) = try DeepEnsembleTests.alloys(60, seed: 8)
    func column(_ values: [String]) -> String {
      "{" + values.enumerated().map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }
    let text =
      "{\"composition\": \(column(candidates.map { "\"\($0.composition.formula)\"" })), "
      + "\"hardness\": \(column(targets.map { "\($0)" }))}"
    try write(text, to: "matbench_toy.json", in: folder)
    return try BenchmarkTask(matbench: "toy", in: folder.path)
  }

  @Test("Runs a fold, keeps it, and writes it in Matbench's own form")
  func runs() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let task = try Self.toy(in: folder)
    #expect(task.folds.count == 5 && task.target == "hardness")
    var forest = ForestTrainer.Configuration()
    forest.forest.trees = 30
    let run = BenchmarkRun(
      trainer: ForestTrainer(forest), recipe: "trees", seed: 0, threads: 2)
    var results = BenchmarkResults(program: "athanor", recipe: "trees", seed: 0)
    for fold in 0..<2 {
      #expect(!results.holds(fold, of: task))
      results.add(try run.fold(fold, of: task), of: task)
      #expect(results.holds(fold, of: task))
    }
    let done = try #require(results.tasks.first)
    let first = try #require(done.folds.first)
    #expect(first.answers.count == task.folds[0].count && first.trainingRows == 48)
    let errors = task.folds[0].map { row in
      abs(task.targets[row] - (first.answers[task.identifiers[row]]?.mean ?? .nan))
    }
    let mae = errors.reduce(0, +) / Double(errors.count)
    #expect(abs(mae - (first.scores["mae"] ?? .nan)) < 1e-9)
    let again = try JSONDecoder().decode(
      BenchmarkResults.self, from: JSONEncoder().encode(results))
    #expect(again.tasks.first?.mean("mae") == done.mean("mae"))

    let record = try #require(
      JSONSerialization.jsonObject(with: MatbenchRecord.encoded(results)) as? [String: Any])
    let tasks = try #require(record["tasks"] as? [String: Any])
    let toy = try #require(tasks["matbench_toy"] as? [String: Any])
    let folds = try #require(toy["results"] as? [String: Any])
    let fold = try #require(folds["fold_0"] as? [String: Any])
    #expect((fold["data"] as? [String: Double])?.count == task.folds[0].count)
    #expect(toy["@class"] as? String == "MatbenchTask")
  }

  @Test("Validation rows are learned from unless they are left out; test rows never are")
  func readsSplits() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.write("formula,target\nNaCl,1\nKCl,2\n", to: "train.csv", in: folder)
    try Self.write("formula,target\nLiF,3\n", to: "test.csv", in: folder)
    #expect(try BenchmarkTask(splits: folder.path).training == [[0, 1]])
    try Self.write("formula,target\nMgO,4\nCaO,5\n", to: "val.csv", in: folder)
    let whole = try BenchmarkTask(splits: folder.path)
    #expect(whole.training == [[0, 1, 2, 3]] && whole.folds == [[4]])
    #expect(whole.targets == [1, 2, 4, 5, 3])
    #expect(whole.identifiers == ["train-0", "train-1", "val-0", "val-1", "test-0"])
    let alone = try BenchmarkTask(splits: folder.path, learnsValidation: false)
    #expect(alone.training == [[0, 1]] && alone.targets == [1, 2, 3])
  }

  @Test("Says which file or column is missing")
  func refuses() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: BenchmarkError.self) { try BenchmarkTask(matbench: "gone", in: folder.path) }
    try Self.write("{\"composition\": {\"0\": \"Fe\"}}", to: "matbench_bare.json", in: folder)
    #expect(throws: BenchmarkError.self) { try BenchmarkTask(matbench: "bare", in: folder.path) }
  }
}
