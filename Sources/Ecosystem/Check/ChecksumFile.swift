import Foundation

/// The SHA-256 of every file of a folder, in the form that `sha256sum -c` checks.
public enum ChecksumFile {
  public static let name = "SHA256SUMS"

  /// - Parameter folder: Without links; files in folders of it count too.
  /// - Throws: ``FileError``.
  public static func write(for folder: String) throws {
    var text = ""
    for file in try files(in: folder) where file != name {
      text += "\(try ContentHash(ofFile: "\(folder)/\(file)").hex)  \(file)\n"
    }
    try AtomicFile.write(text, to: "\(folder)/\(name)")
  }

  /// What differs from the list, in sentences; empty where every file is what it was and no other is
  /// there.
  ///
  /// - Throws: ``FileError`` where there is no list.
  public static func faults(in folder: String) throws -> [StoreFault] {
    let list = String(decoding: try AtomicFile.read("\(folder)/\(name)"), as: UTF8.self)
    var faults: [StoreFault] = []
    var listed: Set<String> = [name]
    for line in list.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].count == 64, parts[1].hasPrefix(" "),
        !parts[1].contains("../"), !parts[1].dropFirst().hasPrefix("/")
      else {
        faults.append(StoreFault(.content, name, "a line of it is none: \(line.prefix(80))"))
        continue
      }
      let file = String(parts[1].dropFirst())
      listed.insert(file)
      guard FileManager.default.fileExists(atPath: "\(folder)/\(file)") else {
        faults.append(StoreFault(.content, file, "is missing"))
        continue
      }
      let hash = try ContentHash(ofFile: "\(folder)/\(file)")
      if hash.hex != parts[0] {
        faults.append(StoreFault(.content, file, "is not what was written"))
      }
    }
    let others = try files(in: folder).filter { !listed.contains($0) }
    return faults + others.map { StoreFault(.content, $0, "is not in the list") }
  }

  /// Relative paths in order.
  private static func files(in folder: String) throws(FileError) -> [String] {
    guard let all = FileManager.default.enumerator(atPath: folder) else {
      throw FileError(operation: .read, path: folder, code: ENOENT)
    }
    var files: [String] = []
    for case let path as String in all {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(
        atPath: "\(folder)/\(path)", isDirectory: &isFolder)
      if isThere, !isFolder.boolValue { files.append(path) }
    }
    return files.sorted()
  }
}
