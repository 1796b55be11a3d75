import Discovery
import Foundation
import Learning

/// The tables of published searches that a folder holds.
enum PublishedSets {
  /// Sees the numbers of the designs and nothing else.
  static var trainer: GaussianProcessTrainer {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    return GaussianProcessTrainer(configuration)
  }

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
      if let set = try PublishedCampaign.olympus("\(folder)/\(entry)") {
        found.append(set)
      } else {
        Terminal.log("athanor: \(entry) has several objectives and is left out.")
      }
    }
    guard !found.isEmpty else {
      throw CommandError("\(data) holds none of the sets; it needs pvlab/ or olympus/.")
    }
    return found
  }
}
