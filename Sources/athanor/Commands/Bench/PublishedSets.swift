import Discovery
import Foundation
import Learning

/// The tables of published searches that a folder holds.
enum PublishedSets {
  /// - Parameter sets: Names separated by commas; all if `nil`.
  static func read(_ data: String, sets: String?) throws -> [PublishedCampaign] {
    let wanted = sets.map { Set($0.split(separator: ",").map(String.init)) }
    var found: [PublishedCampaign] = []
    for (name, direction) in PublishedCampaign.tables where wanted?.contains(name) ?? true {
      let path = "\(data)/pvlab/\(name)_dataset.csv"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      found.append(try PublishedCampaign(name: name, table: path, direction: direction))
    }
    let folder = "\(data)/olympus"
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for entry in entries.sorted() where entry.hasPrefix("dataset_") {
      guard wanted?.contains(String(entry.dropFirst("dataset_".count))) ?? true else { continue }
      found.append(try PublishedCampaign.olympus("\(folder)/\(entry)"))
    }
    guard !found.isEmpty else {
      throw CommandError("\(data) holds none of the sets; it needs pvlab/ or olympus/.")
    }
    return found
  }
}
