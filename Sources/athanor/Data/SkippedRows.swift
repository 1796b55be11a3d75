import Ecosystem
import Formats

/// Rows that are left out, as commands say them.
enum SkippedRows {
  /// Rows that are named on standard error; files and pages name all.
  private static let named = 5

  /// Says on standard error which rows are left out and why.
  ///
  /// - Parameters:
  ///   - count: How many there are; `nil` for those of `rows`.
  ///   - total: Rows of the file.
  ///   - fate: What becomes of them.
  ///   - remedy: Where all of them are listed, for those that are not named here.
  static func log(
    _ rows: [SkippedRow], count: Int? = nil, of total: Int, in file: String,
    fate: String = "left out", all remedy: String? = nil
  ) {
    let count = count ?? rows.count
    guard count > 0 else { return }
    Terminal.log("athanor: \(count) of \(total) rows of \(file) are \(fate):")
    for row in rows.prefix(named) {
      let place = row.line > 0 ? "line \(row.line), " : ""
      Terminal.log("  \(place)\(row.name.prefix(80)): \(row.reason)")
    }
    if count > min(named, rows.count) {
      Terminal.log(
        "  and \(count - min(named, rows.count)) more" + (remedy.map { " (\($0))" } ?? ""))
    }
  }

  /// Says how many rows are known by their formula alone, where the file has structures.
  static func logFormulas(_ materials: MaterialBatch) {
    let count = materials.rows.count { !$0.hasCrystal && $0.skipped == nil }
    guard materials.isOfStructures, count > 0 else { return }
    Terminal.log(
      "athanor: \(count) of \(materials.rows.count) rows have no structure; they are known by their "
        + "formula alone.")
  }
}

extension MaterialBatch {
  /// Without the rows that are no crystals, which are then skipped.
  ///
  /// - Parameter reader: What needs crystals, for the reason.
  /// - Throws: ``CommandError`` where no row is one.
  func crystals(neededBy reader: String) throws -> (batch: MaterialBatch, skipped: [SkippedRow]) {
    guard rows.contains(where: \.hasCrystal) else {
      throw CommandError(
        "\(table.file) holds no structures that could be read, which \(reader) needs: give files of "
          + "structures (CIF, POSCAR, extended XYZ, JSON), or a table with a column of them "
          + "(--structure, --structures).")
    }
    let without = rows.filter { !$0.hasCrystal && $0.skipped == nil }
    guard !without.isEmpty else { return (self, []) }
    return (
      subset(rows.indices.filter { rows[$0].hasCrystal || rows[$0].skipped != nil }),
      without.map {
        SkippedRow(
          line: $0.line, name: $0.name, reason: "It has no structure, which \(reader) needs.")
      }
    )
  }
}
