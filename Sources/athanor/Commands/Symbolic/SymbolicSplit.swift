import DenseMath
import Formats
import Learning

/// Rows to learn from and rows to judge by.
struct SymbolicSplit {
  var training: [Int] = []
  var test: [Int] = []

  /// By the marks of a column.
  init(_ table: Table, marks column: String) throws {
    for (row, cell) in try table.strings(column).enumerated() {
      let mark = cell.lowercased().filter { $0 != " " }
      switch mark {
      case "train", "training", "1", "1.0", "true", "yes": training.append(row)
      case "test", "testing", "holdout", "0", "0.0", "-1", "-1.0", "false", "no": test.append(row)
      default:
        throw table.error(
          row: row, column: column,
          "\"\(cell.prefix(40))\" marks neither training (train, 1) nor test (test, 0, -1).")
      }
    }
  }

  /// By chance, each class in its share; all rows for training without a share to hold out.
  init(_ target: SymbolicTarget, holdout: Double, seed: UInt64) throws {
    let groups: [[Int]] =
      switch target {
      case .numbers(let values): [Array(values.indices)]
      case .classes(let labels, _, _):
        [true, false].map { label in labels.indices.filter { labels[$0] == label } }
      }
    var generator = SplitMix64(seed: seed, stream: 0x7E57)
    for group in groups {
      let order = generator.shuffled(group)
      let held = Int((holdout * Double(group.count)).rounded())
      test += order.prefix(held)
      training += order.dropFirst(held)
    }
    training.sort()
    test.sort()
    guard holdout == 0 || !test.isEmpty else {
      throw CommandError("--holdout \(holdout) of these rows is none; hold out a larger share.")
    }
  }
}
