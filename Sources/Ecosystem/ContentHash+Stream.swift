internal import CCrypto
public import Foundation

extension ContentHash {
  /// The hash of bytes that come piece by piece.
  public final class Stream {
    private let context: OpaquePointer

    public init() {
      guard let context = EVP_MD_CTX_new() else {
        preconditionFailure("libcrypto has no memory for a SHA-256 context")
      }
      self.context = context
      EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit {
      EVP_MD_CTX_free(context)
    }

    public func add(_ bytes: some ContiguousBytes) {
      bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// Of all bytes; call it once.
    public func finish() -> ContentHash {
      var digest = [UInt8](repeating: 0, count: 32)
      var length: UInt32 = 0
      let status = EVP_DigestFinal_ex(context, &digest, &length)
      precondition(status == 1 && length == 32, "libcrypto refused to compute SHA-256")
      return ContentHash(digest: digest)
    }
  }
}
