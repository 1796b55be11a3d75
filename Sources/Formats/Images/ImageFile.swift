internal import CImaging
public import Matter

/// PNG and TIFF pictures with 8 or 16 bits a sample.
///
/// Palettes become red, green and blue; gray of fewer than 8 bits is spread to 8; TIFF gray that
/// counts from white is turned over. Only the first picture of a file is read.
public enum ImageFile {
  /// Largest side, pixels.
  public static let sideLimit = 32_768

  /// Most samples: width × height × channels.
  public static let sampleLimit = 64_000_000

  /// Whether bytes begin as PNG or TIFF files do.
  public static func isImage(_ bytes: some Collection<UInt8>) -> Bool {
    isPNG(bytes) || isTIFF(bytes)
  }

  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The name to use in errors.
  /// - Returns: The first picture, and how many the file holds.
  /// - Throws: ``ReadingError`` for damage, and for pictures over ``sideLimit`` or ``sampleLimit``
  ///   before a pixel is decoded.
  public static func micrograph(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> (image: Micrograph, pages: Int) {
    guard isImage(bytes) else {
      throw ReadingError(
        file: file, message: "Not a PNG or TIFF picture, whatever its name says; convert it.")
    }
    let limits = ci_limits(side: UInt32(sideLimit), samples: UInt64(sampleLimit))
    var image = ci_image()
    var message = [CChar](repeating: 0, count: Int(ci_message_size))
    let decode = isPNG(bytes) ? ci_decode_png : ci_decode_tiff
    guard decode(bytes, bytes.count, limits, &image, &message) == 0 else {
      let reason = String(
        decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw ReadingError(file: file, message: "The picture cannot be decoded: \(reason).")
    }
    defer { ci_release(image.pixels) }
    do throws(MicrographError) {
      let picture = try Micrograph(
        width: Int(image.width), height: Int(image.height), channels: Int(image.channels),
        bits: Int(image.bits), samples: samples(of: image), pixelSize: pixelSize(of: image))
      return (picture, Int(image.pages))
    } catch {
      throw ReadingError(file: file, message: error.description)
    }
  }

  private static func samples(of image: ci_image) -> [UInt16] {
    let count = Int(image.width) * Int(image.height) * Int(image.channels)
    guard let pixels = image.pixels else { return [] }
    if image.bits == 8 {
      let bytes = UnsafeBufferPointer(
        start: pixels.assumingMemoryBound(to: UInt8.self), count: count)
      return bytes.map(UInt16.init)
    }
    return Array(
      UnsafeBufferPointer(start: pixels.assumingMemoryBound(to: UInt16.self), count: count))
  }

  /// Of a density that a person could mean: the many files that state 72 dots an inch by habit are
  /// believed too, since nothing tells them from honest ones.
  private static func pixelSize(of image: ci_image) -> SIMD2<Double>? {
    let density = SIMD2(image.density_x, image.density_y)
    guard density.x > 0, density.y > 0, density.x.isFinite, density.y.isFinite else { return nil }
    return SIMD2(1 / density.x, 1 / density.y)
  }

  private static func isPNG(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  }

  private static func isTIFF(_ bytes: some Collection<UInt8>) -> Bool {
    [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
      .contains { bytes.starts(with: $0) }
  }
}
