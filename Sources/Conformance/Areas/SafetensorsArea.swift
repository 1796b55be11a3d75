import Ecosystem
import Foundation
import Torch

/// Safetensors files, good and bad.
enum SafetensorsArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let file = testCase["file"] as? String else { return ["error": "no file"] }
    do {
      let bytes = try AtomicFile.read(folder.appendingPathComponent(file).path)
      let content = try Safetensors(bytes: bytes)
      let tensors = content.tensors.mapValues { tensor -> [String: Any] in
        [
          "dtype": tensor.type.rawValue, "shape": tensor.shape,
          "sha256": ContentHash(of: tensor.bytes).hex,
        ]
      }
      return ["accepted": true, "tensors": tensors]
    } catch {
      return ["accepted": false, "error": "\(error)"]
    }
  }
}
