import Ecosystem
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Matbench folds")
struct MatbenchFoldsTests {
  /// scikit-learn 1.9.1: `StratifiedKFold(5, shuffle=True, random_state=18012019)`.
  @Test("Gives scikit-learn's stratified folds")
  func stratified() {
    let labels = "cacbcacacbcacacbcacacbc".map(String.init)
    #expect(
      MatbenchFolds.classification(labels, folds: 3) == [
        1, 2, 0, 1, 2, 2, 0, 0, 0, 2, 2, 1, 2, 0, 1, 0, 1, 1, 0, 0, 2, 1, 1,
      ])
    #expect(MatbenchFolds.regression(count: 11, folds: 3) == [2, 0, 0, 0, 1, 1, 2, 1, 1, 2, 0])
  }

  static let folder = "data/composition/matbench"

  @Test(
    "Reproduces the published folds, every row of every task",
    .enabled(if: SharedFolder.has("data/composition/matbench/folds"), "no reference data here"),
    arguments: [
      ("steels", 312), ("expt_gap", 4604), ("dielectric", 4764), ("phonons", 1265),
      ("perovskites", 18928), ("log_kvrh", 10987), ("mp_e_form", 132_752),
    ])
  func published(_ task: String, _ count: Int) throws {
    let folds = try publishedFolds(task)
    #expect(folds.count == count)
    #expect(MatbenchFolds.regression(count: count) == folds)
  }

  @Test(
    "Reproduces the published folds of the classification task",
    .enabled(if: SharedFolder.has("data/composition/matbench/folds"), "no reference data here"))
  func publishedClasses() throws {
    let table = try Table(
      SharedFolder.bytes("\(Self.folder)/matbench_expt_is_metal.json"), file: "is_metal.json")
    let rows = try SplitRows(table)
    var recipe = SplitRecipe(.matbench)
    recipe.column = "is_metal"
    var maker = SplitMaker(rows, recipe: recipe)
    maker.labels = try table.strings("is_metal")
    let split = try maker.split()
    #expect(split.folds.count == 4921)
    #expect(try split.folds == publishedFolds("expt_is_metal"))
  }

  private func publishedFolds(_ task: String) throws -> [Int] {
    let path = "\(Self.folder)/folds/matbench_\(task).csv"
    var bytes = SharedFolder.bytes(path)
    if bytes.isEmpty { bytes = try unpacked("\(path).gz") }
    return try Table(bytes, file: path).doubles("test_fold").map { Int($0) }
  }

  private func unpacked(_ path: String) throws -> [UInt8] {
    let url = try #require(SharedFolder.url(path))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }
}
