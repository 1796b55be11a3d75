import Ecosystem
import Formats
import Foundation
public import Matter

/// Rows with published folds: what a benchmark trains and tests on.
public struct BenchmarkTask: Sendable {
  /// What is predicted.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// A number.
    case regression
    /// Whether something holds: targets 0 and 1.
    case classification
  }

  public let name: String
  public let target: String
  public let kind: Kind
  /// The name of each row in the published set.
  public let identifiers: [String]
  public let candidates: [Candidate]
  public let targets: [Double]
  /// The rows of each fold that are tested; all others of ``training`` are learned from.
  public let folds: [[Int]]
  /// The rows that may be learned from, for each fold.
  public let training: [[Int]]

  /// - Parameters:
  ///   - folder: Holds `matbench_NAME.json`, columns by row index, and perhaps
  ///     `folds/matbench_NAME.csv` with `mbid,test_fold`, each packed with gzip or not. Without the
  ///     latter the folds are ``MatbenchFolds``, which are the published ones for the published rows.
  ///     Where the file holds structures, as Matbench publishes it, the candidates are crystals.
  ///   - name: With or without `matbench_`.
  ///   - structures: A folder or a file with the structures of the same rows; `nil` to take what
  ///     `folder` has.
  /// - Throws: ``BenchmarkError``, ``ReadingError``, ``FileError``.
  public init(
    matbench name: String, in folder: String, structures: String? = nil, threads: Int = 1
  ) throws {
    let name = name.hasPrefix("matbench_") ? String(name.dropFirst(9)) : name
    let rows = try MatbenchRows(name, in: folder, threads: threads)
    let table = rows.table
    let known: Set = ["mbid", "composition", "spg_num", "crys_sys", "id", "formula"]
    guard let target = table.columns.first(where: { !known.contains($0) }) else {
      throw BenchmarkError.noTarget(file: table.file, columns: table.columns)
    }
    let labels = try table.strings(target)
    let identifiers =
      table.columns.contains("mbid")
      ? try table.strings("mbid") : labels.indices.map { "mb-\(name)-\($0 + 1)" }
    // A table gives true and false as 1 and 0, structures as words.
    let isClass = [["1", "0"], ["true", "false"]].contains { Set(labels).isSubset(of: Set($0)) }
    let targets =
      isClass ? labels.map { ["1", "true"].contains($0) ? 1 : 0 } : try table.doubles(target)
    let assignment =
      try BenchmarkTask.publishedFolds("\(folder)/folds/matbench_\(name).csv", identifiers)
      ?? (isClass
        ? MatbenchFolds.classification(labels)
        : MatbenchFolds.regression(count: labels.count))
    self.init(
      name: "matbench_\(name)", target: target, kind: isClass ? .classification : .regression,
      identifiers: identifiers,
      candidates: try structures.map {
        try rows.crystals(
          MatbenchRows(name, in: $0, threads: threads), target: target, targets: targets)
      } ?? rows.candidates, targets: targets, assignment: assignment)
  }

  init(
    name: String, target: String, kind: Kind, identifiers: [String], candidates: [Candidate],
    targets: [Double], assignment: [Int]
  ) {
    self.name = name
    self.target = target
    self.kind = kind
    self.identifiers = identifiers
    self.candidates = candidates
    self.targets = targets
    let count = (assignment.max() ?? -1) + 1
    folds = (0..<count).map { fold in assignment.indices.filter { assignment[$0] == fold } }
    training = (0..<count).map { fold in assignment.indices.filter { assignment[$0] != fold } }
  }

  /// Rows of a folder with `train.csv`, `val.csv` and `test.csv` (or `.csv.gz`), columns
  /// `formula,target`, as the authors of CrabNet share them.
  ///
  /// - Parameter learnsValidation: Whether the rows of `val.csv`, by which other models stop their
  ///   training, are learned from as well. Where there is no such file, there is nothing to learn.
  public init(splits folder: String, learnsValidation: Bool = true) throws {
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    let hasValidation = BenchmarkTask.file("\(folder)/val.csv") != nil
    let learned = learnsValidation && hasValidation ? ["train", "val"] : ["train"]
    var (candidates, targets, identifiers) = ([Candidate](), [Double](), [String]())
    var tested = 0
    for part in learned + ["test"] {
      let table = try BenchmarkTask.table("\(folder)/\(part).csv", named: name)
      let formulas = try Dataset.compositions(table, "formula")
      tested = formulas.count
      candidates += formulas.map { Candidate($0) }
      targets += try table.doubles("target")
      identifiers += formulas.indices.map { "\(part)-\($0)" }
    }
    self.name = name
    target = "target"
    kind = .regression
    self.identifiers = identifiers
    self.candidates = candidates
    self.targets = targets
    let rows = candidates.count - tested
    training = [Array(0..<rows)]
    folds = [Array(rows..<candidates.count)]
  }

  /// The file at `path`, packed with gzip or not; `nil` where there is none.
  private static func file(_ path: String) -> String? {
    [path, path + ".gz"].first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func table(_ path: String, named name: String) throws -> Table {
    let path = try file(path, named: name)
    return try Table(AtomicFile.read(path), file: path)
  }

  /// The file, packed with gzip or not.
  static func file(_ path: String, named name: String) throws(BenchmarkError) -> String {
    guard let file = file(path) else { throw .noFile(task: name, path: path) }
    return file
  }

  /// The fold of each row, or `nil` where there is no such file.
  private static func publishedFolds(_ path: String, _ identifiers: [String]) throws -> [Int]? {
    guard let path = file(path) else { return nil }
    let table = try Table(AtomicFile.read(path), file: path)
    let folds = Dictionary(
      zip(try table.strings("mbid"), try table.doubles("test_fold")), uniquingKeysWith: { $1 })
    return try identifiers.map { identifier in
      guard let fold = folds[identifier], let whole = Int(exactly: fold), (0..<1000).contains(whole)
      else { throw BenchmarkError.noFold(row: identifier, file: path) }
      return whole
    }
  }
}

/// Why a benchmark cannot be run.
public enum BenchmarkError: Error, Hashable, Sendable {
  case noFile(task: String, path: String)
  case noTarget(file: String, columns: [String])
  case noFold(row: String, file: String)
  case otherRows(file: String, structures: String)
  case noStructure(file: String, row: String, reason: String)
}

extension BenchmarkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noFile(let task, let path):
      "There is no \(path) (nor \(path).gz) for the task \"\(task)\". Name the folder that holds it "
        + "with --data."
    case .noTarget(let file, let columns):
      "\(file) has the columns \(columns.joined(separator: ", ")); a task needs \"composition\", or "
        + "structures, and one to predict."
    case .otherRows(let file, let structures):
      "\(structures) does not hold the rows of \(file): their targets differ. Name the folder with "
        + "the structures of this task."
    case .noStructure(let file, let row, let reason):
      "\(file): \(row) has no structure that can be used: \(reason)"
    case .noFold(let row, let file): "\(file) names no usable fold for the row \"\(row)\"."
    }
  }
}
