import ArgumentParser
import Ecosystem
import Foundation
import Learning

/// What learns, how long, and how it is judged: options of `train`.
struct TrainingPlan: ParsableArguments {
  @Option(help: "What learns: \(SurrogateChoice.help)")
  var with: SurrogateChoice?

  @Option(
    help: """
      The networks of --with ensemble: compact, or roost or crabnet in their published sizes, which \
      take many times as long.
      """)
  var encoder = EncoderChoice.compact

  @Flag(
    help: """
      With networks on crystals (--with crystals and those after it): behind each block every site \
      hears of all others, however far, not of its neighbors alone.
      """)
  var longRange = false

  @Flag(
    help: """
      With networks (--with ensemble, crystals and those after it) and several --target of numbers: they \
      learn all of them together, where a row may lack some.
      """)
  var joint = false

  @Option(
    help: """
      A model file whose networks these go on from: one of another property, of a larger table, or \
      from athanor pretrain. With learners that are networks, or auto, whose networks then do so.
      """)
  var startFrom: String?

  @Option(
    help: """
      With --start-from, the rate at which each layer of the encoder learns, as a share of that of the \
      layer behind it, from the head down to where elements enter (default: 0.3 for all of it).
      """)
  var layerRate: Double?

  @Option(
    help: """
      What --with gp, trees or boosted sees of a formula (default: magpie for gp, all for the others): \
      \(FeatureSets.help) With gp, pettifor alone stands for the element mover's distance.
      """)
  var features: String?

  @Option(
    help: """
      The most work that auto may do, in seconds (90s), minutes (5m) or hours (1h) of one core of a \
      laptop of 2024, counted from the rows and not by the clock: the same budget gives the same model \
      everywhere.
      """)
  var budget: WorkBudget?

  @Option(help: "Folds of the cross-validation (default: 8 for auto and hybrids, 5 for others).")
  var folds: Int?

  @Option(
    help: """
      A split that data split made, in the place of --folds and --group: its test rows are judged. A \
      split with one test set also keeps these rows out of the model.
      """)
  var split: String?

  func validate() throws {
    guard folds ?? 2 >= 2 else { throw ValidationError("--folds must be at least 2.") }
    guard budget == nil || with ?? .auto == .auto else {
      throw ValidationError("--budget is for --with auto: one learner alone has nothing to choose.")
    }
    guard encoder == .compact || with == .ensemble else {
      throw ValidationError("--encoder \(encoder.rawValue) is for --with ensemble.")
    }
    guard !joint || with == .ensemble || with?.needsCrystals ?? false else {
      throw ValidationError("--joint is for networks: --with ensemble, or crystals and its like.")
    }
    guard !longRange || with?.needsCrystals ?? false else {
      throw ValidationError(
        "--long-range is for networks on crystals: --with crystals and its like.")
    }
    guard startFrom == nil || with?.trainsNetworks ?? true else {
      throw ValidationError(
        "--start-from is for --with ensemble or auto, and for networks on structures.")
    }
    guard layerRate == nil || startFrom != nil else {
      throw ValidationError("--layer-rate is for --start-from.")
    }
    guard layerRate.map({ $0 > 0 && $0 <= 1 }) ?? true else {
      throw ValidationError("--layer-rate is above 0 and at most 1.")
    }
    guard startFrom == nil || encoder == .compact else {
      throw ValidationError("--start-from brings the networks' sizes along; leave --encoder out.")
    }
    try SurrogateChoice.check(features: features, for: with)
    guard folds == nil || split == nil else {
      throw ValidationError("Give --split or --folds, not both.")
    }
  }

  /// Work of auto where nothing else is asked for, seconds.
  static let standardBudget = 1800.0

  var seconds: Double { budget?.seconds ?? TrainingPlan.standardBudget }

  /// - Parameter start: What ``startFrom`` names.
  func learner(rows: Int, start: DeepEnsembleTrainer.Start?) -> SurrogateChoice {
    if let with { return with }
    guard budget == nil else { return .auto }
    let standard = SurrogateChoice.standard(rows: rows)
    guard let start, standard == .gp else { return standard }
    return start.hasCompositions ? .ensemble : .auto
  }

  func foldCount(_ learner: SurrogateChoice) -> Int {
    folds ?? (learner.crossFits ? StandardLearners.folds : 5)
  }

  /// What of the plan the fits depend on, files aside.
  func key(_ learner: SurrogateChoice) -> String {
    "\(learner.rawValue) \(encoder.rawValue) \(foldCount(learner)) \(seconds)"
      + (longRange ? " long-range" : "")
  }
}

/// An amount of work such as `90s`, `5m`, `1h` or `1h30m`.
struct WorkBudget: ExpressibleByArgument, Hashable {
  let seconds: Double
  let text: String

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    var (total, number) = (0.0, "")
    for character in argument {
      guard let unit = units[character] else {
        number.append(character)
        continue
      }
      guard let value = Double(number), value.isFinite, value >= 0 else { return nil }
      total += value * unit
      number = ""
    }
    guard number.isEmpty, total > 0, total.isFinite else { return nil }
    seconds = total
    text = argument
  }
}
