import Formats
import Foundation

/// Frames of extended XYZ texts.
enum ExtendedXYZArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let text = testCase["text"] as? String ?? ""
    let file = testCase["id"] as? String ?? "text"
    return ["frames": try ExtendedXYZ.frames(Array(text.utf8), file: file).map(answer)]
  }

  private static func answer(_ frame: AtomicFrame) -> [String: Any] {
    [
      "n": frame.atomCount, "symbols": frame.symbols,
      "positions": frame.positions.map { [$0.x, $0.y, $0.z] },
      "cell": frame.cell.map { $0.rows as Any } ?? NSNull(), "pbc": frame.isPeriodic,
      "info": Dictionary(frame.info.map { ($0.name, json($0.value)) }) { $1 },
      "arrays": Dictionary(frame.columns.map { ($0.name, json($0, atoms: frame.atomCount)) }) {
        $1
      },
    ]
  }

  private static func json(_ value: FrameValue) -> Any {
    switch value {
    case .integer(let value): value
    case .real(let value): value
    case .flag(let value): value
    case .text(let text), .json(let text): text
    case .integers(let values, let shape): rows(values, shape)
    case .reals(let values, let shape): rows(values, shape)
    case .flags(let values, let shape): rows(values, shape)
    case .texts(let values, let shape): rows(values, shape)
    }
  }

  private static func json(_ column: AtomicFrame.Column, atoms: Int) -> Any {
    let shape = column.width == 1 ? [atoms] : [atoms, column.width]
    return switch column.values {
    case .integers(let values): rows(values, shape)
    case .reals(let values): rows(values, shape)
    case .flags(let values): rows(values, shape)
    case .texts(let values): rows(values, shape)
    }
  }

  private static func rows<Value>(_ values: [Value], _ shape: [Int]) -> Any {
    guard shape.count == 2 else { return values }
    return stride(from: 0, to: values.count, by: max(1, shape[1])).map { start in
      Array(values[start..<min(values.count, start + shape[1])])
    }
  }
}
