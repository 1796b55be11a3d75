import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Representations

struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write vectors of materials from a model; learn vectors of elements.",
    subcommands: [EmbedMaterials.self, EmbedElements.self, EmbedCheck.self],
    defaultSubcommand: EmbedMaterials.self)
}

/// The method of ``EmbedElements`` by its name.
struct ElementMethod: ExpressibleByArgument {
  let method: LearnedElements.Method

  init?(argument: String) {
    guard let method = LearnedElements.Method(rawValue: argument) else { return nil }
    self.method = method
  }

  static let allValueStrings = LearnedElements.Method.allCases.map(\.rawValue)
}

struct EmbedElements: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "elements",
    abstract: "Learn element vectors from crystals, formulas or texts.",
    discussion: """
      skipatom learns from bonds in crystals, atom2vec from formulas (tables, or crystals), skip-gram \
      from texts. The CSV bears its origin in lines that begin with #; athanor featurize --with \
      elements:FILE reads it.
      """)

  @Option(parsing: .upToNextOption, help: "Files and folders to learn from.")
  var from: [String]

  @Option(help: "skipatom, atom2vec or skip-gram.")
  var with: ElementMethod

  @Option(help: "Numbers in a vector (default: skipatom and skip-gram 200, atom2vec 30).")
  var width: Int?

  @Option(help: "Passes over the data (default: skipatom 1000, skip-gram 30).")
  var epochs: Int?

  @Option(
    help: "skipatom: elements with fewer bonds borrow from similar ones; 0 for none.")
  var induceBelow = 100.0

  @Option(help: "atom2vec: leave out compounds of more elements.")
  var mostElements: Int?

  @Option(name: .shortAndLong, help: "The CSV to write.")
  var output: String

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".csv"], of: "--output")
    if let width, !(1...4096).contains(width) {
      throw ValidationError("--width lies between 1 and 4096: \(width)")
    }
    if let epochs {
      guard (1...1_000_000).contains(epochs) else {
        throw ValidationError("--epochs lies between 1 and 1000000: \(epochs)")
      }
      guard with.method != .atom2Vec else {
        throw ValidationError("atom2vec is a decomposition, which has no --epochs.")
      }
    }
    guard induceBelow.isFinite, induceBelow >= 0 else {
      throw ValidationError("--induce-below is 0 or more: \(induceBelow)")
    }
    if let mostElements, mostElements < 2 {
      throw ValidationError("--most-elements is 2 or more: \(mostElements)")
    }
    guard !from.isEmpty else { throw ValidationError("--from names no file.") }
  }

  struct Result: Encodable {
    let method: String
    let file: String
    let width: Int
    let elements: [String]
    let data: String
    let notes: [String]
    let refused: Int
    let refusals: [String]
    let families: ElementFamilies?
  }

  func run() throws {
    var settings = LearnedElements.Settings(
      width: width ?? with.method.usualWidth, seed: common.seed, threads: common.threads)
    settings.epochs = epochs
    settings.inductionBelow = induceBelow
    settings.mostElements = mostElements
    let bar = ProgressBar("reading", total: 1000, unit: "‰")
    let (learned, refused, refusals) = try learn(settings) {
      bar.set(fraction: $1, label: $0)
    }
    bar.finish()
    for error in refusals { Terminal.log("athanor: left out: \(error)") }
    if refused > refusals.count {
      Terminal.log("athanor: left out: \(refused - refusals.count) more")
    }
    try AtomicFile.write(learned.csv(program: "athanor \(Version.current)"), to: output)
    let families = ElementFamilies(learned.vectors)
    if common.json {
      return try Terminal.printJSON(
        Result(
          method: learned.method.rawValue, file: output, width: learned.width,
          elements: learned.vectors.keys.sorted().map(\.symbol), data: learned.data,
          notes: learned.notes, refused: refused, refusals: refusals.map(\.description),
          families: families))
    }
    print("\(output): \(learned.vectors.count) elements, \(learned.width) numbers each")
    print("  \(learned.data)")
    for note in learned.notes { print("  \(note)") }
    if let families { print("  \(EmbedCheck.sentence(families))") }
  }

  private func learn(
    _ settings: LearnedElements.Settings, _ progress: @escaping LearnedElements.Progress
  ) throws -> (LearnedElements, refused: Int, refusals: [ReadingError]) {
    switch with.method {
    case .skipAtom:
      let (learned, tally) = try LearnedElements.skipAtom(from, settings, progress: progress)
      return (learned, tally.refused, tally.refusals)
    case .atom2Vec:
      let (learned, tally) = try LearnedElements.atom2Vec(from, settings, progress: progress)
      return (learned, tally.refused, tally.refusals)
    case .skipGram:
      let (learned, tally) = try LearnedElements.skipGram(from, settings, progress: progress)
      return (learned, tally.refused, tally.refusals)
    }
  }
}

struct EmbedCheck: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare element vectors with each other and with none.",
    discussion: """
      Every set is judged on the elements that all have: by how many of them have a relative of their \
      group of the periodic table as the nearest neighbor; and with --data, by the errors of a \
      property that is predicted for compounds ABC2D6 from the vectors on their sites (a small \
      network, 5 folds), and of ridge regression on pooled vectors for all compounds (5 folds).
      """)

  @Argument(help: "CSV or JSON files of element vectors.")
  var vectors: [String] = []

  @Option(parsing: .upToNextOption, help: "Tables of formulas and a property.")
  var data: [String] = []

  @Option(help: "The column with the property.")
  var target: String?

  @Option(help: "Rows for ridge regression; of more, a sample.")
  var rows = 5000

  @Option(help: "Passes of the small network.")
  var epochs = SiteNetwork().epochs

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard data.isEmpty == (target == nil) else {
      throw ValidationError("--data and --target go together.")
    }
    guard rows >= 10, (1...100_000).contains(epochs) else {
      throw ValidationError("--rows is 10 or more, --epochs 1 to 100000.")
    }
  }

  func run() throws {
    var sets = try vectors.map { path in
      let content = try ElementVectorFile(AtomicFile.read(path, limit: 1 << 28), file: path)
      return ElementVectorSet(
        name: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent,
        columns: content.columns, vectors: content.vectors)
    }
    let all = Set(Element.all)
    let common = sets.reduce(all) { $0.intersection($1.vectors.keys) }
    guard common.count > 1 else {
      throw CommandError("The files have fewer than two elements in common; check them one by one.")
    }
    sets += ElementVectorSet.standards(
      sets.isEmpty ? Set(Element.all.prefix(96)) : common, seed: self.common.seed)
    var network = SiteNetwork()
    network.epochs = epochs
    let (elpasolites, pooled) = try tests()
    let bar = ProgressBar("comparing", total: sets.count, unit: "sets")
    let comparison = try ElementVectorComparison(
      sets, elpasolites: elpasolites, pooled: pooled, network: network, seed: self.common.seed,
      threads: self.common.threads
    ) { bar.set(fraction: $0) }
    bar.finish()
    if self.common.json { return try Terminal.printJSON(comparison) }
    Self.print(comparison, target: target)
  }

  private func tests() throws -> (ElpasoliteTest?, PooledVectorTest?) {
    guard let target else { return (nil, nil) }
    var compositions: [Composition] = []
    var targets: [Double] = []
    for path in data {
      let dataset = try Dataset(DataFile.table(path), columns: Dataset.Columns(target: target))
      compositions += dataset.rows.map(\.candidate.composition)
      targets += dataset.rows.map(\.target)
    }
    return (
      ElpasoliteTest(compositions, targets: targets),
      PooledVectorTest(compositions, targets: targets, most: rows, seed: common.seed)
    )
  }

  // MARK: Words

  static func sentence(_ families: ElementFamilies) -> String {
    "nearest neighbor of the same group: \(percent(families.purity)) of \(families.elements) "
      + "elements (by chance \(percent(families.chance))); among the three nearest "
      + "\(percent(families.purityOfThree)); silhouette \(number(families.silhouette))"
  }

  private static func print(_ comparison: ElementVectorComparison, target: String?) {
    Swift.print("\(comparison.commonElements.count) elements in common")
    let least = ElementVectorComparison.leastRows
    if let target {
      for (name, rows, spread) in [
        ("ABC2D6 compounds", comparison.elpasoliteRows, comparison.elpasoliteSpread),
        ("rows for ridge regression", comparison.pooledRows, comparison.pooledSpread),
      ] {
        let about = spread.map { "; the median alone errs by \(number($0))" } ?? ""
        let few = rows < least ? ": too few, \(least) are needed" : about
        Swift.print("\(rows) \(name), mean absolute error of \(target)\(few)")
      }
    }
    var lines = [["vectors", "width", "group", "of 3", "silhouette", "ABC2D6", "ridge"]]
    for row in comparison.rows {
      lines.append([
        row.name, "\(row.width)", row.families.map { percent($0.purity) } ?? "",
        row.families.map { percent($0.purityOfThree) } ?? "",
        row.families.map { number($0.silhouette) } ?? "", errors(row.elpasolites),
        errors(row.pooled),
      ])
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    for line in lines {
      let cells = zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      let text = cells.joined(separator: "  ")
      Swift.print(String(text.reversed().drop { $0 == " " }.reversed()))
    }
  }

  private static func errors(_ errors: ElementVectorComparison.FoldErrors?) -> String {
    errors.map { "\(number($0.mean)) ± \(number($0.standardDeviation))" } ?? ""
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

  private static func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
