/// A picture of a material: samples in rows, with the size of a pixel where it is known.
public struct Micrograph: Hashable, Sendable {
  /// Pixels along a row.
  public let width: Int

  /// Rows, from the top.
  public let height: Int

  /// 1 gray, 2 gray and opacity, 3 red green blue, 4 with opacity.
  public let channels: Int

  /// Of one sample: 8 or 16.
  public let bits: Int

  /// `[height, width, channels]`, 0 to 255 or 65535.
  public let samples: [UInt16]

  /// Meters along x and y; `nil` where the source does not say.
  public let pixelSize: SIMD2<Double>?

  /// - Throws: ``MicrographError`` when the samples do not fill the picture.
  public init(
    width: Int, height: Int, channels: Int = 1, bits: Int, samples: [UInt16],
    pixelSize: SIMD2<Double>? = nil
  ) throws(MicrographError) {
    guard width > 0, height > 0, (1...4).contains(channels), bits == 8 || bits == 16 else {
      throw .shape(width: width, height: height, channels: channels, bits: bits)
    }
    let (area, isLarge) = width.multipliedReportingOverflow(by: height)
    let (count, isLarger) = area.multipliedReportingOverflow(by: channels)
    guard !isLarge, !isLarger, count == samples.count else {
      throw .sampleCount(samples.count, width: width, height: height, channels: channels)
    }
    self.width = width
    self.height = height
    self.channels = channels
    self.bits = bits
    self.samples = samples
    self.pixelSize = pixelSize
  }

  /// One sample.
  ///
  /// - Parameters:
  ///   - x: The pixel in its row, from the left.
  ///   - y: The row, from the top.
  public func sample(x: Int, y: Int, channel: Int = 0) -> UInt16 {
    samples[(y * width + x) * channels + channel]
  }
}

/// Why samples are not a picture.
public enum MicrographError: Error, Hashable, Sendable, CustomStringConvertible {
  case shape(width: Int, height: Int, channels: Int, bits: Int)
  case sampleCount(Int, width: Int, height: Int, channels: Int)

  public var description: String {
    switch self {
    case .shape(let width, let height, let channels, let bits):
      "A picture of \(width) × \(height) pixels, \(channels) channels and \(bits) bits cannot be; "
        + "it has pixels, 1 to 4 channels and 8 or 16 bits."
    case .sampleCount(let count, let width, let height, let channels):
      "\(count) samples do not fill \(width) × \(height) pixels of \(channels) channels."
    }
  }
}
