import DenseMath
import Ecosystem
import Foundation
import Matter

/// A folder with a store and files to import, removed when the test ends.
final class StoreFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor store \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
    return path(name)
  }

  func store(_ name: String = "s.sqlite", maximumPages: Int? = nil) throws -> RecordStore {
    try RecordStore(path: path(name), clock: FixedTime(), maximumPages: maximumPages)
  }

  /// A table of random formulas with two properties, some cells empty.
  func table(rows: Int, seed: UInt64, name: String) throws -> String {
    var rng = SplitMix64(seed: seed)
    var text = "id,formula,gap (eV),density\n"
    for row in 0..<rows {
      let elements = (0..<1 + rng.index(below: 3)).map { _ in
        Element.all[rng.index(below: 90)].symbol + String(1 + rng.index(below: 4))
      }
      let gap = rng.index(below: 10) == 0 ? "" : String(Double(rng.index(below: 900)) / 100)
      text += "r\(row),\(elements.joined()),\(gap),\(1 + rng.index(below: 20))\n"
    }
    return try write(text, to: name)
  }
}

extension Crystal {
  /// A random crystal of up to seven sites, some shared, in a random cell.
  static func random(using rng: inout SplitMix64) throws -> Crystal {
    func vector(_ axis: Int) -> SIMD3<Double> {
      var v = SIMD3(rng.uniform(), rng.uniform(), rng.uniform())
      v[axis] += 3 + rng.uniform()
      return v
    }
    let lattice = try Lattice(a: vector(0), b: vector(1), c: vector(2))
    let count = 1 + rng.index(below: 7)
    var (occupants, counts): ([Occupant], [Int]) = ([], [])
    for _ in 0..<count {
      let element = Element.all[rng.index(below: 90)]
      if rng.index(below: 4) == 0 {
        let share = 0.25 + 0.5 * rng.uniform()
        let other = Element.all[90 + rng.index(below: 5)]
        occupants += [
          Occupant(Species(element), occupancy: share),
          Occupant(Species(other, oxidationState: 2), occupancy: 1 - share),
        ]
        counts.append(2)
      } else {
        occupants.append(Occupant(Species(element)))
        counts.append(1)
      }
    }
    let positions = (0..<count).map { _ in SIMD3(rng.uniform(), rng.uniform(), rng.uniform()) }
    return try Crystal(
      lattice: lattice, occupants: occupants, counts: counts, positions: positions)
  }
}
