import Foundation
import Simulation

/// Byte streams of the i-PI protocol.
enum IPIArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let recorded = testCase["messages"] as? [[String: Any]] else {
      throw CaseError.missing("messages")
    }
    var (decoded, hex): ([[String: Any]], [String]) = ([], [])
    for piece in recorded {
      guard let sender = piece["sender"] as? String, let text = piece["hex"] as? String,
        let bytes = bytes(text)
      else { throw CaseError.missing("hex") }
      // Messages of one sender that follow each other stand in one piece.
      let messages = try IPIMessage.messages(bytes)
      for message in messages {
        var values = values(message)
        values["sender"] = sender
        values["header"] = message.header
        decoded.append(values)
      }
      hex.append(messages.flatMap(\.bytes).map { String(format: "%02x", $0) }.joined())
    }
    return ["decoded": decoded, "reencoded_hex": hex]
  }

  private static func values(_ message: IPIMessage) -> [String: Any] {
    switch message {
    case .positions(let cell, let inverseCell, let positions):
      [
        "cell": cell, "inverse_cell": inverseCell, "natoms": positions.count / 3,
        "positions": positions,
      ]
    case .forces(let energy, let forces, let virial, let extra):
      [
        "energy": energy, "natoms": forces.count / 3, "forces": forces, "virial": virial,
        "extra": String(decoding: extra, as: UTF8.self),
      ]
    default: [:]
    }
  }

  private static func bytes(_ hex: String) -> [UInt8]? {
    let digits = Array(hex.utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[place], let low = digits[place + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
