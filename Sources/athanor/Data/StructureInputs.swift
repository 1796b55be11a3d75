import DenseMath
import Ecosystem
import Formats
import Foundation
import Matter
import Representations

/// The structures of files and folders, some at a time.
///
/// Read is what ``MaterialRows`` reads; XYZ files are read frame by frame, so that molecules count,
/// too.
struct StructureInputs {
  struct Row {
    let name: String
    let formula: String
    let structure: AtomicStructure?

    /// Why there is no structure; `nil` where there is one.
    var skipped: SkippedRow?
  }

  let files: [String]
  let options: MaterialRows.Options
  let threads: Int

  /// Structures that are held at once.
  private static let batch = 256

  /// - Throws: For damage of a file as a whole; what concerns single rows is in them.
  func forEachBatch(_ body: ([Row]) throws -> Void) throws {
    for file in files {
      if Self.isTrajectory(file) {
        try forEachFrame(of: file, body)
      } else {
        var rows = try MaterialRows(
          file, options: options, batch: Self.batch, threads: threads)
        while let batch = try rows.next() { try body(batch.rows.map { Self.row(of: $0) }) }
      }
    }
  }

  private static func isTrajectory(_ file: String) -> Bool {
    let name = file.lowercased()
    return [".xyz", ".extxyz", ".xyz.gz", ".extxyz.gz"].contains(where: name.hasSuffix)
  }

  private static func row(of row: MaterialRow) -> Row {
    if case .success(let candidate) = row.material, let crystal = candidate.crystal {
      return Row(name: row.name, formula: row.formula, structure: AtomicStructure(crystal))
    }
    let skipped =
      row.skipped
      ?? SkippedRow(
        line: row.line, name: row.name,
        reason: "There is a formula, but no structure. Columns of structures are named with "
          + "--structure, their files with --structures.")
    return Row(name: row.name, formula: row.formula, structure: nil, skipped: skipped)
  }

  private func forEachFrame(of file: String, _ body: ([Row]) throws -> Void) throws {
    let chunks = try FileChunks(file)
    guard let stream = StructureStream(.extendedXYZ, file: file, chunks: chunks.unpacked()) else {
      return
    }
    var rows: [Row] = []
    var number = 0
    var last: ReadingError?
    while true {
      number += 1
      do {
        guard let entry = try stream.next() else { break }
        rows.append(Self.row(of: entry, number: number))
      } catch let error as ReadingError {
        // Damage of the text comes again at its line; a frame that is no structure does not.
        guard error.line != last?.line, error.line > 0 else { throw last ?? error }
        last = error
        let skipped = SkippedRow(
          line: error.line, name: "structure \(number)", reason: error.message)
        rows.append(Row(name: skipped.name, formula: "", structure: nil, skipped: skipped))
      }
      guard rows.count == Self.batch else { continue }
      try body(rows)
      rows.removeAll(keepingCapacity: true)
    }
    if !rows.isEmpty { try body(rows) }
  }

  private static func row(of entry: StructureEntry, number: Int) -> Row {
    let structure =
      switch entry.arrangement {
      case .crystal(let crystal): AtomicStructure(crystal)
      case .molecule(let molecule): AtomicStructure(molecule)
      }
    return Row(
      name: entry.name ?? "structure \(number)",
      formula: (try? structure.composition.formula) ?? "", structure: structure)
  }
}
