/// Named tensors and notes in the safetensors format; needs no libtorch.
///
/// Eight bytes little-endian header length, a JSON header, then the data without gaps. The reader is
/// strict: header and data must agree byte for byte, names occur once, and no size is believed before
/// it is checked against the bytes that are there. Format: huggingface/safetensors 0.8.
public struct Safetensors: Hashable, Sendable {
  public var tensors: [String: StoredTensor]

  /// Free text by name.
  public var metadata: [String: String]

  /// Longest header, bytes; the reference reader has the same limit.
  public static let headerLimit: UInt64 = 100_000_000

  public init(tensors: [String: StoredTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a whole file.
  public init(bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw .tooShort(bytes.count) }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Safetensors.headerLimit, length <= UInt64(bytes.count - 8) else {
      throw .headerLength(length, available: bytes.count - 8)
    }
    let dataStart = 8 + Int(length)
    let header = try SafetensorsHeader(Array(bytes[8..<dataStart]))
    try header.checkCoverage(of: bytes.count - dataStart)
    tensors = [:]
    for entry in header.entries {
      let range = dataStart + entry.begin..<dataStart + entry.end
      tensors[entry.name] = StoredTensor(
        type: entry.type, shape: entry.shape, bytes: Array(bytes[range]))
    }
    metadata = header.metadata
  }

  /// The file. Equal contents give equal bytes: tensors lie in falling order of element size, then
  /// by name, so that each is aligned; notes are sorted.
  public func encoded() -> [UInt8] {
    let order = tensors.sorted {
      ($1.value.type.byteCount, $0.key) < ($0.value.type.byteCount, $1.key)
    }
    var header = JSONText()
    header.open("{")
    if !metadata.isEmpty {
      header.key("__metadata__")
      header.open("{")
      for (name, text) in metadata.sorted(by: { $0.key < $1.key }) {
        header.key(name)
        header.string(text)
      }
      header.close("}")
    }
    var offset = 0
    for (name, tensor) in order {
      header.key(name)
      header.describe(tensor, from: offset)
      offset += tensor.bytes.count
    }
    header.close("}")
    return assemble(header.padded, order.map(\.value), dataCount: offset)
  }

  private func assemble(
    _ header: [UInt8], _ tensors: [StoredTensor], dataCount: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + dataCount)
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: header.count >> (8 * shift))) }
    bytes.append(contentsOf: header)
    for tensor in tensors { bytes.append(contentsOf: tensor.bytes) }
    return bytes
  }
}

/// JSON being written.
private struct JSONText {
  private var bytes: [UInt8] = []
  private var needsComma = false

  mutating func open(_ bracket: String) {
    bytes.append(contentsOf: bracket.utf8)
    needsComma = false
  }

  mutating func close(_ bracket: String) {
    bytes.append(contentsOf: bracket.utf8)
    needsComma = true
  }

  mutating func key(_ name: String) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<32:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default:
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  mutating func describe(_ tensor: StoredTensor, from offset: Int) {
    let shape = tensor.shape.map(String.init).joined(separator: ",")
    bytes.append(
      contentsOf: """
        {"dtype":"\(tensor.type.rawValue)","shape":[\(shape)],\
        "data_offsets":[\(offset),\(offset + tensor.bytes.count)]}
        """.utf8)
    needsComma = true
  }

  /// With blanks to a multiple of eight bytes.
  var padded: [UInt8] {
    bytes + [UInt8](repeating: UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8)
  }
}
