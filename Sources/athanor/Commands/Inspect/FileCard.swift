import Discovery
import Ecosystem
import Formats
import Foundation
import Learning
import Matter

/// What one file holds, in the form that `inspect --json` prints.
struct FileCard {
  let file: String
  let format: String
  var structure: StructureCard?
  var spectra: [SpectrumCard]?
  var image: ImageCard?
  var array: NPYSummary?
  var archive: [ArchiveEntry]?
  var table: TableProfile?
  var model: ModelCard?
  var pretraining: PretrainingCard?
  var campaign: CampaignPlan?
  var ledger: LedgerCard?
  var store: StoreCard?
  var notices: [Notice] = []
  var error: Refusal?

  struct Notice: Encodable {
    let line: Int?
    let message: String
  }

  /// Why a file is refused, with the place where it is known.
  struct Refusal: Encodable {
    let message: String
    let line: Int?
    let column: Int?
  }

  struct ArchiveEntry {
    let name: String
    /// Bytes, unpacked.
    let size: Int
    /// What it holds, where that was looked at.
    var content: FileCard?
  }

  init(file: String, format: String) {
    self.file = file
    self.format = format
  }

  init(refused file: String, because error: any Error) {
    self.init(file: file, format: "unknown")
    guard let reading = error as? ReadingError else {
      self.error = Refusal(message: Terminal.sentence(for: error), line: nil, column: nil)
      return
    }
    let field = reading.field.isEmpty ? "" : "Column \"\(reading.field)\": "
    self.error = Refusal(
      message: field + reading.message, line: reading.line > 0 ? reading.line : nil,
      column: reading.column > 0 ? reading.column : nil)
  }
}

extension FileCard: Encodable {
  private enum Key: String, CodingKey {
    case file, format, spectra, image, array, archive, table, model, pretraining, campaign
    case ledger, store, notices, error
  }

  /// The fields of a structure stand beside `file` and `format`, not under a key of their own.
  func encode(to encoder: any Encoder) throws {
    try structure?.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(file, forKey: .file)
    try container.encode(format, forKey: .format)
    try container.encodeIfPresent(spectra, forKey: .spectra)
    try container.encodeIfPresent(image, forKey: .image)
    try container.encodeIfPresent(array, forKey: .array)
    try container.encodeIfPresent(archive, forKey: .archive)
    try container.encodeIfPresent(table, forKey: .table)
    try container.encodeIfPresent(model, forKey: .model)
    try container.encodeIfPresent(pretraining, forKey: .pretraining)
    try container.encodeIfPresent(campaign, forKey: .campaign)
    try container.encodeIfPresent(ledger, forKey: .ledger)
    try container.encodeIfPresent(store, forKey: .store)
    if !notices.isEmpty { try container.encode(notices, forKey: .notices) }
    try container.encodeIfPresent(error, forKey: .error)
  }
}

extension FileCard.ArchiveEntry: Encodable {}
