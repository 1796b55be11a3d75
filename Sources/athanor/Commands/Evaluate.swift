import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter

struct Evaluate: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on rows that it has not seen, or a learner by several splits.",
    discussion: """
      With a model file and a table: how well the model predicts the table's rows, by chemistry \
      group and by how well it knows the material.

      With a table alone: how well a learner does on random folds, on unseen formulas, on unseen \
      clusters of similar compositions and on unseen elements, side by side. --splits asks the same \
      of a model's own recipe.
      """)

  @Argument(
    help: "A model file from athanor train and a table or structures, or the latter alone.")
  var inputs: [String]

  @Option(help: "The column with the measured property (default: that of the model's training).")
  var target: String?

  @Option(
    help: """
      Without a model: what learns, as for train (default: gp below \
      \(SurrogateChoice.fewestRowsOfAuto) rows, else trees, which are quick to train often).
      """)
  var with: SurrogateChoice?

  @Option(
    help: "Without a model: what --with gp, trees or boosted sees of a formula, as for train.")
  var features: String?

  @Option(help: "Folds of the random and the formula split, and clusters.")
  var folds = 5

  @Flag(help: "With a model: train its recipe anew by several splits of the table.")
  var splits = false

  @OptionGroup(title: "Rows, without a model") var rows: TrainingTable
  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  private var model: String? {
    inputs.first.flatMap { $0.lowercased().hasSuffix(".safetensors") ? $0 : nil }
  }

  func validate() throws {
    guard folds >= 2 else { throw ValidationError("--folds must be at least 2.") }
    if model != nil {
      guard inputs.count == 2 else {
        throw ValidationError("Give one table after the model file.")
      }
      guard rows.variables.isEmpty, with == nil, features == nil else {
        throw ValidationError(
          "--variable, --with and --features are those of the model; leave them out.")
      }
    } else {
      guard inputs.count == 1 else {
        throw ValidationError("Give one table, or a model file (.safetensors) and a table.")
      }
      guard target != nil else {
        throw ValidationError("Name the column to predict with --target.")
      }
      try SurrogateChoice.check(features: features, for: with)
    }
  }

  func run() async throws {
    guard let path = model else { return try compare(inputs[0], nil) }
    let model = try Model(contentsOf: path)
    if splits { return try compare(inputs[1], model) }
    try judge(model, by: inputs[1])
  }

  // MARK: A model and rows

  private func judge(_ model: Model, by file: String) throws {
    if let classes = model.card.classes { return try judge(model, classes, by: file) }
    let rows = try loaded(file, like: model)
    var dataset = rows.dataset
    let isLogarithmic = model.card.isLogarithmic ?? false
    if isLogarithmic { dataset = try dataset.logarithmic() }
    let predictions = try model.predict(dataset.candidates, asLearned: true)
    let result = try EvaluationResult(
      dataset, predictions, model, skipped: rows.skipped, threads: common.threads)
    if result.sameDataAsTraining { Self.warnOfTrainingRows() }
    if common.json { return try Terminal.printJSON(result) }
    let unit = isLogarithmic ? "decades" : dataset.unit ?? model.card.unit
    for line in result.lines(dataset.targetName, file: file, unit: unit) { print(line) }
  }

  private func judge(_ model: Model, _ classes: ClassCard, by file: String) throws {
    let rows = try loaded(file, like: model)
    let dataset = rows.dataset
    let places = try dataset.rows.map { row in
      let label = dataset.classes[Int(row.target)]
      guard let place = classes.labels.firstIndex(of: label) else {
        throw CommandError(
          "\(file): \(row.identifier): the model does not know the class \"\(label.prefix(60))\", but "
            + "\(classes.labels.joined(separator: ", ")).")
      }
      return place
    }
    let chances = try model.chances(dataset.candidates)
    let card = try ClassCard(labels: classes.labels, places: places, chances: chances)
    let inside = zip(chances, places).count { classes.set($0, coverage: 0.9).contains($1) }
    let coverage = Double(inside) / Double(places.count)
    let isSame = dataset.contentHash.hex == model.card.dataHash
    if isSame { Self.warnOfTrainingRows() }
    if common.json {
      return try Terminal.printJSON(
        ClassEvaluation(
          rows: places.count, classes: classes.labels, quality: card.quality,
          setCoverage90: coverage, sameDataAsTraining: isSame, skipped: rows.skipped))
    }
    print("\(dataset.targetName): \(places.count) rows of \(file)")
    for line in ClassTable.lines(card, setCoverage: coverage) { print(line) }
  }

  private static func warnOfTrainingRows() {
    Terminal.log(
      "athanor: these are the rows that the model was trained on; the figures say nothing about "
        + "new materials.")
  }

  private struct ClassEvaluation: Encodable {
    let rows: Int
    let classes: [String]
    let quality: ClassQuality
    let setCoverage90: Double
    let sameDataAsTraining: Bool
    let skipped: [SkippedRow]
  }

  private func loaded(_ file: String, like model: Model) throws -> TrainingTable.Rows {
    let card = model.card
    var materials = try MaterialRows.all(
      file, options: DataFile.reading(rows.structures, rows.formula, for: model),
      threads: common.threads)
    var skipped = materials.isOfStructures ? materials.skipped : []
    let count = materials.rows.count
    if model.needsCrystals {
      let found = try materials.crystals(neededBy: "the model")
      materials = found.batch
      skipped += found.skipped
    }
    SkippedRows.log(skipped, of: count, in: file, all: "--json names all")
    let column = try materials.table.column(meaning: target ?? card.target)
    if rows.limitsAsValues { materials = try rows.limits(materials, column: column) }
    var columns = Dataset.Columns(target: column)
    columns.variables = card.variableNames.dropLast(card.fidelity?.levels.count ?? 0)
    columns.fidelity = card.fidelity?.column
    columns.fidelityLevels = card.fidelity?.levels
    columns.leavesOutMissing = true
    columns.isClass = card.classes != nil
    if let fidelities = card.fidelities, let column = fidelities.column,
      materials.table.has(column)
    {
      materials = try Self.rows(of: fidelities.method, in: materials, column: column)
    }
    let dataset = try Dataset(materials, columns: columns)
    if let measured = dataset.unit, let learned = card.unit, measured != learned {
      throw CommandError(
        "\(file): \(dataset.targetName) is in \(measured), but the model predicts \(learned). "
          + "Convert the column and name its unit.")
    }
    return TrainingTable.Rows(dataset: dataset, skipped: skipped.sorted { $0.line < $1.line })
  }

  /// The rows of the one method that a model answers for.
  private static func rows(
    of method: String, in materials: MaterialBatch, column: String
  ) throws -> MaterialBatch {
    let methods = try materials.table.strings(column)
    let own = methods.indices.filter { methods[$0] == method }
    guard !own.isEmpty else {
      throw CommandError(
        "\(materials.table.file): the model predicts values of \(method), but no row has it in \(column)."
      )
    }
    return materials.subset(own)
  }

  // MARK: A learner and splits

  /// - Parameter model: Whose recipe is judged; `nil` for that of the options.
  private func compare(_ file: String, _ model: Model?) throws {
    let card = model?.card
    // Validated: without a model there is a target.
    let dataset =
      try model.map { try loaded(file, like: $0).dataset }
      ?? rows.rows(
        rows.source(file, crystalsFor: with?.crystalReader, threads: common.threads),
        target: target ?? "", threads: common.threads
      ).dataset
    let kind: BenchmarkTask.Kind = dataset.classes.isEmpty ? .regression : .classification
    let choice =
      try card.map(Self.choice) ?? with
      ?? (dataset.rows.count < SurrogateChoice.fewestRowsOfAuto ? .gp : .trees)
    let comparer = SplitComparer(
      choice.trainer(
        rows: dataset.rows.count, crystals: dataset.rows.contains { $0.candidate.crystal != nil },
        kind: kind, threads: common.threads, folds: folds,
        features: try model?.surrogate.fixedFeatures ?? features.map(FeatureSets.features)),
      kind: kind, folds: folds, seed: common.seed, threads: choice.crossFits ? 1 : common.threads)
    let bar = ProgressBar("judging \(choice.rawValue) by splits", total: 1000, unit: "‰")
    defer { bar.finish() }
    let comparison = try comparer.run(dataset) { done, total in
      bar.set(fraction: Double(done) / Double(total))
    }
    bar.finish()
    if common.json { return try Terminal.printJSON(comparison) }
    let unit = dataset.unit ?? card?.unit
    let name = EvaluationResult.name(dataset.targetName, unit: unit)
    print("\(name): \(dataset.rows.count) rows of \(file), \(choice.rawValue)")
    for line in SplitTable.lines(comparison) { print(line) }
  }

  /// The learner that a model was trained with.
  private static func choice(_ card: ModelCard) throws -> SurrogateChoice {
    let name = card.surrogate.split(separator: " ").first.map(String.init) ?? ""
    guard let choice = SurrogateChoice(rawValue: name) else {
      throw CommandError(
        "The model was made by \"\(card.surrogate)\", which cannot be trained anew by this program; "
          + "name the table alone and a learner with --with.")
    }
    return choice
  }
}
