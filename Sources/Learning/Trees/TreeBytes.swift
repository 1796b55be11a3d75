/// A file of trees: a name, a version, the content and a checksum over all of it; little-endian.
///
/// The checksum (64-bit FNV-1a, Fowler, Noll and Vo; RFC 9923) finds damage, not intent: what
/// passes it is still checked number by number.
struct TreeWriter {
  private(set) var bytes: [UInt8]

  /// - Parameter magic: Eight characters of ASCII that name the kind of file.
  init(magic: String) {
    bytes = Array(magic.utf8)
    write(TreeReader.version)
  }

  mutating func write(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func write(_ count: Int) { write(UInt64(count)) }

  mutating func write(_ values: [Double]) {
    write(values.count)
    for value in values { write(value.bitPattern) }
  }

  mutating func write(_ values: [Float]) {
    write(values.count)
    for value in values { write(value.bitPattern) }
  }

  mutating func write(_ values: [UInt32]) {
    write(values.count)
    for value in values { write(value) }
  }

  mutating func write(text: [UInt8]) {
    write(text.count)
    bytes += text
  }

  func finished() -> [UInt8] {
    var all = self
    all.write(TreeReader.checksum(bytes[...]))
    return all.bytes
  }
}

/// Reads what ``TreeWriter`` wrote; never trusts a length.
struct TreeReader {
  static let version: UInt32 = 1

  private let bytes: ArraySlice<UInt8>
  private var place: Int

  init(_ file: [UInt8], magic: String) throws(TreeError) {
    let name = Array(magic.utf8)
    guard file.count >= name.count + 12 else { throw .damaged(reason: "there are too few bytes") }
    guard file.starts(with: name) else {
      throw .damaged(reason: "the bytes do not begin with \(magic)")
    }
    bytes = file.dropLast(8)
    var stored: UInt64 = 0
    for byte in file.suffix(8).reversed() { stored = stored << 8 | UInt64(byte) }
    guard stored == TreeReader.checksum(bytes) else {
      throw .damaged(reason: "the checksum does not fit the bytes")
    }
    place = name.count
    let version: UInt32 = try integer()
    guard version == TreeReader.version else {
      throw .damaged(reason: "version \(version) is not known to this program")
    }
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  var isAtEnd: Bool { place == bytes.count }

  mutating func integer<Value: FixedWidthInteger & UnsignedInteger>() throws(TreeError) -> Value {
    let size = Value.bitWidth / 8
    guard bytes.count - place >= size else { throw .damaged(reason: "the bytes end early") }
    defer { place += size }
    return bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | Value($1) }
  }

  /// How many items of some bytes each follow.
  mutating func count(of size: Int) throws(TreeError) -> Int {
    let value: UInt64 = try integer()
    guard value <= UInt64((bytes.count - place) / size) else {
      throw .damaged(reason: "a list is longer than the file")
    }
    return Int(value)
  }

  mutating func doubles() throws(TreeError) -> [Double] {
    var values: [Double] = []
    for _ in 0..<(try count(of: 8)) { values.append(Double(bitPattern: try integer())) }
    return values
  }

  mutating func floats() throws(TreeError) -> [Float] {
    var values: [Float] = []
    for _ in 0..<(try count(of: 4)) { values.append(Float(bitPattern: try integer())) }
    return values
  }

  mutating func integers() throws(TreeError) -> [UInt32] {
    var values: [UInt32] = []
    for _ in 0..<(try count(of: 4)) { values.append(try integer()) }
    return values
  }

  mutating func text() throws(TreeError) -> [UInt8] {
    let length = try count(of: 1)
    defer { place += length }
    return Array(bytes[place..<place + length])
  }
}

extension TreeWriter {
  mutating func write(_ ensemble: TreeEnsemble) {
    write(ensemble.features)
    write(ensemble.outputs)
    write(ensemble.base)
    write([ensemble.scale])
    write(ensemble.trees.count)
    for tree in ensemble.trees {
      write(tree.width)
      write(tree.nodes.map { UInt32(bitPattern: $0.feature) })
      write(tree.nodes.map(\.threshold))
      write(tree.nodes.map { UInt32(bitPattern: $0.left) })
      write(tree.nodes.map { UInt32(bitPattern: $0.right) })
      write(text: tree.nodes.map { $0.missingGoesLeft ? 1 : 0 })
      write(tree.values)
      write(tree.covers)
      write(tree.gains)
    }
  }
}

extension TreeReader {
  mutating func ensemble() throws(TreeError) -> TreeEnsemble {
    let (features, outputs): (UInt64, UInt64) = (try integer(), try integer())
    guard features >= 1, features < 1 << 31, outputs >= 1, outputs <= 10_000 else {
      throw .damaged(reason: "\(features) features and \(outputs) outputs are not possible")
    }
    let (base, scale) = (try doubles(), try doubles())
    guard base.count == outputs, base.allSatisfy(\.isFinite), scale.count == 1,
      scale.allSatisfy(\.isFinite)
    else { throw .damaged(reason: "the start of the sums is not usable") }
    var trees: [DecisionTree] = []
    for _ in 0..<(try count(of: 64)) { trees.append(try tree(Int(features), Int(outputs))) }
    let widths = Set(trees.map(\.width))
    guard widths.count <= 1, widths.contains(Int(outputs)) || trees.count % Int(outputs) == 0 else {
      throw .damaged(reason: "the trees do not fit the outputs")
    }
    return TreeEnsemble(
      features: Int(features), outputs: Int(outputs), trees: trees, base: base, scale: scale[0])
  }

  private mutating func tree(_ features: Int, _ outputs: Int) throws(TreeError) -> DecisionTree {
    let width: UInt64 = try integer()
    guard width == 1 || width == UInt64(outputs) else {
      throw .damaged(reason: "a tree has \(width) numbers a leaf")
    }
    let (splits, thresholds) = (try integers(), try floats())
    let (left, right, missing) = (try integers(), try integers(), try text())
    guard
      [thresholds.count, left.count, right.count, missing.count].allSatisfy({
        $0 == splits.count
      })
    else { throw .damaged(reason: "a tree has arrays of unequal lengths") }
    let tree = DecisionTree(
      nodes: splits.indices.map { index in
        DecisionTree.Node(
          feature: Int32(bitPattern: splits[index]), threshold: thresholds[index],
          left: Int32(bitPattern: left[index]), right: Int32(bitPattern: right[index]),
          missingGoesLeft: missing[index] != 0)
      },
      width: Int(width), values: try doubles(), covers: try floats(), gains: try floats())
    if let defect = tree.defect(features: features) { throw .damaged(reason: defect) }
    return tree
  }
}
