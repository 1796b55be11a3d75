/// The header of a safetensors file: where each tensor lies.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let type: ScalarType
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  init(_ bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw .header("it must begin with {", offset: 0)
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .header("it is not UTF-8 text", offset: 0)
    }
    var scanner = StrictJSONScanner(bytes)
    var names: Set<String> = []
    try scanner.object { (scanner, name) throws(SafetensorsError) in
      guard names.insert(name).inserted else {
        throw .tensor(name, problem: "it is described twice")
      }
      if name == "__metadata__" {
        metadata = try SafetensorsHeader.readMetadata(&scanner)
      } else {
        entries.append(try SafetensorsHeader.readEntry(name, &scanner))
      }
    }
    try scanner.end()
  }

  private static func readMetadata(
    _ scanner: inout StrictJSONScanner
  ) throws(SafetensorsError) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, name) throws(SafetensorsError) in
      guard metadata[name] == nil else {
        throw .header("the note \"\(name)\" is given twice", offset: scanner.place)
      }
      metadata[name] = try scanner.string()
    }
    return metadata
  }

  private static func readEntry(
    _ name: String, _ scanner: inout StrictJSONScanner
  ) throws(SafetensorsError) -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { (scanner, key) throws(SafetensorsError) in
      switch key {
      case "dtype" where typeName == nil: typeName = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      case "dtype", "shape", "data_offsets":
        throw .tensor(name, problem: "\"\(key)\" is given twice")
      default: try scanner.skipValue()
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw .tensor(name, problem: "dtype, shape or the two data_offsets are missing")
    }
    guard let type = ScalarType(rawValue: typeName) else {
      throw .tensor(name, problem: "the element type \"\(typeName)\" is not known")
    }
    try checkSize(name, type, shape, offsets)
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private static func checkSize(
    _ name: String, _ type: ScalarType, _ shape: [Int], _ offsets: [Int]
  ) throws(SafetensorsError) {
    var count = type.byteCount
    for size in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard !overflows else { throw .tensor(name, problem: "its shape overflows") }
      count = product
    }
    guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == count else {
      throw .tensor(
        name,
        problem: "its shape needs \(count) bytes, its offsets are "
          + "\(offsets[0]) to \(offsets[1])")
    }
  }

  /// The tensors must follow each other without gap or overlap and end with the data.
  func checkCoverage(of count: Int) throws(SafetensorsError) {
    var covered = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == covered else {
        throw .coverage(
          "the tensor \"\(entry.name)\" begins at byte \(entry.begin) instead of \(covered)")
      }
      covered = entry.end
    }
    guard covered == count else {
      throw .coverage("the header describes \(covered) bytes, the file holds \(count)")
    }
  }
}
