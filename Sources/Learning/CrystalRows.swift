import DenseMath
import Foundation
import Matter
import Representations

/// The statistics of crystals, remembered: learners and the rounds of a campaign ask for the same ones
/// again and again.
///
/// Some thousand are kept in memory. Where there are more, all lie in a ``RowFile``, where later runs of the
/// program find them.
///
/// May be used from several threads at once: hence `@unchecked Sendable`, all state behind `lock`.
final class CrystalRows: @unchecked Sendable {
  static let shared = CrystalRows(mostRows: 2_000, folder: CacheFolder.standard("rows"))

  private let mostRows: Int
  private let folder: URL
  private let lock = NSLock()
  private var known: [RowFile.Key: [Double]] = [:]
  private var file: RowFile?

  /// - Parameters:
  ///   - mostRows: That are kept in memory.
  ///   - folder: Of the file of more; where it cannot be used, a file without a name takes its place.
  init(mostRows: Int, folder: URL) {
    self.mostRows = mostRows
    self.folder = folder
  }

  /// A row for each candidate; missing values, which are NaN, for one without a crystal and one whose
  /// crystal cannot be described.
  ///
  /// - Parameter threads: That make the rows which are not known. Changes no result.
  func rows(_ candidates: [Candidate], threads: Int = 1) throws -> [[Double]] {
    let descriptor = CrystalStatistics()
    let nothing = [Double](repeating: .nan, count: descriptor.columns.count)
    let keys = candidates.map { $0.crystal.map(Self.key) }
    let found = lock.withLock {
      makeRoom(for: keys.compactMap { $0 })
      return keys.map { $0.flatMap(row) }
    }
    var places: [RowFile.Key: Int] = [:]
    var missing: [(key: RowFile.Key, crystal: Crystal)] = []
    for (place, candidate) in candidates.enumerated() where found[place] == nil {
      guard let key = keys[place], let crystal = candidate.crystal, places[key] == nil else {
        continue
      }
      places[key] = missing.count
      missing.append((key, crystal))
    }
    let made = try parallelMap(missing.map(\.crystal), threads: threads) { crystal in
      (try? descriptor.row(of: AtomicStructure(crystal))) ?? nothing
    }
    lock.withLock { keep(zip(missing, made).map { ($0.key, $1) }) }
    return keys.indices.map { place in
      found[place] ?? keys[place].flatMap { places[$0] }.map { made[$0] } ?? nothing
    }
  }

  /// What the statistics see of a crystal.
  private static func key(_ crystal: Crystal) -> RowFile.Key {
    let words = crystal.contentWords
    return RowFile.Key(first: words[0], second: words[1])
  }

  /// Of the statistics, and of the bits that they have for one crystal without symmetry: rows of another
  /// program or machine that would differ are not found.
  private static var fileName: String {
    let descriptor = CrystalStatistics()
    guard let sodium = Element(symbol: "Na"), let chlorine = Element(symbol: "Cl"),
      let iron = Element(symbol: "Fe"),
      let lattice = try? Lattice(
        a: SIMD3(5.1, 0.2, 0), b: SIMD3(-0.4, 4.7, 0.3), c: SIMD3(0.6, 0.9, 6.2)),
      let crystal = try? Crystal(
        lattice: lattice, elements: [sodium, chlorine, iron, chlorine],
        positions: [
          .zero, SIMD3(0.48, 0.53, 0.11), SIMD3(0.21, 0.07, 0.52), SIMD3(0.74, 0.61, 0.63),
        ]),
      let row = try? descriptor.row(of: AtomicStructure(crystal))
    else { return descriptor.columnHash }
    var sum = ContentSum()
    for value in row { sum.add(value.isNaN ? 0 : value.bitPattern) }
    return "\(descriptor.columnHash)-\(String(sum.words.first, radix: 16))"
  }

  /// Under the lock.
  private func row(_ key: RowFile.Key) -> [Double]? { known[key] ?? file?.row(key) }

  /// Under the lock: goes over to the file where memory does not do.
  private func makeRoom(for keys: [RowFile.Key]) {
    guard file == nil,
      known.count + Set(keys).count(where: { known[$0] == nil }) > mostRows
    else { return }
    let (name, width) = (Self.fileName, CrystalStatistics().columns.count)
    file =
      RowFile(in: folder, name: name, width: width)
      ?? RowFile(in: nil, name: name, width: width)
    let held = known.map { (key: $0.key, row: $0.value) }
    known = [:]
    keep(held)
  }

  /// Under the lock.
  private func keep(_ rows: [(key: RowFile.Key, row: [Double])]) {
    if let file, file.add(rows) { return }
    if known.count + rows.count > mostRows { known = [:] }
    for (key, row) in rows { known[key] = row }
  }
}
