import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Reporting
import Representations

struct Pretrain: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let networks learn from crystals of which no property is known.",
    discussion: """
      Networks over the sites of crystals learn which elements sit where (masked), how displaced \
      atoms lay before (denoising), or what two corrupted views of a crystal have in common (barlow). \
      The file goes to athanor train --start-from, where networks go on from it; it predicts nothing \
      by itself.

      A tenth of the formulas is held out: the weights with the smallest loss there are kept, and \
      learning ends where it no longer falls. Equal crystals count once; what cannot be used is left \
      out and listed.
      """)

  @Argument(
    help: """
      Files of structures (CIF, POSCAR, extended XYZ, JSON), tables with a column of them, or folders. \
      Other columns are not looked at.
      """)
  var files: [String]

  @Option(help: "The networks: crystals (ours), cgcnn, megnet, alignn, cogn or cgat.")
  var with = SurrogateChoice.crystals

  @Option(help: "What is learned: masked, denoising, barlow, or all of them together.")
  var objective = ObjectiveChoice.standard

  @Option(
    name: .customLong("networks"),
    help: "Networks that learn side by side; the members of an ensemble take them in turn.")
  var members = 1

  @Option(help: "The most passes over the crystals (default: 12).")
  var passes: Int?

  @Option(help: "The probability with which a site is masked.")
  var mask = SelfSupervision().maskedShare

  @Option(help: "The standard deviation of displacements along each axis, Å.")
  var noise = SelfSupervision().noise

  @OptionGroup(title: "Structures") var structures: StructureOptions

  @Option(name: .shortAndLong, help: "The file to write (.safetensors).")
  var output: String

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".safetensors"], of: "--output")
    guard with.needsCrystals else {
      throw ValidationError(
        "--with is one of crystals, cgcnn, megnet, alignn, cogn and cgat: what reads crystals.")
    }
    guard (1...64).contains(members) else {
      throw ValidationError("--networks lies between 1 and 64: \(members)")
    }
    guard (1...100_000).contains(passes ?? 1) else {
      throw ValidationError("--passes lies between 1 and 100000: \(passes ?? 0)")
    }
    guard mask > 0, mask < 1 else {
      throw ValidationError("--mask lies between 0 and 1: \(mask)")
    }
    guard noise > 0, noise <= 1 else {
      throw ValidationError("--noise is above 0 and at most 1 Å: \(noise)")
    }
  }

  func run() throws {
    let pretrainer = try pretrainer()
    let found = try PretrainingCrystals(
      files, options: structures.reading(formula: nil), pretrainer: pretrainer,
      threads: common.threads)
    SkippedRows.log(
      found.skipped, of: found.total, in: files.count == 1 ? files[0] : "\(files.count) files",
      all: "pretrain lists all with --json")
    if found.repeats > 0 {
      Terminal.log("athanor: \(found.repeats) crystals occur again and count once.")
    }
    guard !found.crystals.isEmpty else {
      throw CommandError(
        "\(files.joined(separator: ", ")): no crystal could be read. Give files of structures (CIF, "
          + "POSCAR, extended XYZ, JSON), or a table with a column of them (--structure, --structures)."
      )
    }
    let bar = ProgressBar("learning from crystals", total: 1000, unit: "‰")
    var runner = pretrainer
    runner.progress = { bar.set(fraction: $0) }
    let learned: PretrainedNetworks
    do {
      defer { bar.finish() }
      learned = try runner.fit(found.crystals, seed: common.seed)
    }
    let card = PretrainingCard(
      learned, learning: pretrainer.configuration.objectives, sources: files,
      elementCrystals: found.elementCrystals, dataHash: found.contentHash, seed: common.seed,
      settings: settings, versions: ["athanor": Version.current])
    try PretrainedFile(learned, card: card).write(to: output)
    if common.json {
      return try Terminal.printJSON(
        PretrainingResult(card: card, file: output, skipped: found.skipped, repeats: found.repeats))
    }
    print("\(output): \(card.title)")
    for line in card.lines { print("  \(line)") }
  }

  private func pretrainer() throws -> CrystalPretrainer {
    guard let architecture = with.crystalEncoder else {
      preconditionFailure("checked before the command runs")
    }
    var configuration = CrystalPretrainer.Configuration(architecture)
    configuration.objectives = SelfSupervision(objective.objectives)
    configuration.objectives.maskedShare = mask
    configuration.objectives.noise = noise
    configuration.networks = members
    configuration.passes = passes ?? configuration.passes
    let left = configuration.objectives.impossible(for: configuration.encoder)
    if objective == .all, !left.isEmpty {
      configuration.objectives.objectives.removeAll(where: left.contains)
      Terminal.log(
        "athanor: \(with.rawValue) sees no lengths: "
          + "\(left.map(\.rawValue).joined(separator: ", ")) is left out.")
    }
    var pretrainer = CrystalPretrainer(configuration)
    pretrainer.threads = common.threads
    return pretrainer
  }

  /// The command that makes the same file.
  private var settings: String {
    let options =
      structures.words.compactMap { name, value in value.map { " \(name) \"\($0)\"" } }
      + [" --with \(with.rawValue) --objective \(objective.rawValue)"]
      + (members == 1 ? [] : [" --networks \(members)"])
      + (passes.map { [" --passes \($0)"] } ?? [])
      + [" --mask \(mask) --noise \(noise) --seed \(common.seed)"]
    return "athanor pretrain" + files.map { " \"\($0)\"" }.joined() + options.joined()
  }
}

/// What ``Pretrain`` prints as JSON.
struct PretrainingResult: Encodable {
  let card: PretrainingCard
  let file: String
  let skipped: [SkippedRow]
  /// Crystals that occurred before.
  let repeats: Int
}

/// The objectives of ``Pretrain`` by their names.
enum ObjectiveChoice: String, ExpressibleByArgument, CaseIterable {
  case masked, denoising, barlow, all

  static let standard = ObjectiveChoice.masked

  var objectives: [CrystalObjective] {
    switch self {
    case .masked: [.masked]
    case .denoising: [.denoising]
    case .barlow: [.barlow]
    case .all: CrystalObjective.allCases
    }
  }
}
