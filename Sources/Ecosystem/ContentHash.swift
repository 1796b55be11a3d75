internal import CCrypto

/// SHA-256 of bytes, by OpenSSL: names data by their content and finds damage.
public struct ContentHash: Hashable, Sendable {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  public init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { ContentHash(of: $0) }
  }

  public init(of text: String) {
    self.init(of: Array(text.utf8))
  }

  /// Hashes the bytes where they lie, without a copy.
  public init(of bytes: UnsafeRawBufferPointer) {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = EVP_Digest(bytes.baseAddress, bytes.count, &digest, &length, Self.algorithm, nil)
    precondition(status == 1 && length == 32, "libcrypto refused to compute SHA-256")
    self.init(digest: digest)
  }

  /// Looked up once: libcrypto would do so for each hash, which takes longer than to hash a short text.
  nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

  /// - Parameter digest: 32 bytes.
  init(digest: [UInt8]) {
    hex = ContentHash.hexadecimal(digest)
  }

  /// Whether this is the hash with the given digits, found out in a time that does not depend on how
  /// many of them agree: for hashes of secrets.
  public func matches(hex other: String) -> Bool {
    let (own, other) = (Array(hex.utf8), Array(other.utf8))
    return own.count == other.count && CRYPTO_memcmp(own, other, own.count) == 0
  }

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: 2 * digest.count) { text in
      for (place, byte) in digest.enumerated() {
        text[2 * place] = digit(byte >> 4)
        text[2 * place + 1] = digit(byte & 15)
      }
      return 2 * digest.count
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

extension ContentHash: CustomStringConvertible {
  public var description: String { hex }
}
