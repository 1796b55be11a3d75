/// Where a server waits for its client.
public enum IPIAddress: Hashable, Sendable {
  /// The loopback interface; port 0 asks the system for a free one.
  case loopback(port: UInt16)

  /// The Unix socket `/tmp/ipi_NAME`, as clients of i-PI look for it.
  case local(name: String)
}
