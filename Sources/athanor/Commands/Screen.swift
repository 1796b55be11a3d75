import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter

struct Screen: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the candidates that a model predicts to be best, in a file of any length.",
    discussion: """
      A table with a column of formulas or structures (CSV, TSV, JSON lines; .gz too), a list with one \
      formula a line, or files of structures are read piece by piece. Each composition comes up once, \
      whatever its formula unit, and so does each crystal. Rows that cannot be read are counted and \
      named on standard error.
      """)

  @Argument(help: "A model file from athanor train.")
  var model: String

  @Argument(help: "A table or list of formulas, or a table, file or folder of structures.")
  var space: String

  @Option(help: "How many candidates to keep.")
  var top = 100

  @Flag(help: "Look for the highest values (the default), or for the lowest.")
  var direction = Direction.maximize

  enum Direction: String, EnumerableFlag {
    case maximize
    case minimize
  }

  @Option(help: "Look for values near this one instead, in the unit of the target.")
  var targetValue: Double?

  @Option(
    help: """
      What to rank by: mean, lower or upper (ends of the interval), or probability (of reaching \
      --threshold or, with --target-value, of lying within --tolerance of it).
      """)
  var by = Criterion.mean

  enum Criterion: String, ExpressibleByArgument, CaseIterable {
    case mean
    case lower
    case upper
    case probability
  }

  @Option(help: "The value that --by probability asks about.")
  var threshold: Double?

  @Option(help: "How far from --target-value is near enough for --by probability.")
  var tolerance: Double?

  @Option(
    help: "The method whose values are predicted, of a model that was trained with --fidelity.")
  var fidelity: String?

  @Option(help: "The probability with which a new measurement lies in the interval.")
  var coverage = 0.9

  @Option(help: "Leave candidates out of which the model knows less than this (in_domain, 0 to 1).")
  var leastInDomain = 0.0

  @Option(
    name: .customLong("exclude"),
    help: "A table or list of compositions that are not wanted: the training data. Repeatable.")
  var exclusions: [String] = []

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @OptionGroup var structures: StructureOptions

  @Option(name: .shortAndLong, help: "A CSV file to write instead of standard output.")
  var output: String?

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  private static let mostKept = 1_000_000

  /// Rows that are read at once for each thread.
  private static let batch = 8 * Screening.chunk

  /// Structures that are read at once.
  private static let structureBatch = 2048

  func validate() throws {
    guard (1...Self.mostKept).contains(top) else {
      throw ValidationError("--top must lie in 1 to \(Self.mostKept).")
    }
    guard coverage > 0, coverage < 1 else {
      throw ValidationError("--coverage must lie between 0 and 1.")
    }
    guard (0...1).contains(leastInDomain) else {
      throw ValidationError("--least-in-domain must lie in 0 to 1.")
    }
    try Suffix.check(output, is: [".csv"], of: "--output")
    _ = try goal()
  }

  private func goal() throws -> ScreeningGoal {
    guard [targetValue, threshold, tolerance].allSatisfy({ $0?.isFinite ?? true }) else {
      throw ValidationError("--target-value, --threshold and --tolerance must be finite.")
    }
    guard targetValue == nil || direction == .maximize else {
      throw ValidationError("Give --minimize or --target-value, not both.")
    }
    let aim: ScreeningGoal.Aim =
      targetValue.map { .target($0) } ?? (direction == .maximize ? .maximize : .minimize)
    guard by == .probability else {
      guard threshold == nil, tolerance == nil else {
        throw ValidationError("--threshold and --tolerance belong to --by probability.")
      }
      return ScreeningGoal(aim, by: by == .lower ? .lower : by == .upper ? .upper : .mean)
    }
    if targetValue == nil {
      guard let threshold, tolerance == nil else {
        throw ValidationError("--by probability needs --threshold (or --target-value).")
      }
      return ScreeningGoal(aim, by: .probability(threshold))
    }
    guard let tolerance, tolerance > 0, threshold == nil else {
      throw ValidationError("--by probability with --target-value needs --tolerance above 0.")
    }
    return ScreeningGoal(aim, by: .probability(tolerance))
  }

  func run() async throws {
    let model = try Model(contentsOf: self.model)
    if let classes = model.card.classes, classes.labels.count > 2 {
      throw CommandError(
        "The model tells \(classes.labels.count) classes apart; screen ranks by a number or by the "
          + "chance of one of two classes.")
    }
    var configuration = Screening.Configuration()
    configuration.count = top
    configuration.goal = try goal()
    configuration.coverage = coverage
    configuration.leastInDomain = leastInDomain
    var screening = Screening(model, configuration, excluding: try unwanted())
    try screen(&screening)
    let result = ScreeningResult(screening, file: space)
    result.log()
    guard result.tally.refused < result.tally.rows else {
      throw CommandError("No row of \(space) could be read and predicted.")
    }
    if common.json { return try Terminal.printJSON(result) }
    let text = result.csv(isScored: by != .mean || targetValue != nil)
    guard let output else { return print(text, terminator: "") }
    try AtomicFile.write(text, to: output)
    Terminal.log("Wrote \(result.best.count) candidates to \(output).")
  }

  private func screen(_ screening: inout Screening) throws {
    let model = screening.model
    var rows = try FormulaRows(
      space, formula: formula, structures: structures, like: model, fidelity: fidelity,
      batch: Self.structureBatch, threads: common.threads)
    guard rows.haveNames || !model.needsCrystals else {
      throw CommandError(
        "\(space) holds formulas; the model learned from structures and needs them: give files of "
          + "structures, or a table with a column of them (--structure, --structures).")
    }
    let bar = ProgressBar("screening", total: max(rows.size >> 10, 1), unit: "KiB")
    defer { bar.finish() }
    while let batch = try rows.next(Self.batch * min(common.threads, 64)) {
      try screening.add(batch, threads: common.threads)
      bar.set(
        fraction: Double(rows.bytesRead) / Double(max(rows.size, 1)),
        label: "screened \(screening.tally.rows) materials")
    }
    guard screening.tally.rows > 0 else {
      throw CommandError("\(space) holds no rows; it needs a formula or a structure on each.")
    }
  }

  private func unwanted() throws -> [Candidate] {
    try exclusions.flatMap { file in
      var rows = try FormulaRows(
        file, formula: nil, structures: nil, like: nil,
        batch: Self.structureBatch, threads: common.threads)
      var candidates: [Candidate] = []
      while let batch = try rows.next(Self.batch) {
        for row in batch {
          if let material = row.material {
            // A structure that is none excludes nothing.
            if let candidate = try? material.get() { candidates.append(candidate) }
            continue
          }
          do throws(FormulaError) {
            candidates.append(Candidate(try Composition(formula: row.formula)))
          } catch {
            throw CommandError("\(file):\(row.line): \"\(row.formula.prefix(60))\": \(error)")
          }
        }
      }
      return candidates
    }
  }
}
