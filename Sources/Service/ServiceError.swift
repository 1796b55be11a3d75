/// Why a service cannot start.
public enum ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
  case openToAll(String)
  case twice(String)
  case name(String)
  case folder(String)
  case inUse(String)

  /// A folder that is to be shown and is not there.
  case noFolder(String)
  case cannotServe(String, Int, reason: String)

  public var description: String {
    switch self {
    case .openToAll(let host):
      """
      Other machines could command this service at \(host) without a token. Make one first (athanor \
      token add NAME --folder FOLDER), or leave out --host.
      """
    case .twice(let name): "Two recipes are called \(name); rename one of the files."
    case .name(let path): "\(path): its name gives no name for a campaign; rename the file."
    case .folder(let folder): "The folder \(folder) cannot be written. Name another with --folder."
    case .inUse(let folder):
      "Another service works in \(folder). Stop it, or name another --folder."
    case .noFolder(let folder): "There is no folder \(folder). Make it, or name another."
    case .cannotServe(let host, let port, let reason):
      "The service cannot listen at \(host), port \(port): \(reason)"
    }
  }
}
