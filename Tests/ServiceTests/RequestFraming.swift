/// Where the requests of a stream of bytes end by RFC 9112, read strictly and with none of the code of the
/// service: how many answers there may be at most.
struct RequestFraming {
  enum Rest: Error {
    case nothing, unfinished, malformedHead, malformedBody
  }

  /// Requests that are there from their first byte to their last.
  private(set) var whole = 0

  /// What stands behind them.
  private(set) var rest = Rest.nothing

  var mostAnswers: Int { whole + (rest == .nothing ? 0 : 1) }

  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    do throws(Rest) {
      while true {
        try readRequest()
        whole += 1
      }
    } catch {
      rest = error
    }
  }

  private mutating func readRequest() throws(Rest) {
    // Empty lines before a request are left out (2.2), also such as end by CR or LF alone.
    while place < bytes.count, bytes[place] == 13 || bytes[place] == 10 { place += 1 }
    guard place < bytes.count else { throw .nothing }
    guard Self.isRequestLine(try line(.malformedHead)) else { throw .malformedHead }
    var (lengths, codings) = ([ArraySlice<UInt8>](), [ArraySlice<UInt8>]())
    while true {
      let line = try line(.malformedHead)
      if line.isEmpty { break }
      guard let (name, value) = Self.field(line) else { throw .malformedHead }
      if name == "content-length" { lengths.append(value) }
      if name == "transfer-encoding" { codings.append(value) }
    }
    if !codings.isEmpty {
      guard codings.count == 1, Self.text(codings[0]) == "chunked", lengths.isEmpty else {
        throw .malformedHead
      }
      return try readChunks()
    }
    guard let length = lengths.first else { return }
    guard lengths.count == 1, !length.isEmpty, length.allSatisfy({ (48...57).contains($0) }),
      let count = Int(Self.text(length))
    else { throw .malformedHead }
    try skip(count)
  }

  private mutating func readChunks() throws(Rest) {
    while true {
      let digits = try line(.malformedBody).prefix { $0 != UInt8(ascii: ";") }
      let text = Self.text(digits).trimmingSuffix { $0 == " " || $0 == "\t" }
      guard !text.isEmpty, text.utf8.allSatisfy(Self.isHexadecimal),
        let count = Int(text, radix: 16)
      else { throw .malformedBody }
      if count == 0 { break }
      try skip(count)
      guard try line(.malformedBody).isEmpty else { throw .malformedBody }
    }
    while true {
      let line = try line(.malformedBody)
      if line.isEmpty { return }
      guard Self.field(line) != nil else { throw .malformedBody }
    }
  }

  private mutating func skip(_ count: Int) throws(Rest) {
    guard count <= bytes.count - place else { throw .unfinished }
    place += count
  }

  /// Up to CR LF, which it leaves out; a CR or LF by itself ends nothing.
  private mutating func line(_ fault: Rest) throws(Rest) -> ArraySlice<UInt8> {
    guard let end = bytes[place...].firstIndex(where: { $0 == 13 || $0 == 10 }) else {
      throw .unfinished
    }
    guard bytes[end] == 13 else { throw fault }
    guard end + 1 < bytes.count else { throw .unfinished }
    guard bytes[end + 1] == 10 else { throw fault }
    defer { place = end + 2 }
    return bytes[place..<end]
  }

  private static func isRequestLine(_ line: ArraySlice<UInt8>) -> Bool {
    // More than one space may stand between the parts (3), which moves no end of a request.
    let parts = line.split(separator: 32)
    guard parts.count == 3, line.first != 32, line.last != 32 else { return false }
    let version = text(parts[2])
    return !parts[0].isEmpty && parts[0].allSatisfy(isToken) && !parts[1].isEmpty
      && parts[1].allSatisfy { $0 > 32 && $0 != 127 } && version.hasPrefix("http/")
      && parts[2].starts(with: Array("HTTP/".utf8)) && version.utf8.count == 8
  }

  private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: ArraySlice<UInt8>)?
  {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = line[..<colon]
    var value = line[(colon + 1)...]
    guard !name.isEmpty, name.allSatisfy(isToken),
      value.allSatisfy({ $0 == 9 || $0 >= 32 && $0 != 127 })
    else { return nil }
    while let first = value.first, first == 32 || first == 9 { value.removeFirst() }
    while let last = value.last, last == 32 || last == 9 { value.removeLast() }
    return (text(name), value)
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...70, 97...102: true
    default: false
    }
  }

  /// In lower case.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self).lowercased()
  }
}

extension String {
  fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> String {
    var result = self
    while let last = result.last, isCut(last) { result.removeLast() }
    return result
  }
}
