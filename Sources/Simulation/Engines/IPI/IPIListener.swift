import Foundation

/// A socket that waits for one client of the i-PI protocol.
///
/// Only programs of this machine can reach it.
public final class IPIListener {
  /// With the port that the system has given.
  public let address: IPIAddress

  private let descriptor: Int32
  private let path: String?

  /// - Throws: ``IPIError/socket(_:reason:)``; also for a Unix socket that is there already.
  public init(_ address: IPIAddress) throws(IPIError) {
    switch address {
    case .loopback(let port):
      descriptor = try Self.open(AF_INET)
      path = nil
      do throws(IPIError) {
        self.address = .loopback(port: try Self.bind(descriptor, port: port))
      } catch {
        close(descriptor)
        throw error
      }
    case .local(let name):
      let place = "/tmp/ipi_\(name)"
      descriptor = try Self.open(AF_UNIX)
      do throws(IPIError) {
        try Self.bind(descriptor, path: place)
      } catch {
        close(descriptor)
        throw error
      }
      path = place
      self.address = address
    }
    guard listen(descriptor, 1) == 0 else { throw Self.failure("listen") }
  }

  deinit {
    close(descriptor)
    if let path { unlink(path) }
  }

  /// Waits for a client.
  ///
  /// - Parameter isAlive: Asked now and then; `false` ends the waiting.
  public func accept(
    timeLimit: Double, while isAlive: () -> Bool = { true }
  ) throws(IPIError) -> IPIConnection {
    let deadline = ContinuousClock.now.advanced(by: .seconds(timeLimit))
    while ContinuousClock.now < deadline {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&wanted, 1, 50)
      if count > 0 {
        let client = Self.accept(descriptor)
        guard client >= 0 else { throw Self.failure("accept") }
        return IPIConnection(client, timeLimit: timeLimit)
      }
      if count < 0, errno != EINTR { throw Self.failure("poll") }
      if count == 0, !isAlive() { throw .clientEnded("it did not connect.") }
    }
    throw .timedOut(seconds: timeLimit)
  }

  private static func accept(_ descriptor: Int32) -> Int32 {
    Foundation.accept(descriptor, nil, nil)
  }

  private static func open(_ family: Int32) throws(IPIError) -> Int32 {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw failure("socket") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private static func bind(_ descriptor: Int32, port: UInt16) throws(IPIError) -> UInt16 {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.bind(descriptor, $0, length) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw failure("bind") }
    return UInt16(bigEndian: place.sin_port)
  }

  private static func bind(_ descriptor: Int32, path: String) throws(IPIError) {
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: place.sun_path), !path.dropFirst(5).contains("/")
    else { throw .socket("bind", reason: "\(path) is too long or has a slash in its name") }
    withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: name) }
    let isBound = withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound else { throw failure("bind") }
    chmod(path, 0o600)
  }

  static func failure(_ call: String) -> IPIError {
    .socket(call, reason: String(cString: strerror(errno)))
  }
}
