import Ecosystem
import Formats
import Foundation
import Matter

/// The rows of a Matbench task: compositions, or structures as they are published.
struct MatbenchRows {
  let table: Table
  let candidates: [Candidate]

  /// - Parameter place: The folder with `matbench_NAME.json` or `.json.gz`, or such a file.
  /// - Throws: ``BenchmarkError``, also for a row whose structure cannot be used: a benchmark has all
  ///   of its rows.
  init(_ name: String, in place: String, threads: Int) throws {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
    let path =
      isFolder.boolValue || !place.contains(".json")
      ? try BenchmarkTask.file("\(place)/matbench_\(name).json", named: name) : place
    let materials = try MaterialRows.all(path, threads: threads)
    table = materials.table
    candidates = try materials.rows.map { row in
      do throws(ReadingError) {
        return try row.material.get()
      } catch {
        guard materials.isOfStructures else { throw error }
        throw BenchmarkError.noStructure(file: path, row: row.name, reason: error.message)
      }
    }
  }

  /// The crystals of the same rows in another file.
  ///
  /// - Throws: ``BenchmarkError/otherRows(file:structures:)`` where targets or their number differ.
  func crystals(
    _ others: MatbenchRows, target: String, targets: [Double]
  ) throws -> [Candidate] {
    let theirs = others.table.has(target) ? try others.table.doubles(target) : []
    guard theirs.count == targets.count,
      zip(theirs, targets).allSatisfy({ abs($0 - $1) <= 1e-6 * max(1, abs($1)) }),
      others.candidates.allSatisfy({ $0.crystal != nil })
    else { throw BenchmarkError.otherRows(file: table.file, structures: others.table.file) }
    return others.candidates
  }
}
