/// An array of numbers or flags read from NumPy's NPY format (NEP 1), row-major.
public struct NPYContent: Hashable, Sendable {
  /// Sizes of the dimensions; empty for a single value.
  public let shape: [Int]

  public let values: Values

  public enum Values: Hashable, Sendable {
    case reals([Double])
    case integers([Int])
    case flags([Bool])

    public var count: Int {
      switch self {
      case .reals(let values): values.count
      case .integers(let values): values.count
      case .flags(let values): values.count
      }
    }
  }

  /// - Precondition: The shape holds as many values as there are.
  public init(_ values: Values, shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values do not fill \(shape).")
    self.values = values
    self.shape = shape
  }

  /// Reads floats of 2, 4 and 8 bytes, integers of 1 to 8 bytes and flags, of either byte order and
  /// either order of dimensions.
  ///
  /// - Throws: ``ReadingError`` for other types (objects are pickled code and never read), a header
  ///   that is damaged, and a length that does not match the shape.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    let header = try NPYHeader(bytes, file: file)
    let data = bytes[header.end...]
    let size = header.itemSize
    guard let count = header.count, data.count % size == 0, data.count / size == count else {
      throw ReadingError(
        file: file,
        message: "\(data.count) bytes of data do not fill the shape \(header.shape) with items of "
          + "\(size) bytes; the file is cut off or damaged.")
    }
    let items = header.storageOrder(count).lazy.map { item in
      Self.word(data, at: header.end + item * size, size: size, isBigEndian: header.isBigEndian)
    }
    shape = header.shape
    switch header.kind {
    case .real: values = .reals(items.map { Self.real($0, size: size) })
    case .signed:
      let shift = UInt64(64 - 8 * size)
      values = .integers(items.map { Int(Int64(bitPattern: $0 << shift) >> Int64(shift)) })
    case .unsigned:
      var integers: [Int] = []
      integers.reserveCapacity(count)
      for item in items {
        guard let integer = Int(exactly: item) else {
          throw ReadingError(file: file, message: "\(item) does not fit 63 bits; store reals.")
        }
        integers.append(integer)
      }
      values = .integers(integers)
    case .flag: values = .flags(items.map { $0 != 0 })
    }
  }

  /// The array as an NPY file, version 1.0, in 8-byte reals or integers or in flags.
  public var encoded: [UInt8] {
    switch values {
    case .reals(let values): NPYArray.encode(values, shape: shape)
    case .integers(let values):
      NPYArray.header("<i8", shape) + values.withUnsafeBytes { Array($0) }
    case .flags(let values): NPYArray.header("|b1", shape) + values.map { $0 ? 1 : 0 }
    }
  }

  private static func word(
    _ data: ArraySlice<UInt8>, at start: Int, size: Int, isBigEndian: Bool
  ) -> UInt64 {
    var word: UInt64 = 0
    for place in 0..<size {
      word = word << 8 | UInt64(data[start + (isBigEndian ? place : size - 1 - place)])
    }
    return word
  }

  private static func real(_ word: UInt64, size: Int) -> Double {
    switch size {
    case 2: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: word)))
    case 4: Double(Float(bitPattern: UInt32(truncatingIfNeeded: word)))
    default: Double(bitPattern: word)
    }
  }
}

/// The head of an NPY file: magic, version, length and a Python dictionary.
struct NPYHeader {
  enum Kind {
    case real, signed, unsigned, flag
  }

  /// NumPy's name of the items, such as `<f8`.
  let type: String
  let kind: Kind
  let itemSize: Int
  let isBigEndian: Bool
  let isColumnMajor: Bool
  let shape: [Int]
  /// Where the data begin.
  let end: Int

  init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    func refuse(_ message: String) -> ReadingError { ReadingError(file: file, message: message) }
    guard bytes.count >= 12, Self.isPresent(in: bytes) else {
      throw refuse("Not an NPY file: it does not begin with \\x93NUMPY and a header.")
    }
    guard (1...3).contains(bytes[6]) else {
      throw refuse("Version \(bytes[6]) of NPY is unknown; versions are 1 to 3.")
    }
    let start = bytes[6] == 1 ? 10 : 12
    end = Self.length(bytes)
    guard end <= bytes.count else { throw refuse("The header is cut off.") }
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    guard let type = Self.quoted("descr", text), let order = Self.word("fortran_order", text),
      order == "True" || order == "False", let shape = Self.shape(text)
    else { throw refuse("The header is damaged; it needs descr, fortran_order and shape.") }
    isColumnMajor = order == "True"
    self.shape = shape
    self.type = type
    isBigEndian = type.hasPrefix(">")
    switch (type.dropFirst().first, Int(type.dropFirst(2))) {
    case ("f", let size?) where [2, 4, 8].contains(size): (kind, itemSize) = (.real, size)
    case ("i", let size?) where [1, 2, 4, 8].contains(size): (kind, itemSize) = (.signed, size)
    case ("u", let size?) where [1, 2, 4, 8].contains(size): (kind, itemSize) = (.unsigned, size)
    case ("b", 1): (kind, itemSize) = (.flag, 1)
    default:
      throw refuse("The items are \"\(type.prefix(20))\"; save floats, integers or booleans.")
    }
  }

  /// Whether bytes begin as an NPY file does.
  static func isPresent(in bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x93] + Array("NUMPY".utf8))
  }

  /// Where the data begin, as the head states it.
  ///
  /// - Precondition: There are 12 bytes at least.
  static func length(_ bytes: [UInt8]) -> Int {
    let start = bytes[6] == 1 ? 10 : 12
    return bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) } + start
  }

  /// The product of the shape; `nil` beyond 63 bits.
  var count: Int? {
    if shape.contains(0) { return 0 }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// For each item in row-major order, its place in the data.
  func storageOrder(_ count: Int) -> [Int] {
    guard isColumnMajor, shape.count > 1, count > 0 else { return Array(0..<count) }
    var strides: [Int] = []
    var stride = 1
    for size in shape {
      strides.append(stride)
      stride *= size  // a divisor of count: no overflow
    }
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    return (0..<count).map { _ in
      defer {
        var axis = shape.count - 1
        place += strides[axis]
        index[axis] += 1
        while axis > 0, index[axis] == shape[axis] {
          place += strides[axis - 1] - index[axis] * strides[axis]
          index[axis] = 0
          axis -= 1
          index[axis] += 1
        }
      }
      return place
    }
  }

  /// What stands behind `'key':`.
  private static func rest(_ key: String, _ text: String) -> Substring? {
    let mark = "'\(key)':"
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(mark) { return rest.dropFirst(mark.count).drop { $0 == " " } }
      rest = rest.dropFirst()
    }
    return nil
  }

  private static func quoted(_ key: String, _ text: String) -> String? {
    guard let rest = rest(key, text), rest.first == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != "'" })
  }

  private static func word(_ key: String, _ text: String) -> String? {
    rest(key, text).map { String($0.prefix { $0.isLetter }) }
  }

  /// `(2, 3)`, `(2,)` or `()`; at most 32 dimensions, as in NumPy.
  private static func shape(_ text: String) -> [Int]? {
    guard let rest = rest("shape", text), rest.first == "(" else { return nil }
    var sizes: [Int] = []
    for part in rest.dropFirst().prefix(while: { $0 != ")" }).split(separator: ",") {
      let word = part.filter { $0 != " " }
      if word.isEmpty { continue }
      guard let size = Int(word), size >= 0, sizes.count < 32 else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}
