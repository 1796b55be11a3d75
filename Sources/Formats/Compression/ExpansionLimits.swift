/// How far packed bytes may grow, so that a small hostile file cannot fill the memory.
public struct ExpansionLimits: Hashable, Sendable {
  /// The most bytes that come out.
  public var bytes: Int

  /// The most bytes that come out for each byte that went in, once ``freeBytes`` are out. Texts of
  /// numbers reach 20 at most; runs of one byte reach 1,030, the limit of the method.
  public var ratio: Int

  /// So much is unpacked at any ratio.
  public var freeBytes: Int

  public init(bytes: Int = 1 << 30, ratio: Int = 200, freeBytes: Int = 16 << 20) {
    self.bytes = bytes
    self.ratio = ratio
    self.freeBytes = freeBytes
  }

  /// Why `output` bytes from `input` bytes are too many; `nil` while they are not.
  func refusal(output: Int, input: Int) -> String? {
    if output > bytes {
      return "Unpacks to more than the limit of \(bytes) bytes; unpack it yourself and split it."
    }
    let (most, overflow) = input.multipliedReportingOverflow(by: ratio)
    if output > freeBytes, !overflow, output > most {
      return
        "Unpacks to more than \(ratio) times its size, beyond the limit of \(freeBytes) bytes for "
        + "that: it looks like a decompression bomb. If it is sound, unpack it yourself first."
    }
    return nil
  }
}
