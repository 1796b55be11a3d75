import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter

struct EmbedMaterials: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "materials",
    abstract: "Write the vectors that a model's networks make of materials.",
    discussion: """
      Near vectors are materials that are alike to the model: for nearest neighbors, clusters, maps, and \
      as columns of other learners. A row for each input, in their order; where nothing can be said of \
      one, a CSV has empty cells and the reason as its note, an NPY has NaN, and the reason is said on \
      standard error. Files of any length are read and written in pieces.

      Networks have a basis each: by default their vectors stand side by side, so that distances are \
      means over all of them; --network takes one alone, which is shorter. Vectors of different models \
      cannot be compared.

        athanor embed gap.safetensors formulas.csv --output vectors.csv
        athanor embed crystals.safetensors cifs/ --network 1 --output vectors.npy
      """)

  @Argument(help: "A model file from athanor train with networks in it.")
  var model: String

  @Argument(
    help:
      "Tables with a column of formulas or structures, files and folders of structures, or formulas."
  )
  var inputs: [String]

  @Option(
    name: .shortAndLong, help: "The file to write, .csv or .npy (default: CSV on standard output).")
  var output: String?

  @Option(help: "The number of a single network, from 1 (default: all, joined).")
  var network: Int?

  @Option(
    help: """
      Of a model with networks on both, whose vectors: structures or formulas (default: structures).
      """)
  var of: VectorSource?

  @Option(
    help: "The method whose values are predicted, of a model that was trained with --fidelity.")
  var fidelity: String?

  @OptionGroup var networks: DeviceOptions
  @OptionGroup(title: "Structures") var structures: StructureOptions
  @OptionGroup var common: CommonOptions

  /// Rows at once.
  private static let batch = 2048

  func validate() throws {
    try Suffix.check(output, is: [".csv", ".npy"], of: "--output")
  }

  struct Row: Encodable {
    let id: String?
    let formula: String
    let vector: [Float]?
    let note: String?
  }

  func run() throws {
    let model = try Model(contentsOf: self.model)
    let vectors: LearnedVectors
    do throws(LearnedVectorsError) {
      vectors = try LearnedVectors(model, source: of?.source, network: network)
    } catch {
      throw CommandError("\(self.model): \(error)")
    }
    var questions = try Questions(
      inputs, for: model, fidelity: fidelity, structures: structures, batch: Self.batch,
      threads: common.threads, needing: vectors.source)
    let bar = ProgressBar(
      "embedding", total: max(questions.progress.size >> 10, 1), unit: "KiB")
    defer { bar.finish() }
    var sink = try Sink(self, vectors, haveNames: questions.haveNames)
    while let batch = try questions.next() {
      try sink.write(try rows(batch, vectors, haveNames: questions.haveNames))
      let (done, size) = questions.progress
      if output != nil { bar.set(fraction: Double(done) / Double(max(size, 1))) }
    }
    bar.finish()
    questions.logSkipped()
    guard !questions.areAllSkipped else {
      throw CommandError("No row of \(inputs.joined(separator: ", ")) could be read.")
    }
    try sink.finish()
    guard let output, !common.json else { return }
    let all =
      vectors.networks.count == 1
      ? "network \(vectors.networks[0])" : "\(vectors.networkCount) networks"
    Terminal.log(
      "Wrote \(questions.count) vectors of \(vectors.columns.count) numbers, from \(all) on "
        + "\(vectors.source.rawValue), to \(output).")
  }

  private func rows(
    _ batch: [Questions.Question], _ vectors: LearnedVectors, haveNames: Bool
  ) throws -> [Row] {
    var known = try vectors.rows(batch.compactMap { try? $0.material.get() }).makeIterator()
    return batch.map { question in
      let id = haveNames ? question.name : nil
      return switch question.material {
      case .success:
        Row(id: id, formula: question.formula, vector: known.next()?.map { Float($0) }, note: nil)
      case .failure(let skipped):
        Row(id: id, formula: question.formula, vector: nil, note: skipped.row.reason)
      }
    }
  }

  /// Where rows go: a file or standard output.
  private struct Sink {
    private enum Form {
      case features(FeatureSink)
      case table(RowSink)
    }

    private var form: Form
    private let haveNames: Bool
    private let width: Int

    init(_ command: EmbedMaterials, _ vectors: LearnedVectors, haveNames: Bool) throws {
      self.haveNames = haveNames
      width = vectors.columns.count
      if command.common.json {
        form = .table(RowSink())
      } else if command.output?.lowercased().hasSuffix(".npy") == true {
        form = .features(try FeatureSink(command.output, columns: vectors.columns))
      } else {
        let labels = (haveNames ? ["id"] : []) + ["formula"]
        form = .table(try RowSink(command.output, header: labels + vectors.columns + ["note"]))
      }
    }

    mutating func write(_ rows: [Row]) throws {
      switch form {
      case .features(var sink):
        let nothing = [Double](repeating: .nan, count: width)
        try sink.write(rows.map(\.formula), rows.flatMap { $0.vector?.map(Double.init) ?? nothing })
        form = .features(sink)
      case .table(var sink):
        if sink.isJSON {
          try sink.write(rows)
        } else {
          let nothing = [String](repeating: "", count: width)
          try sink.write(
            rows.map { row in
              (row.id.map { [$0] } ?? []) + [row.formula]
                + (row.vector?.map { "\($0)" } ?? nothing)
                + [row.note ?? ""]
            })
        }
        form = .table(sink)
      }
    }

    mutating func finish() throws {
      switch form {
      case .features(var sink): try sink.finish()
      case .table(var sink): try sink.finish()
      }
    }
  }
}

/// ``LearnedVectors/Source`` by its name on the command line.
enum VectorSource: String, ExpressibleByArgument, CaseIterable {
  case structures
  case formulas

  var source: LearnedVectors.Source {
    switch self {
    case .structures: .structures
    case .formulas: .formulas
    }
  }
}
