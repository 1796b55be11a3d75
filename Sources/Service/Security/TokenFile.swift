import Ecosystem
public import Foundation

/// The tokens of a service, each by its hash alone.
///
/// A token is 32 random bytes, written with 43 letters behind `athanor_`: guessing is hopeless, so a
/// plain SHA-256 keeps it as well as a slow hash would. The token itself is shown once, when it is
/// made, and stored nowhere.
public struct TokenFile: Codable, Hashable, Sendable {
  public struct Entry: Codable, Hashable, Sendable {
    public let name: String
    public let scopes: [Scope]

    /// SHA-256 of the token, hexadecimal.
    public let hash: String
    public let created: Date

    /// `nil` for no end.
    public let expires: Date?
  }

  public private(set) var tokens: [Entry] = []

  public init() {}

  /// - Throws: ``FileError``, or a decoding error where the file is damaged.
  public init(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    self = try decoder.decode(
      TokenFile.self, from: Data(try AtomicFile.read(path, limit: 16 << 20)))
  }

  /// Writes the file for its owner alone.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try AtomicFile.write(Array(try encoder.encode(self)), to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// Makes a token.
  ///
  /// - Returns: The token, which nobody can read again later.
  /// - Throws: ``TokenError``.
  public mutating func add(
    _ name: String, scopes: [Scope], expires: Date? = nil, now: Date = Date()
  ) throws(TokenError) -> String {
    let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    guard (1...64).contains(name.count), name.allSatisfy(letters.contains) else {
      throw .name(name)
    }
    guard !tokens.contains(where: { $0.name == name }) else { throw .exists(name) }
    guard !scopes.isEmpty else { throw .noScopes }
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let text = Data(bytes).base64EncodedString().replacing("+", with: "-")
      .replacing("/", with: "_").replacing("=", with: "")
    let token = "athanor_\(text)"
    tokens.append(
      Entry(
        name: name, scopes: Scope.allCases.filter(scopes.contains),
        hash: ContentHash(of: token).hex, created: now, expires: expires))
    return token
  }

  /// - Throws: ``TokenError/unknown(_:)``.
  public mutating func revoke(_ name: String) throws(TokenError) {
    guard let place = tokens.firstIndex(where: { $0.name == name }) else { throw .unknown(name) }
    tokens.remove(at: place)
  }

  /// Whose token this is, `nil` for none that is valid now.
  ///
  /// Compares hashes, all of them and each to its end: the time it takes says nothing about how
  /// close a guess came.
  func identity(of token: String, now: Date) -> Identity? {
    let hash = ContentHash(of: token)
    var found: Entry?
    for entry in tokens where hash.matches(hex: entry.hash) { found = entry }
    guard let found, found.expires.map({ $0 > now }) ?? true else { return nil }
    return Identity(name: found.name, scopes: Set(found.scopes))
  }
}

/// Why a token cannot be made or revoked.
public enum TokenError: Error, Hashable, Sendable, CustomStringConvertible {
  case name(String)
  case exists(String)
  case unknown(String)
  case noScopes

  public var description: String {
    switch self {
    case .name(let name):
      "\"\(name)\" is no name of a token: 1 to 64 letters, digits, points, dashes."
    case .exists(let name): "There is a token \"\(name)\" already; revoke it or take another name."
    case .unknown(let name): "There is no token \"\(name)\"."
    case .noScopes: "A token needs at least one of: read, propose, report, admin."
    }
  }
}
