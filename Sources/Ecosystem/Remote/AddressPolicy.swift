public import Foundation

/// Which addresses may be asked.
///
/// An answer from the network must not make this machine ask its own services or its neighbors
/// (server-side request forgery). Every address is checked before it is asked, and again after each
/// redirect: the scheme, and where the name leads *now*. Loopback is open only where the user named
/// a loopback address to begin with; link-local and reserved addresses never are.
public struct AddressPolicy: Sendable {
  /// What the user named.
  public let base: URL

  /// Plain HTTP to other machines.
  public var allowsPlainHTTP = false

  /// Addresses such as 192.168.0.10, for a database in the house.
  public var allowsPrivateNetwork = false

  private let resolver: any NameResolver

  public init(base: URL, resolver: any NameResolver = SystemResolver()) {
    self.base = base
    self.resolver = resolver
  }

  /// Checks one address; asks the resolver, which blocks.
  ///
  /// - Returns: The addresses that the host has; at least one.
  /// - Throws: ``HTTPError/refused(_:reason:)`` or ``HTTPError/unknownHost(_:)``.
  @discardableResult
  public func check(_ url: URL) throws(HTTPError) -> [NetworkAddress] {
    guard let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http" else {
      throw refusal(url, "only https and http are asked")
    }
    guard url.user == nil, url.password == nil else {
      throw refusal(url, "an address must not hold a name or a password")
    }
    guard let host = url.host, !host.isEmpty else { throw refusal(url, "it names no host") }
    let addresses = self.addresses(of: host)
    guard !addresses.isEmpty else { throw .unknownHost(host) }
    for address in addresses {
      if let reason = objection(to: address) {
        let isLiteral = NetworkAddress(host) != nil
        throw refusal(url, isLiteral ? "it is \(reason)" : "\(host) leads to \(address), \(reason)")
      }
    }
    let isLocal = addresses.allSatisfy { $0.reach == .loopback }
    guard scheme == "https" || allowsPlainHTTP || isLocal else {
      throw refusal(url, "plain http can be read and changed on the way; use https or --allow-http")
    }
    return addresses
  }

  private func objection(to address: NetworkAddress) -> String? {
    switch address.reach {
    case .global: nil
    case .loopback: baseIsLoopback ? nil : "this machine"
    case .privateNetwork:
      allowsPrivateNetwork
        ? nil : "a private network; if that is meant, pass --allow-private-network"
    case .linkLocal: "a link-local address"
    case .reserved: "a reserved address"
    }
  }

  private var baseIsLoopback: Bool {
    let addresses = base.host.map { self.addresses(of: $0) } ?? []
    return !addresses.isEmpty && addresses.allSatisfy { $0.reach == .loopback }
  }

  private func addresses(of host: String) -> [NetworkAddress] {
    NetworkAddress(host).map { [$0] } ?? resolver.addresses(of: host)
  }

  private func refusal(_ url: URL, _ reason: String) -> HTTPError {
    .refused(url.shown, reason: reason)
  }
}

extension URL {
  /// Scheme, host and port in one comparable form; `nil` without scheme or host.
  var origin: String? {
    guard let scheme = scheme?.lowercased(), let host = host?.lowercased() else { return nil }
    return "\(scheme)://\(host):\(port ?? (scheme == "https" ? 443 : 80))"
  }

  /// Whether this address belongs to the same server as another: the same host and port, and not
  /// https turned into http.
  func isSameServer(as other: URL) -> Bool {
    if let origin, origin == other.origin { return true }
    let isUpgrade = scheme?.lowercased() == "https" && other.scheme?.lowercased() == "http"
    let hasDefaultPorts = port == nil && other.port == nil
    return isUpgrade && hasDefaultPorts && host?.lowercased() == other.host?.lowercased()
  }

  /// The address as errors show it: without a password, not endless.
  var shown: String {
    guard user != nil || password != nil else {
      return absoluteString.count > 200 ? absoluteString.prefix(199) + "…" : absoluteString
    }
    return "\(scheme ?? "")://…@\(host ?? "")"
  }
}
