import ArgumentParser
import Ecosystem
import Foundation
import Learning
import Matter
import Reporting

struct Explain: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which elements, features, sites and bonds carry a prediction.",
    discussion: """
      Contributions and the value they start from sum to the prediction. Networks are explained by \
      integrated gradients, all other models by Shapley values over the elements of the formula; \
      forests and boosted trees also by exact Shapley values of their features. Networks on crystals \
      also tell what each site and each bond adds. Of a table, the means over its materials are given \
      too.

        athanor explain gap.safetensors GaAs InP
        athanor explain gap.safetensors gaps.csv --report gaps.html
        athanor explain steel.safetensors steels.csv --against steels.csv
        athanor explain crystals.safetensors SrTiO3.cif --write sites.cif --report sites.html
      """)

  @Argument(help: "A model file from athanor train.")
  var model: String

  @Argument(
    help: "Tables with a column of formulas or structures, files of structures, or formulas.")
  var inputs: [String]

  @Option(
    help: """
      How elements are credited: shapley or gradients (networks alone; default where it is possible).
      """)
  var method: ExplanationMethod?

  @Option(
    help: """
      Count contributions from this material: a formula, or a table whose mean composition is taken. \
      For alloys, name the training table.
      """)
  var against: String?

  @Option(help: "How many features to name for each material; 0: none.")
  var features = 10

  @Flag(
    help: """
      Also show how the prediction changes when an element receives one more percent of the atoms: \
      for alloys.
      """)
  var effects = false

  @Flag(help: "Also show which elements exchange messages in the networks.")
  var attention = false

  @Option(
    help: """
      Materials with more coalitions of elements than this are explained by sampled orders \
      (default: 16384 for up to \(mostPatient) materials, 2048 for more).
      """)
  var coalitions: Int?

  @Option(help: "The probability with which a new measurement lies in the interval.")
  var coverage = 0.9

  @Option(name: .shortAndLong, help: "A CSV file to write: one line for each contribution.")
  var output: String?

  @Option(help: "Also write a page with periodic tables and pictures of cells: an HTML file.")
  var report: String?

  @Option(
    help: """
      Also write the crystals with the contributions of their sites: an extended XYZ file (a column), a \
      CIF (a column, and a loop of bonds), or a folder, which receives a CIF each.
      """)
  var write: String?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Credit sites and bonds of crystals, where networks read them (default: up to \(mostCrystals) \
      crystals; --write asks for all).
      """)
  var sites: Bool?

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var structures: StructureOptions
  @OptionGroup var common: CommonOptions

  /// Materials for which the exact values are worth a wait.
  private static let mostPatient = 12

  /// Crystals whose sites are credited without being asked for.
  private static let mostCrystals = 64

  func validate() throws {
    guard coverage > 0, coverage < 1 else {
      throw ValidationError("--coverage must lie between 0 and 1.")
    }
    guard features >= 0 else { throw ValidationError("--features must not be negative.") }
    guard (2...1 << 16).contains(coalitions ?? 2) else {
      throw ValidationError("--coalitions must lie between 2 and 65536.")
    }
    try Suffix.check(output, is: [".csv"], of: "--output")
    try Suffix.check(report, is: [".html"], of: "--report")
    guard write == nil || sites ?? true else {
      throw ValidationError("--write writes contributions of sites; leave --no-sites out.")
    }
    try write.map { _ = try SiteContributionFile.Form(path: $0) }
  }

  func run() async throws {
    let model = try Model(contentsOf: self.model)
    let questions = try DataFile.questions(
      inputs, for: model, structures: structures, threads: common.threads)
    guard !questions.isEmpty else {
      throw CommandError("\(inputs.joined(separator: ", ")) holds no formula to explain.")
    }
    let crystals = questions.count { $0.candidate.crystal != nil }
    let asksSites = sites ?? (write != nil || crystals <= Self.mostCrystals)
    var settings = try settings(for: model, questions.map(\.candidate))
    settings.sites = asksSites
    let explainer = try Explainer(model, settings)
    if write != nil || sites ?? false {
      try SiteContributionFile.check(explainer, crystals: crystals)
    }
    let bar = ProgressBar("explaining", total: questions.count, unit: "materials")
    let table = try explainer.explain(questions.map(\.candidate)) { done in
      bar.set(fraction: Double(done) / Double(questions.count))
    }
    bar.finish()
    let result = ExplanationResult(
      table, names: questions.map(\.name), identifiers: questions.map(\.id),
      candidates: questions.map(\.candidate), model: model, origin: origin(model.card))
    if !asksSites, explainer.readsSites, sites == nil {
      Terminal.log(
        "athanor: the sites of \(crystals) crystals are left out; --sites explains them too.")
    }
    if let output { try AtomicFile.write(result.csv, to: output) }
    if let report { try write(result, to: report) }
    if let write { try SiteContributionFile(result).write(to: write) }
    for note in result.notes { Terminal.log("athanor: \(note)") }
    if common.json { return try Terminal.printJSON(result) }
    if let output {
      Terminal.log("Wrote the contributions of \(questions.count) materials to \(output).")
    }
    if let report { Terminal.log("Report: \(report)") }
    print(result.text)
  }

  private func settings(
    for model: Model, _ candidates: [Candidate]
  ) throws -> Explainer.Settings {
    var settings = Explainer.Settings()
    settings.method = method?.method
    settings.mostCoalitions =
      coalitions ?? (candidates.count <= Self.mostPatient ? 16_384 : 2048)
    settings.effects = effects
    settings.coverage = coverage
    settings.features = features
    settings.attention = attention
    settings.seed = common.seed
    settings.threads = common.threads
    settings.reference = try against.map { try reference($0, model, like: candidates[0]) }
    return settings
  }

  /// A formula with the variables of the first material, or the mean of a table.
  private func reference(
    _ input: String, _ model: Model, like candidate: Candidate
  ) throws -> Candidate {
    let found = try DataFile.questions(
      [input], for: model, structures: structures, threads: common.threads
    ).map(\.candidate)
    guard found.count > 1 || FileManager.default.fileExists(atPath: input) else {
      return Candidate(found[0].composition, variables: candidate.variables)
    }
    guard let mean = Candidate.mean(of: found) else {
      throw CommandError("--against \(input) holds no formula.")
    }
    return mean
  }

  private func origin(_ card: ModelCard) -> String {
    guard let against else { return "the mean of the training rows" }
    return FileManager.default.fileExists(atPath: against)
      ? "the prediction for the mean composition of \((against as NSString).lastPathComponent)"
      : "the prediction for \(against)"
  }

  private func write(_ result: ExplanationResult, to path: String) throws {
    let page = ExplanationReport(
      result.table, names: result.names, identifiers: result.identifiers,
      crystals: result.candidates.map(\.crystal), card: result.model.card, origin: result.origin,
      command: command
    ).page
    try AtomicFile.write(page.html(vegaBundle: ChartBundle.text), to: path)
  }

  /// The command that makes the same page.
  private var command: String {
    var words = ["athanor explain \"\(model)\""] + inputs.map { "\"\($0)\"" }
    if let method { words.append("--method \(method.rawValue)") }
    if let against { words.append("--against \"\(against)\"") }
    return words.joined(separator: " ") + " --features \(features) --seed \(common.seed)"
  }
}

/// ``Explainer/Method`` by its name on the command line.
enum ExplanationMethod: String, ExpressibleByArgument, CaseIterable {
  case shapley
  case gradients

  var method: Explainer.Method {
    switch self {
    case .shapley: .shapley
    case .gradients: .gradients
    }
  }
}
