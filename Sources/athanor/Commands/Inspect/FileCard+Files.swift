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
      do {
        model = try ModelFile(contentsOf: file).card
      } catch let error as ModelFileError where error.reason == .predictsNothing {
        pretraining = try PretrainedFile(contentsOf: file).card
      }
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
        let bytes = try FileBytes(file)
        try self.init(data: file, tolerance: tolerance) { try bytes.next() }
      }
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
