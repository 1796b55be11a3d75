internal import CZlib

/// Unpacks a compressed stream piece by piece: feed a chunk, take chunks until there is none, repeat,
/// and finish.
///
/// A gzip stream may have several members, which are one text, and zeros behind them. Checksums
/// and lengths are verified (RFC 1952). Memory is bounded by the chunk fed and 256 KiB.
public final class InflateStream {
  public enum Format: Sendable {
    case gzip
    /// Deflate without a header, as in ZIP archives.
    case raw
  }

  /// The bytes that came out so far.
  public private(set) var outputCount = 0

  /// The bytes of the chunks fed so far that are used.
  public private(set) var inputCount = 0

  /// Whether the stream, or its last member so far, has ended.
  public private(set) var isAtEnd = false

  private let file: String
  private let format: Format
  private let limits: ExpansionLimits
  /// On the heap: zlib's state points back to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool
  private var chunk: [UInt8] = []
  private var position = 0
  private var memberCount = 0
  private static let outputSize = 256 << 10

  public init(
    _ format: Format = .gzip, file: String, limits: ExpansionLimits = ExpansionLimits()
  ) {
    self.file = file
    self.format = format
    self.limits = limits
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits: Int32 = format == .gzip ? 15 + 16 : -15
    isReady =
      inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Adds packed bytes behind those that are not used yet.
  public func feed(_ bytes: [UInt8]) {
    if position == chunk.count {
      chunk = bytes
    } else {
      chunk.removeFirst(position)
      chunk.append(contentsOf: bytes)
    }
    position = 0
  }

  /// The next unpacked bytes, at most 256 KiB; `nil` when more must be fed first.
  ///
  /// - Throws: ``ReadingError`` for damage and for more output than the limits allow.
  public func next() throws(ReadingError) -> [UInt8]? {
    guard isReady else { throw refuse("zlib has no memory for the stream; free some and retry.") }
    while position < chunk.count {
      if isAtEnd, try !startNextMember() { return nil }
      let output = try inflateOnce()
      if !output.isEmpty { return output }
    }
    // All input is used, but output may wait inside zlib.
    guard !isAtEnd, inputCount > 0 else { return nil }
    let output = try inflateOnce()
    return output.isEmpty ? nil : output
  }

  /// - Throws: ``ReadingError`` when the stream has not come to its end.
  public func finish() throws(ReadingError) {
    guard isAtEnd else {
      throw refuse(
        "The compressed stream is cut off after \(inputCount) bytes; fetch or copy the file again.")
    }
  }

  /// After the end of a member: whether another begins. Zeros are padding.
  private func startNextMember() throws(ReadingError) -> Bool {
    guard format == .gzip else {
      throw refuse("Bytes follow the end of the compressed stream; the file is damaged.")
    }
    while position < chunk.count, chunk[position] == 0 { position += 1 }
    guard position < chunk.count else { return false }
    guard chunk[position] == Gzip.magic[0] else {
      throw refuse(
        "Bytes that are not gzip follow the end of the stream; the file is damaged or was appended "
          + "to without compression.")
    }
    guard inflateReset(stream) == Z_OK else { throw refuse("zlib could not start a member.") }
    isAtEnd = false
    return true
  }

  private func inflateOnce() throws(ReadingError) -> [UInt8] {
    var status = Z_OK
    var used = 0
    let begin = position
    let output = [UInt8](unsafeUninitializedCapacity: Self.outputSize) { buffer, count in
      chunk.withUnsafeMutableBufferPointer { input in
        // zlib counts in 32 bits; longer chunks take several rounds.
        let available = min(input.count - begin, 1 << 30)
        stream.pointee.next_in = input.baseAddress.map { $0 + begin }
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(Self.outputSize)
        status = inflate(stream, Z_NO_FLUSH)
        used = available - Int(stream.pointee.avail_in)
      }
      count = Self.outputSize - Int(stream.pointee.avail_out)
    }
    position += used
    inputCount += used
    outputCount += output.count
    if let refusal = limits.refusal(output: outputCount, input: inputCount) {
      throw refuse(refusal)
    }
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isAtEnd = true
      memberCount += 1
    default: throw refuse(damage(status))
    }
    return output
  }

  private func damage(_ status: Int32) -> String {
    let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
    return
      "The compressed stream is damaged near byte \(inputCount) (\(detail)); fetch or copy the "
      + "file again."
  }

  private func refuse(_ message: String) -> ReadingError {
    ReadingError(file: file, message: message)
  }
}
