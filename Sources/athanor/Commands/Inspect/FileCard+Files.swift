import Discovery
import Ecosystem
import Formats
import Foundation
import Learning

extension FileCard {
  /// Looks at a file of any kind.
  ///
  /// - Parameter tolerance: Of symmetry, Å.
  init(_ file: String, tolerance: Double) throws {
    switch (file as NSString).pathExtension.lowercased() {
    case "safetensors":
      self.init(file: file, format: "model")
      model = try ModelFile(contentsOf: file).card
    case "yaml", "yml":
      self.init(file: file, format: "recipe")
      campaign = try CampaignRecipe(path: file).plan
    case "sqlite", "db":
      try self.init(database: file)
    default:
      if Self.isFolder(file) {
        let ledger = (file as NSString).appendingPathComponent("ledger.sqlite")
        guard FileManager.default.fileExists(atPath: ledger) else {
          throw CommandError("\(file): a folder without a campaign; name the files in it.")
        }
        try self.init(ledger: ledger)
      } else {
        try self.init(content: FileContent(AtomicFile.read(file), file: file), file, tolerance)
      }
    }
  }

  private init(content: FileContent, _ file: String, _ tolerance: Double) throws {
    switch content {
    case .structures(let entries, let format):
      self.init(file: file, format: format.rawValue)
      structure = StructureCard(entries, tolerance: tolerance)
      notices = entries.first?.notices.map(Notice.init) ?? []
    case .spectra(let entries):
      self.init(file: file, format: "spectrum")
      spectra = entries.map(SpectrumCard.init)
      notices = entries.flatMap(\.notices).map(Notice.init)
    case .image(let image, let pages):
      self.init(file: file, format: "image")
      self.image = ImageCard(image, pages: pages)
    case .table(let table):
      self.init(file: file, format: "table")
      self.table = try TableProfile(table)
    case .archive(let archive):
      self.init(file: file, format: "zip")
      self.archive = archive.entries.map { ArchiveEntry(name: $0.name, size: $0.size) }
    }
  }

  /// A store of records or the ledger of a campaign.
  private init(database file: String) throws {
    guard RecordStore.isStore(file) else {
      try self.init(ledger: file)
      return
    }
    self.init(file: file, format: "store")
    store = try StoreCard(RecordStore(path: file, creating: false))
  }

  private static func isFolder(_ file: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

extension FileCard.Notice {
  init(_ notice: ReadingNotice) {
    self.init(line: notice.line > 0 ? notice.line : nil, message: notice.message)
  }
}
