internal import CCrypto
public import Foundation

/// SHA-256 as 32 bytes: the form in which a store holds it.
public struct ContentKey: Hashable, Sendable {
  public let data: Data

  public init(of bytes: some ContiguousBytes) {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = bytes.withUnsafeBytes {
      EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil)
    }
    precondition(status == 1 && length == 32, "libcrypto refused to compute SHA-256")
    data = Data(digest)
  }

  /// A key that a store holds.
  init(stored data: Data) {
    self.data = data
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Self.hex(data) }

  static func hex(_ data: Data) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * data.count)
    for byte in data {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
