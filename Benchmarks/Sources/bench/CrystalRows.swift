import DenseMath
import Formats
import Foundation
import Matter

/// Crystals with a property, to learn from and to be judged by.
struct CrystalRows {
  let name: String
  let target: String
  var train: [(crystal: Crystal, target: Double)]
  var test: [(crystal: Crystal, target: Double)]

  /// - Parameters:
  ///   - name: A folder of structures with `val.csv.gz` and `test_dev.csv.gz`.
  ///   - target: The column of the property.
  /// - Returns: `nil`, with a sentence, where the folder is absent.
  init?(_ name: String, target: String) throws {
    let folder = repository.deletingLastPathComponent()
      .appendingPathComponent("shared/data/structure/\(name)")
    guard FileManager.default.fileExists(atPath: folder.path) else {
      skip("\(folder.path) is absent; its crystals are left out.")
      return nil
    }
    (self.name, self.target) = (name, target)
    train = try Self.rows(of: folder.appendingPathComponent("val.csv.gz"), target)
    test = try Self.rows(of: folder.appendingPathComponent("test_dev.csv.gz"), target)
  }

  private static func rows(
    of file: URL, _ target: String
  ) throws -> [(crystal: Crystal, target: Double)] {
    let table = try Table([UInt8](Data(contentsOf: file)), file: file.lastPathComponent)
    let targets = try table.doubles(target)
    return try zip(table.strings("cif"), targets).compactMap { text, target in
      try CIF.structures([UInt8](text.utf8), file: file.lastPathComponent).first?.crystal
        .map { ($0, target) }
    }
  }

  /// So many training rows, drawn by a fixed seed, and none to be judged by.
  func sample(_ count: Int) -> CrystalRows {
    var sample = self
    var generator = SplitMix64(seed: 12)
    sample.train = Array(generator.shuffled(train).prefix(count))
    sample.test = []
    return sample
  }

  private struct Part: Encodable {
    struct Cell: Encodable {
      var lattice: [[Double]]
      var numbers: [Int]
      var positions: [[Double]]
    }
    var crystals: [Cell]
    var targets: [Double]

    init(_ rows: [(crystal: Crystal, target: Double)]) {
      func numbers(_ vector: SIMD3<Double>) -> [Double] { [vector.x, vector.y, vector.z] }
      crystals = rows.map { row in
        let (crystal, lattice) = (row.crystal, row.crystal.lattice)
        return Cell(
          lattice: [lattice.a, lattice.b, lattice.c].map(numbers),
          numbers: (0..<crystal.siteCount).compactMap {
            crystal.occupants(of: $0).first?.element.atomicNumber
          },
          positions: crystal.positions.map(numbers))
      }
      targets = rows.map(\.target)
    }
  }

  /// For Benchmarks/pytorch/crystal_peers.py.
  func write(to file: URL) throws {
    let content = ["train": Part(train), "test": Part(test)]
    try JSONEncoder().encode(content).write(to: file)
  }
}
