/// Finds where a value in JSON ends by its brackets and quotes alone, through pieces of any length.
struct JSONItemScan {
  private var depth = 0
  private var isText = false
  private var isEscaped = false

  /// Whether brackets were nested too deep to be read.
  private(set) var isTooDeep = false

  /// Looks on from `start`, where the last call ended.
  ///
  /// - Returns: Behind the value: at the end of its brackets or its text, or where a comma or a
  ///   bracket that closes another one ends a number or a word; `nil` where the bytes end before.
  mutating func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var place = start
    while place < bytes.count {
      if isText {
        passText(bytes, &place)
        if !isText, depth == 0 { return place }
        continue
      }
      switch bytes[place] {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        guard depth < JSONReader.depthLimit else {
          isTooDeep = true
          return place
        }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard depth > 0 else { return place }
        depth -= 1
        if depth == 0 { return place + 1 }
      case UInt8(ascii: ","):
        if depth == 0 { return place }
      default: break
      }
      place += 1
    }
    return nil
  }

  private mutating func passText(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) {
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isText = false
        return
      }
    }
  }
}
