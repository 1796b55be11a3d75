internal import CZlib

/// The gzip format (RFC 1952): `.gz`.
public enum Gzip {
  static let magic: [UInt8] = [0x1F, 0x8B]

  /// Whether the bytes begin as a gzip stream does.
  public static func isCompressed(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: magic)
  }

  /// The unpacked bytes of all members.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that come out; ``ExpansionLimits/ratio`` holds besides.
  /// - Throws: ``ReadingError`` for damage, a wrong checksum, a cut, more output than the limits
  ///   allow, and for a second gzip stream inside.
  public static func decompress(
    _ bytes: [UInt8], file: String, limit: Int = ExpansionLimits().bytes
  ) throws(ReadingError) -> [UInt8] {
    guard isCompressed(bytes) else {
      throw ReadingError(file: file, message: "Not a gzip stream: it does not begin with 1F 8B.")
    }
    let stream = InflateStream(.gzip, file: file, limits: ExpansionLimits(bytes: limit))
    stream.feed(bytes)
    var result: [UInt8] = []
    while let chunk = try stream.next() {
      if result.isEmpty {
        try refuseNested(chunk, file: file)
        result.reserveCapacity(expectedSize(bytes, limit: limit))
      }
      result.append(contentsOf: chunk)
    }
    try stream.finish()
    return result
  }

  /// A source of unpacked chunks from a source of packed ones; chunks that are not gzip pass through.
  ///
  /// - Parameter source: Chunks of the file in order, `nil` at its end.
  public static func decompressing(
    file: String, limits: ExpansionLimits = ExpansionLimits(bytes: .max),
    _ source: @escaping () throws -> [UInt8]?
  ) -> () throws -> [UInt8]? {
    var head: [UInt8] = []
    var stream: InflateStream?
    var isPlain = false
    var isFirst = true
    return {
      while true {
        if isPlain { return try source() }
        if let chunk = try stream?.next() {
          if isFirst { try refuseNested(chunk, file: file) }
          isFirst = false
          return chunk
        }
        guard let packed = try source() else {
          try stream?.finish()
          isPlain = true
          return stream == nil && !head.isEmpty ? head : nil
        }
        if stream == nil {
          head += packed
          guard head.count >= magic.count else { continue }
          isPlain = !isCompressed(head)
          if isPlain { return head }
          stream = InflateStream(.gzip, file: file, limits: limits)
          stream?.feed(head)
        } else {
          stream?.feed(packed)
        }
      }
    }
  }

  /// One member without a name or a time, so that equal bytes give equal files.
  ///
  /// - Parameter level: 1 (fast) to 9 (small).
  public static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
    Deflate.pack(bytes, level: level, windowBits: 15 + 16)
  }

  private static func refuseNested(_ chunk: [UInt8], file: String) throws(ReadingError) {
    guard isCompressed(chunk) else { return }
    throw ReadingError(
      file: file, message: "The gzip stream holds another gzip stream; unpack it once and retry.")
  }

  /// What the last four bytes claim, as far as it is plausible: only a reservation.
  private static func expectedSize(_ bytes: [UInt8], limit: Int) -> Int {
    let claim = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let (plausible, overflow) = bytes.count.multipliedReportingOverflow(by: 16)
    return max(0, min(claim, limit, overflow ? claim : plausible))
  }
}

/// Packing with zlib.
enum Deflate {
  /// - Parameter windowBits: 15 + 16 for gzip, -15 for deflate without a header.
  static func pack(_ bytes: [UInt8], level: Int, windowBits: Int32) -> [UInt8] {
    precondition((1...9).contains(level), "Compression levels are 1 to 9, not \(level).")
    var stream = z_stream()
    let status = deflateInit2_(
      &stream, Int32(level), Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory for packing.")
    defer { deflateEnd(&stream) }
    var result: [UInt8] = []
    var input = bytes
    var isDone = false
    var position = 0
    repeat {
      let begin = position
      let output = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
        input.withUnsafeMutableBufferPointer { source in
          let available = min(source.count - begin, 1 << 30)
          let isLast = begin + available == source.count
          stream.next_in = source.baseAddress.map { $0 + begin }
          stream.avail_in = UInt32(available)
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          isDone = deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END
          position = begin + available - Int(stream.avail_in)
        }
        count = buffer.count - Int(stream.avail_out)
      }
      result += output
    } while !isDone
    return result
  }
}
