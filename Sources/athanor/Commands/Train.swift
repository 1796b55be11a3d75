import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Reporting

struct Train: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn a property from a table and measure how well it is learned.",
    discussion: """
      Every row is predicted once by a model that has not seen it; errors, coverage and \
      calibration come from these predictions. The model that is written was trained on all rows \
      (auto: its members each on all but one fold); with a split of one test set (--split), on its \
      training rows. Rows without the target, and structures that cannot be used, are left out and \
      listed. Several --target make a model each.

      An interrupted training leaves what it has finished beside the model file; the same command \
      with --resume goes on from there and ends with the same model, bit for bit.
      """)

  @Argument(
    help: """
      A table (CSV, TSV, JSON) with a column of formulas or structures, a file of structures with \
      their values (JSON, extended XYZ), or a folder of structures with a table.
      """)
  var file: String

  @Option(
    name: .customLong("target"),
    help: "The column to predict: numbers, or labels of classes. Repeatable.")
  var targets: [String]

  @OptionGroup(title: "Rows") var rows: TrainingTable
  @OptionGroup(title: "Learning") var plan: TrainingPlan

  @Option(
    name: .shortAndLong, help: "The model file to write (default: TARGET.safetensors).")
  var output: String?

  @Option(help: "Also write a page about the model: an HTML file.")
  var report: String?

  @Flag(help: "Go on with a training that was interrupted.")
  var resume = false

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let target = targets.first(where: rows.variables.contains) {
      throw ValidationError("--variable \"\(target)\" is the target itself.")
    }
    guard Set(targets).count == targets.count else {
      throw ValidationError("Give each --target once.")
    }
    guard targets.count == 1 || (output == nil && report == nil) else {
      throw ValidationError(
        "Several targets make a model each, named after them: leave --output and --report out.")
    }
    guard !plan.joint || targets.count > 1 else {
      throw ValidationError("--joint needs several --target.")
    }
    guard plan.split == nil || rows.group == nil else {
      throw ValidationError("Give --split or --group, not both.")
    }
    guard rows.predictFidelity == nil || !plan.joint && plan.split == nil && plan.budget == nil
    else {
      throw ValidationError(
        "--predict-fidelity makes its own folds and takes all of its contenders: leave --joint, --split "
          + "and --budget out.")
    }
    guard rows.predictFidelity == nil || !(plan.with == .hybrid || plan.with == .crystalHybrid)
    else {
      throw ValidationError("--predict-fidelity races single learners: choose another --with.")
    }
    try Suffix.check(output, is: [".safetensors"], of: "--output")
    try Suffix.check(report, is: [".html"], of: "--report")
  }

  func run() async throws {
    let source = try rows.source(
      file, crystalsFor: plan.with?.crystalReader, threads: common.threads)
    let sets = try targets.map { try rows.rows(source, target: $0, threads: common.threads) }
    let joint = try plan.joint ? outcomes(of: sets) : nil
    let results = try targets.indices.map { place in
      try train(
        source.materials, target: targets[place], sets[place], outcome: joint?.outcomes[place])
    }
    joint?.fits.remove()
    if common.json {
      if let only = results.first, results.count == 1 { return try Terminal.printJSON(only) }
      return try Terminal.printJSON(results)
    }
    for result in results { result.print() }
  }

  /// Of all targets, learned together.
  private func outcomes(
    of sets: [TrainingTable.Rows]
  ) throws -> (outcomes: [TrainingRun.Outcome], fits: FitFolder) {
    var run = try TrainingRun(
      sets[0].dataset, plan: plan, seed: common.seed, threads: common.threads)
    let others = sets.dropFirst().map(\.dataset)
    let key = ([try run.key()] + others.map(\.contentHash.hex)).joined(separator: " ")
    let fits = fitFolder(beside: path(of: targets[0]), key: key)
    run.fits = fits
    return (try removingEmpty(fits) { try run.outcomes(beside: others) }, fits)
  }

  private func path(of target: String) -> String {
    output ?? "\(target.replacing("/", with: "_")).safetensors"
  }

  private func removingEmpty<Result>(
    _ fits: FitFolder, _ work: () throws -> Result
  ) throws -> Result {
    do {
      return try work()
    } catch {
      fits.removeIfEmpty()
      throw error
    }
  }

  /// - Parameter joint: What a training of all targets has brought for this one.
  private func train(
    _ materials: MaterialBatch, target: String, _ rows: TrainingTable.Rows,
    outcome joint: TrainingRun.Outcome?
  ) throws -> TrainingResult {
    let path = path(of: target)
    let methods = rows.dataset.fidelity
    let ladder = try self.rows.predictFidelity.map { try rows.dataset.ladder(to: $0) }
    let rows = TrainingTable.Rows(dataset: ladder?.top ?? rows.dataset, skipped: rows.skipped)
    var run = try TrainingRun(
      rows.dataset, plan: plan, seed: common.seed, threads: common.threads)
    if let ladder, let method = self.rows.predictFidelity {
      run.takeHelp(of: ladder.lower, for: method, areKnown: self.rows.lowerKnown)
    }
    if joint == nil { run.fits = fitFolder(beside: path, key: try run.key()) }
    let outcome =
      try joint
      ?? run.fits.map { fits in try removingEmpty(fits) { try run.outcome() } } ?? run.outcome()
    let trained = try run.trainedRows()
    var card = ModelCard(
      dataset: trained, formulaColumn: materials.formulaColumn ?? "formula",
      surrogate: run.name(of: outcome.training.surrogate), settings: settings(target, run),
      seed: common.seed, versions: ["athanor": Version.current],
      quality: outcome.training.quality, classes: outcome.classes,
      isLogarithmic: self.rows.log ? true : nil)
    card.structureColumn = materials.structureColumn
    card.fidelities = (outcome.training.surrogate as? FidelityStack)?.report
    card.fidelities?.column = methods?.column
    guard let surrogate = outcome.training.surrogate as? any StorableSurrogate else {
      throw CommandError("A model of this kind cannot be stored.")
    }
    let model = Model(
      surrogate: surrogate, calibration: outcome.training.calibration, card: card,
      training: TrainingRows(trained, threads: common.threads))
    // A word about the model, which no failure here may cost.
    let contrasts = (try? surrogate.neighborContrasts(trained.candidates)) ?? []
    if let report { try write(outcome.training, rows, card, contrasts, to: report) }
    do {
      try model.write(to: path)
    } catch {
      // A page about a model that is not there would mislead.
      if let report { try? FileManager.default.removeItem(atPath: report) }
      throw error
    }
    run.fits?.remove()
    return TrainingResult(
      card, model: path, report: report, skipped: rows.skipped,
      processorSeconds: outcome.processorSeconds,
      work: (surrogate as? Stack)?.work, neighborContrasts: contrasts)
  }

  /// Where the training keeps what it has finished.
  private func fitFolder(beside path: String, key: String) -> FitFolder {
    let folder = FitFolder(path: "\(path).part", key: key)
    if resume {
      Terminal.log(
        folder.isEmpty
          ? "athanor: there is nothing to go on with in \(folder.path); the training starts anew."
          : "athanor: going on; \(folder.count) fits are finished already.")
    } else if !folder.isEmpty {
      Terminal.log(
        "athanor: a training was interrupted here and starts anew; --resume would have gone on.")
      folder.remove()
    }
    return folder
  }

  /// The command that makes the same model.
  private func settings(_ target: String, _ run: TrainingRun) -> String {
    let named =
      [
        ("--formula", rows.formula), ("--unit", rows.unit), ("--weight", rows.weight),
        ("--fidelity", rows.fidelity), ("--predict-fidelity", rows.predictFidelity),
        ("--group", rows.group), ("--split", plan.split),
      ] + rows.structures.words
    let options =
      (plan.joint ? targets : [target]).map { ("--target", $0) }
      + rows.variables.map { ("--variable", $0) }
      + named.compactMap { name, value in value.map { (name, $0) } }
    return "athanor train \"\(file)\" "
      + options.map { "\($0) \"\($1)\" " }.joined()
      + (rows.task == .auto ? "" : "--task \(rows.task.rawValue) ")
      + (rows.repeats == .keep ? "" : "--repeats \(rows.repeats.rawValue) ")
      + (rows.onError == .stop ? "" : "--on-error skip ")
      + (rows.limitsAsValues ? "--limits-as-values " : "")
      + (rows.log ? "--log " : "") + (rows.lowerKnown ? "--lower-known " : "")
      + (plan.joint ? "--joint " : "") + run.settings
      + " --seed \(common.seed)"
  }

  private func write(
    _ outcome: TrainingOutcome, _ rows: TrainingTable.Rows, _ card: ModelCard,
    _ contrasts: [NeighborContrast], to path: String
  ) throws {
    let page = TrainingReport(
      outcome, card: card,
      names: outcome.heldOut.map { held in
        let row = rows.dataset.rows[held.row]
        let formula = row.candidate.composition.percentFormula
        return row.candidate.crystal == nil ? formula : "\(formula) (\(row.identifier))"
      }, skipped: rows.skipped, neighborContrasts: contrasts
    ).page
    try AtomicFile.write(page.html(vegaBundle: ChartBundle.text), to: path)
  }
}
