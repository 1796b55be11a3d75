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
      """)

  @Argument(help: "Plain texts (UTF-8); - reads standard input.")
  var files: [String]

  @Option(help: "Leave out what is less sure than this (0 to 1).")
  var confidence = 0.0

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0...1).contains(confidence) else {
      throw ValidationError("--confidence lies between 0 and 1: \(confidence)")
    }
  }

  func run() throws {
    var passages: [PassageCard] = []
    for file in files {
      let mentions = try TextExtractor().mentions(in: text(of: file))
      passages.append(
        PassageCard(file: file, mentions: mentions.filter { $0.confidence >= confidence }))
    }
    if common.json { return try Terminal.printJSON(passages) }
    for passage in passages { passage.print() }
  }

  private func text(of file: String) throws -> String {
    let bytes =
      file == "-"
      ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try AtomicFile.read(file)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("\(file): not UTF-8 text; save it as UTF-8.")
    }
    return text
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
