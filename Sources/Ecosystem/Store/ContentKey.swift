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

  /// The first bytes of a hash are a hash.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
  }

  /// A key that a store holds; 32 bytes.
  init(stored data: Data) {
    self.data = data
  }

  /// The bytes of a hexadecimal text; `nil` when it is none of an even length.
  static func bytes(hex: String) -> Data? {
    let digits = hex.utf8.map { byte -> UInt8? in
      switch byte {
      case 48...57: UInt8(byte - 48)
      case 97...102: UInt8(byte - 87)
      case 65...70: UInt8(byte - 55)
      default: nil
      }
    }
    guard digits.count % 2 == 0 else { return nil }
    var data = Data(capacity: digits.count / 2)
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[place], let low = digits[place + 1] else { return nil }
      data.append(high << 4 | low)
    }
    return data
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
