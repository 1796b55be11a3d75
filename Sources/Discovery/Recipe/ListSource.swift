import DenseMath
import Ecosystem
import Foundation

/// What a list is read from: its files, and how they are read.
struct ListSource: Sendable {
  private let files: [String]

  /// Of each file, as far as the name decides how it is read.
  private let names: [String]
  private let settings: String

  /// The build of the program: another one may read otherwise.
  private static var program: String {
    let path = Bundle.main.executablePath ?? ""
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let date = attributes?[.modificationDate] as? Date
    return "\(attributes?[.size] ?? 0) \(date?.timeIntervalSince1970 ?? 0)"
  }

  /// Longest source that is read anew in each run, bytes.
  private static let mostReadAnew = 1 << 22

  /// - Parameters:
  ///   - path: The file or the folder that is named.
  ///   - files: All that is read.
  init(_ path: String, files: [String], settings: String) {
    let folder = (path as NSString).deletingLastPathComponent + "/"
    self.files = files
    names = files.map { file in
      file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : file
    }
    self.settings = settings
  }

  /// Whether it takes long enough to be read once and kept.
  var isLong: Bool {
    var size = 0
    for file in files {
      let attributes = try? FileManager.default.attributesOfItem(atPath: file)
      size += attributes?[.size] as? Int ?? 0
      if size > Self.mostReadAnew { return true }
    }
    return false
  }

  /// Equal for files of equal content and names that one program reads in one way.
  ///
  /// - Throws: ``FileError``.
  func key(threads: Int) throws -> String {
    let contents = try parallelMap(files, threads: threads) { try ContentHash(ofFile: $0).hex }
    let lines = zip(names, contents).map { "\($0.utf8.count) \($0) \($1)" }
    let text = ([Self.program, settings] + lines).joined(separator: "\n")
    return ContentHash(of: text).hex
  }
}
