import Formats
import Foundation
import Matter

/// Distances and coordination in a crystal file.
enum NeighborsArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let path = testCase["structure_file"] as? String else {
      throw CaseError.missing("structure_file")
    }
    let url = folder.appendingPathComponent(path)
    let bytes = [UInt8](try Data(contentsOf: url))
    let entries =
      url.pathExtension.lowercased() == "cif"
      ? try CIF.structures(bytes, file: url.lastPathComponent)
      : try POSCAR.structures(bytes, file: url.lastPathComponent)
    guard let crystal = entries.lazy.compactMap(\.crystal).first else {
      throw CaseError.missing("a crystal")
    }
    var neighbors: [String: Any] = [:]
    for cutoff in [4.0, 6, 8] {
      let distances = try distances(crystal, cutoff).joined().sorted()
      neighbors["\(cutoff)"] = [
        "directed_pairs": distances.count, "sum_distance": distances.reduce(0, +),
        "first_distances": Array(distances.prefix(24)),
      ]
    }
    return ["neighbors": neighbors, "coordination_3_0": try coordination(crystal, 3)]
  }

  /// The distances from each site to its neighbors; sites at the same place are none.
  private static func distances(_ crystal: Crystal, _ cutoff: Double) throws -> [[Double]] {
    let list = try NeighborList(of: crystal, cutoff: cutoff)
    let lengths = list.displacements(in: crystal).map { length($0) }
    return (0..<list.siteCount).map { site in
      lengths[list.row(site)].filter { $0 > 1e-8 }
    }
  }

  /// How many sites of each content have each number of neighbors.
  private static func coordination(
    _ crystal: Crystal, _ cutoff: Double
  ) throws -> [String: [String: Int]] {
    var histogram: [String: [String: Int]] = [:]
    for (site, row) in try distances(crystal, cutoff).enumerated() {
      let symbols = Set(crystal.occupants(of: site).map(\.element.symbol))
      histogram[symbols.sorted().joined(separator: "+"), default: [:]][
        "\(row.count)", default: 0] += 1
    }
    return histogram
  }
}
