internal import Foundation

/// An address of the internet protocol, version 4 or 6.
public struct NetworkAddress: Hashable, Sendable {
  /// Four bytes or sixteen, as they go over the wire.
  public let bytes: [UInt8]

  /// How far an address reaches (registries of RFC 6890 and RFC 8190).
  public enum Reach: Hashable, Sendable {
    /// On the public internet.
    case global
    /// This machine.
    case loopback
    /// The network of a house, a provider or a data center.
    case privateNetwork
    /// The cable; data centers keep secrets of their machines there (169.254.169.254).
    case linkLocal
    /// Multicast, documentation, tests, never assigned.
    case reserved
  }

  /// Reads an address as it is written (`192.0.2.1`, `::1`, `[::1]`); a name gives `nil`.
  public init?(_ text: String) {
    let bare =
      text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, bare, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, bare, &six) == 1 {
      bytes = withUnsafeBytes(of: &six) { Array($0) }
    } else {
      return nil
    }
  }

  /// - Parameter bytes: Four or sixteen.
  init(bytes: [UInt8]) {
    precondition(bytes.count == 4 || bytes.count == 16, "An address has 4 or 16 bytes")
    self.bytes = bytes
  }

  public var reach: Reach {
    bytes.count == 4 ? NetworkAddress.reach(ofFour: bytes) : NetworkAddress.reach(ofSix: bytes)
  }

  private static func reach(ofFour b: [UInt8]) -> Reach {
    switch (b[0], b[1], b[2]) {
    case (127, _, _): .loopback
    case (10, _, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _): .privateNetwork
    case (169, 254, _): .linkLocal
    case (0, _, _), (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113),
      (192, 88, 99), (224..., _, _):
      .reserved
    default: .global
    }
  }

  private static func reach(ofSix b: [UInt8]) -> Reach {
    if let inner = embeddedFour(b) { return reach(ofFour: inner) }
    if b.dropLast().allSatisfy({ $0 == 0 }) { return b[15] == 1 ? .loopback : .reserved }
    switch (b[0], b[1]) {
    case (0xFE, 0x80...0xBF): return .linkLocal
    case (0xFE, 0xC0...0xFF), (0xFC...0xFD, _): return .privateNetwork
    case (0x20, 0x01) where b[2] < 2 || (b[2], b[3]) == (0x0D, 0xB8): return .reserved
    case (0x20...0x3F, _): return .global
    default: return .reserved
    }
  }

  /// The address of version 4 that one of version 6 leads to: mapped, compatible, NAT64, 6to4.
  private static func embeddedFour(_ b: [UInt8]) -> [UInt8]? {
    let leading = Array(b[..<12])
    let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
    let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    if leading == mapped || leading == translated { return Array(b[12...]) }
    if (b[0], b[1]) == (0x20, 0x02) { return Array(b[2..<6]) }
    guard leading.allSatisfy({ $0 == 0 }), b[12...13] != [0, 0] else { return nil }
    return Array(b[12...])
  }
}

extension NetworkAddress: CustomStringConvertible {
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
    return text.withUnsafeBufferPointer { buffer in
      String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

/// Finds the addresses behind a name.
public protocol NameResolver: Sendable {
  /// All addresses of a host; none where it has none.
  func addresses(of host: String) -> [NetworkAddress]
}

/// The resolver of the machine. It blocks while it asks.
public struct SystemResolver: NameResolver {
  public init() {}

  public func addresses(of host: String) -> [NetworkAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var result: [NetworkAddress] = []
    var entry = list
    while let current = entry {
      if let address = SystemResolver.address(current.pointee), !result.contains(address) {
        result.append(address)
      }
      entry = current.pointee.ai_next
    }
    return result
  }

  private static func address(_ entry: addrinfo) -> NetworkAddress? {
    guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
    switch entry.ai_family {
    case AF_INET:
      let address = raw.loadUnaligned(as: sockaddr_in.self)
      return NetworkAddress(bytes: withUnsafeBytes(of: address.sin_addr) { Array($0) })
    case AF_INET6:
      let address = raw.loadUnaligned(as: sockaddr_in6.self)
      return NetworkAddress(bytes: withUnsafeBytes(of: address.sin6_addr) { Array($0) })
    default: return nil
    }
  }
}
