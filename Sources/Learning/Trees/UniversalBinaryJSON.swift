/// A value of Universal Binary JSON (draft 12, ubjson.org), as far as XGBoost writes it.
enum UniversalBinaryJSON {
  case object([String: UniversalBinaryJSON])
  case array([UniversalBinaryJSON])
  case numbers([Double])
  case number(Double)
  case string(String)
  case boolean(Bool)
  case null

  static func read(_ bytes: [UInt8]) throws(TreeError) -> UniversalBinaryJSON {
    var reader = Reader(bytes: bytes)
    let value = try reader.value(depth: 0)
    guard reader.place == bytes.count else { throw Reader.defect("bytes follow the model") }
    return value
  }

  subscript(_ key: String) -> UniversalBinaryJSON? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  var numbers: [Double]? {
    switch self {
    case .numbers(let values): values
    case .array(let values) where values.isEmpty: []
    default: nil
    }
  }
}

private struct Reader {
  let bytes: [UInt8]
  var place = 0

  static func defect(_ reason: String) -> TreeError {
    .libraryFailed(task: "write a tree in Universal Binary JSON", reason: reason)
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() throws(TreeError) -> UInt8 {
    guard place < bytes.count else { throw Reader.defect("it ends at byte \(place)") }
    defer { place += 1 }
    return bytes[place]
  }

  /// A big-endian integer of some bytes.
  mutating func bits(_ count: Int) throws(TreeError) -> UInt64 {
    guard bytes.count - place >= count else { throw Reader.defect("it ends early") }
    defer { place += count }
    return bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func number(_ marker: UInt8) throws(TreeError) -> Double? {
    switch marker {
    case UInt8(ascii: "i"): Double(Int8(truncatingIfNeeded: try bits(1)))
    case UInt8(ascii: "U"): Double(try bits(1))
    case UInt8(ascii: "I"): Double(Int16(truncatingIfNeeded: try bits(2)))
    case UInt8(ascii: "l"): Double(Int32(truncatingIfNeeded: try bits(4)))
    case UInt8(ascii: "L"): Double(Int64(truncatingIfNeeded: try bits(8)))
    case UInt8(ascii: "d"): Double(Float(bitPattern: UInt32(try bits(4))))
    case UInt8(ascii: "D"): Double(bitPattern: try bits(8))
    default: nil
    }
  }

  mutating func count() throws(TreeError) -> Int {
    let value = try number(try byte())
    guard let value, let count = Int(exactly: value), count >= 0, count <= bytes.count else {
      throw Reader.defect("a length at byte \(place) is not one")
    }
    return count
  }

  mutating func string() throws(TreeError) -> String {
    let length = try count()
    guard bytes.count - place >= length else { throw Reader.defect("it ends early") }
    defer { place += length }
    return String(decoding: bytes[place..<place + length], as: UTF8.self)
  }

  mutating func value(depth: Int) throws(TreeError) -> UniversalBinaryJSON {
    guard depth < 32 else { throw Reader.defect("it is nested too deeply") }
    let marker = try byte()
    if let value = try number(marker) { return .number(value) }
    switch marker {
    case UInt8(ascii: "S"): return .string(try string())
    case UInt8(ascii: "T"): return .boolean(true)
    case UInt8(ascii: "F"): return .boolean(false)
    case UInt8(ascii: "Z"): return .null
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    default: throw Reader.defect("marker \(marker) at byte \(place - 1) is unknown")
    }
  }

  /// Takes the next byte where it is the one asked for.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  mutating func object(depth: Int) throws(TreeError) -> UniversalBinaryJSON {
    var members: [String: UniversalBinaryJSON] = [:]
    let length: Int? = skip("#") ? try count() : nil
    while length.map({ members.count < $0 }) ?? !skip("}") {
      let name = try string()
      members[name] = try value(depth: depth + 1)
    }
    return .object(members)
  }

  mutating func array(depth: Int) throws(TreeError) -> UniversalBinaryJSON {
    if skip("$") {
      let marker = try byte()
      guard skip("#") else { throw Reader.defect("a typed array has no length") }
      let length = try count()
      var values: [Double] = []
      for _ in 0..<length {
        guard let value = try number(marker) else {
          throw Reader.defect("an array holds neither integers nor decimal numbers")
        }
        values.append(value)
      }
      return .numbers(values)
    }
    var values: [UniversalBinaryJSON] = []
    let length: Int? = skip("#") ? try count() : nil
    while length.map({ values.count < $0 }) ?? !skip("]") {
      values.append(try value(depth: depth + 1))
    }
    return .array(values)
  }
}

extension DecisionTree {
  /// The only tree of a model that XGBoost 1.6 or later saved.
  init(xgboost model: UniversalBinaryJSON, features: Int) throws(TreeError) {
    guard case .array(let trees)? = model["learner"]?["gradient_booster"]?["model"]?["trees"],
      let tree = trees.first, trees.count == 1
    else { throw Reader.defect("it does not hold one tree") }
    func column(_ name: String) throws(TreeError) -> [Double] {
      guard let values = tree[name]?.numbers else { throw Reader.defect("it has no \(name)") }
      return values
    }
    let (left, right) = (try column("left_children"), try column("right_children"))
    let (split, condition) = (try column("split_indices"), try column("split_conditions"))
    let (missing, gain) = (try column("default_left"), try column("loss_changes"))
    let cover = try column("sum_hessian")
    guard [right, split, condition, missing, gain, cover].allSatisfy({ $0.count == left.count })
    else { throw Reader.defect("its arrays differ in length") }
    // Splits that were pruned stay in the arrays: only what the root leads to is kept.
    var order = [0]
    var nodes: [Node] = []
    var place = 0
    while place < order.count {
      let index = order[place]
      guard left.indices.contains(index), order.count <= left.count else {
        throw Reader.defect("a branch leads nowhere")
      }
      if left[index] < 0 {
        nodes.append(.leaf)
      } else {
        nodes.append(
          Node(
            feature: Int32(exactly: split[index]) ?? .max, threshold: Float(condition[index]),
            left: Int32(order.count), right: Int32(order.count + 1),
            missingGoesLeft: missing[index] != 0))
        order += [left[index], right[index]].map { Int(exactly: $0) ?? -1 }
      }
      place += 1
    }
    self.nodes = nodes
    width = 1
    values = order.map { left[$0] < 0 ? condition[$0] : 0 }
    covers = order.map { Float(cover[$0]) }
    gains = order.map { left[$0] < 0 ? 0 : Float(gain[$0]) }
    if let defect = defect(features: features) { throw Reader.defect(defect) }
  }
}
