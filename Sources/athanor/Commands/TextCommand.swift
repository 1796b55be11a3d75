import ArgumentParser
import Ecosystem
import Foundation
import Matter

struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "Read formulas and quantities out of texts.",
    subcommands: [TextExtract.self])
}

struct TextExtract: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "List the formulas and quantities of plain texts, with their places.",
    discussion: """
      Nothing is learned: what is found follows from the wording. Offsets count Unicode characters \
      from the start of the file, as BRAT and Python do.

      With --store, each formula is put into the store with its sentence or table, and values that \
      the wording ties to it become measurements of the method "text". A text that is in the store \
      already adds nothing; athanor data show lists the passages of a record.
      """)

  @Argument(help: "Plain texts (UTF-8); - reads standard input.")
  var files: [String]

  @Option(help: "Leave out what is less sure than this (0 to 1).")
  var confidence = 0.0

  @Option(help: ArgumentHelp("Put what is found into a store of records.", valueName: "path"))
  var store: String?

  @Option(help: "The name of the document in the store (default: its DOI, else the file).")
  var document: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0...1).contains(confidence) else {
      throw ValidationError("--confidence lies between 0 and 1: \(confidence)")
    }
    guard document == nil || (store != nil && files.count == 1) else {
      throw ValidationError("--document names the one text that goes into --store.")
    }
  }

  func run() throws {
    // All are read first, so that a file that cannot be leaves neither half an answer nor a store.
    let texts = try files.map { (file: $0, content: try text(of: $0)) }
    if let store { return try importTexts(texts, into: RecordStore(path: store)) }
    var passages: [PassageCard] = []
    for (file, content) in texts {
      let mentions = try TextExtractor().mentions(in: content.text)
      passages.append(
        PassageCard(file: file, mentions: mentions.filter { $0.confidence >= confidence }))
    }
    if common.json { return try Terminal.printJSON(passages) }
    for passage in passages { passage.print() }
  }

  private typealias Content = (text: String, bytes: [UInt8])

  private func importTexts(
    _ texts: [(file: String, content: Content)], into store: RecordStore
  ) throws {
    let job = TextImport(confidence: confidence, document: document)
    var outcomes: [TextImport.Outcome] = []
    for (file, content) in texts {
      let outcome = try job.run(content.text, bytes: content.bytes, name: file, into: store)
      outcomes.append(outcome)
      if !common.json { TextReport.print(outcome, file: file) }
    }
    if common.json { try Terminal.printJSON(outcomes) }
  }

  private func text(of file: String) throws -> Content {
    let bytes =
      file == "-"
      ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try AtomicFile.read(file)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("\(file): not UTF-8 text; save it as UTF-8.")
    }
    return (text, Array(bytes))
  }
}

/// What the import of a text says to a person.
enum TextReport {
  static func print(_ outcome: TextImport.Outcome, file: String) {
    let run = outcome.run
    guard !outcome.isPresent else {
      Swift.print("\(file): in the store already (run \(run.id)); nothing was added.")
      return
    }
    let name = run.file == file ? "" : " as \(run.file)"
    Swift.print("\(file): run \(run.id)\(name)")
    Swift.print(
      "  \(DataText.count(run.entries, "passage")), \(run.newMaterials) of materials that are new, "
        + DataText.count(run.measurements, "measurement"))
  }
}

/// What one text says.
struct PassageCard: Encodable {
  let file: String
  let mentions: [MentionCard]

  init(file: String, mentions: [Mention]) {
    self.file = file
    self.mentions = mentions.map(MentionCard.init)
  }

  func print() {
    Swift.print("\(file): \(mentions.count) mentions")
    for mention in mentions { Swift.print("  \(mention.line)") }
  }
}

/// One mention with stable keys.
struct MentionCard: Encodable {
  let start: Int
  let end: Int
  let text: String
  let confidence: Double
  var formula: String?
  var quantity: StatedQuantity?

  init(_ mention: Mention) {
    start = mention.range.lowerBound
    end = mention.range.upperBound
    text = mention.text
    confidence = mention.confidence
    switch mention.content {
    case .formula(let composition): formula = composition?.reducedFormula
    case .quantity(let quantity): self.quantity = quantity
    }
  }

  var line: String {
    let place = "\(start)–\(end)"
    let what = quantity?.kind.rawValue ?? (formula.map { "formula \($0)" } ?? "formula, variable")
    let property = quantity?.property.map { ", \($0)" } ?? ""
    return "\(place)  \(text)  (\(what)\(property), confidence \(confidence))"
  }
}

/// How passages are shown beside measurements.
extension DataText {
  /// The text of a passage in lines, shortened to a few hundred characters; none where there is none.
  static func passage(_ entry: RecordHistory.Entry) -> [String] {
    guard let passage = entry.passage else { return [] }
    let isLong = passage.text.count > 400
    let text = isLong ? "\(passage.text.prefix(400))…" : passage.text
    let lines = text.split(whereSeparator: \.isNewline)
    let count = DataText.count(passage.mentions.count, "mention")
    return lines.enumerated().map { place, line in
      (place == 0 ? "“" : " ") + line + (place == lines.count - 1 ? "” (\(count))" : "")
    }
  }

  /// Where a document states a measurement; empty where it was read from no text.
  static func place(of number: Int, _ entry: RecordHistory.Entry) -> String {
    guard let passage = entry.passage,
      let statement = entry.statements.first(where: { $0.measurement == number }),
      passage.mentions.indices.contains(statement.mention)
    else { return "" }
    let range = passage.mentions[statement.mention].range
    return
      ", characters \(range.lowerBound)–\(range.upperBound), confidence \(statement.confidence)"
  }
}
