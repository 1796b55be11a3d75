import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Representations

/// The different crystals of files, and what of the files is left out.
struct PretrainingCrystals {
  private(set) var crystals: [Crystal] = []
  private(set) var skipped: [SkippedRow] = []

  /// Rows of all files.
  private(set) var total = 0

  /// Crystals that occurred before.
  private(set) var repeats = 0

  private var known: Set<[UInt64]> = []

  /// Rows that are read at once.
  private static let batch = 4096

  /// A file that cannot be read is left out as a row would be.
  ///
  /// - Throws: ``FileError`` for a file that is not there.
  init(
    _ files: [String], options: MaterialRows.Options, pretrainer: CrystalPretrainer, threads: Int
  ) throws {
    for file in files {
      do {
        var rows = try MaterialRows(file, options: options, batch: Self.batch, threads: threads)
        while let batch = try rows.next() { try add(batch, of: file, pretrainer) }
      } catch let error as ReadingError {
        total += 1
        skipped.append(SkippedRow(line: error.line, name: file, reason: error.message))
      }
    }
  }

  private mutating func add(
    _ batch: MaterialBatch, of file: String, _ pretrainer: CrystalPretrainer
  ) throws {
    total += batch.rows.count
    var found: [(row: MaterialRow, crystal: Crystal)] = []
    for row in batch.rows {
      if case .success(let candidate) = row.material, let crystal = candidate.crystal {
        found.append((row, crystal))
      } else {
        skipped.append(
          row.skipped
            ?? SkippedRow(line: row.line, name: row.name, reason: "It has no structure."))
      }
    }
    let refusals = try pretrainer.refusals(found.map(\.crystal))
    for ((row, crystal), refusal) in zip(found, refusals) {
      if let refusal {
        skipped.append(SkippedRow(line: row.line, name: row.name, reason: refusal))
      } else if known.insert(crystal.contentWords).inserted {
        crystals.append(crystal)
      } else {
        repeats += 1
      }
    }
  }

  /// How many crystals hold each element, by symbol.
  var elementCrystals: [String: Int] {
    var counts: [String: Int] = [:]
    for crystal in crystals {
      for element in crystal.composition.elements { counts[element.symbol, default: 0] += 1 }
    }
    return counts
  }

  /// SHA-256 of what stands for each crystal, in their order.
  var contentHash: String {
    let words = crystals.flatMap(\.contentWords)
    return words.withUnsafeBytes { ContentHash(of: $0) }.hex
  }
}
