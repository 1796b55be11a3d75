public import Foundation

/// A data set that others have published, with its address and what is known to check it by.
public struct PublishedSet: Hashable, Sendable {
  /// `matbench:steels`, `jarvis:dft_2d`.
  public let name: String

  public let url: URL

  /// The name of the file, also in a mirror.
  public let file: String

  /// SHA-256 of the file, 64 lower-case hexadecimal digits; `nil` where none is published.
  public let sha256: String?

  /// How many materials it holds, where that is published with it.
  public let entries: Int?

  /// The file inside, for a zip archive.
  public let content: String?

  /// Servers that the address may send on to.
  let hosts: [String]

  /// Finds a set by its name.
  ///
  /// - Parameter name: `matbench:` or `jarvis:` with the name of the set; `matbench_steels` is known
  ///   as `steels` too.
  /// - Throws: ``FetchError/unknownSet(_:known:)``.
  public init(named name: String) throws(FetchError) {
    let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let found = PublishedSet.find(parts[1], in: parts[0]) else {
      throw .unknownSet(name, known: PublishedSet.names(like: name))
    }
    self = found
  }

  /// All names.
  public static var allNames: [String] {
    matbenchTable.map { "matbench:\($0.name)" } + jarvisTable.map { "jarvis:\($0.name)" }
  }

  private static func names(like name: String) -> [String] {
    let collection = name.prefix { $0 != ":" }
    let matching = allNames.filter { $0.hasPrefix("\(collection):") }
    return matching.isEmpty ? ["matbench:NAME", "jarvis:NAME"] : matching
  }

  private static func find(_ name: String, in collection: String) -> PublishedSet? {
    switch collection {
    case "matbench":
      let short = name.hasPrefix("matbench_") ? String(name.dropFirst(9)) : name
      return matbenchTable.first { $0.name == short }.flatMap { row in
        let file = "matbench_\(row.name).json.gz"
        return URL(string: "https://ml.materialsproject.org/projects/\(file)").map {
          PublishedSet(
            name: "matbench:\(row.name)", url: $0, file: file, sha256: row.hash,
            entries: row.entries, content: nil, hosts: ["materialsproject.org", "amazonaws.com"])
        }
      }
    case "jarvis":
      return jarvisTable.first { $0.name == name }.flatMap { row in
        URL(string: "https://ndownloader.figshare.com/files/\(row.file)").map {
          PublishedSet(
            name: "jarvis:\(row.name)", url: $0, file: "\(row.content).zip", sha256: nil,
            entries: nil, content: row.content, hosts: ["figshare.com", "amazonaws.com"])
        }
      }
    default: return nil
    }
  }

  package init(
    name: String, url: URL, file: String, sha256: String?, entries: Int?, content: String?,
    hosts: [String]
  ) {
    self.name = name
    self.url = url
    self.file = file
    self.sha256 = sha256
    self.entries = entries
    self.content = content
    self.hosts = hosts
  }
}

/// Why a published set could not be brought here.
public enum FetchError: Error, Sendable {
  case unknownSet(String, known: [String])
  case notInMirror(String, folder: String)
  case wrongChecksum(String, found: String, published: String)
  /// The file is not of the kind that its name says.
  case wrongKind(String)
  case unreachable(String, file: String, cause: HTTPError)
  case status(String, Int)
}

extension FetchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownSet(let name, let known):
      "\"\(name)\" is no published set that is known here; known are \(known.joined(separator: ", "))."
    case .notInMirror(let file, let folder):
      "\(folder) holds no \(file); put it there, or leave out --mirror to fetch it."
    case .wrongChecksum(let file, let found, let published):
      "\(file) has the SHA-256 \(found), but \(published) is published; fetch it anew."
    case .wrongKind(let file):
      "\(file) is no archive of the kind its name says; a web page may have been saved in its place."
    case .unreachable(let name, let file, let cause):
      "\(name) cannot be fetched: \(cause) Without a network, copy \(file) here by other means "
        + "and name its folder with --mirror."
    case .status(let url, let status):
      "\(url) answers with status \(status); the set may have moved."
    }
  }
}
