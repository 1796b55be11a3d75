import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Image files")
struct ImageFileTests {
  static let gray16 = """
    iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAAAAADoj+WFAAAACXBIWXMAACcQAAAnEAGUaVEZAAAAFklEQVR4nGNgYGBgZGRg\
    YNT5/1/IBAAIVAJ0IsDlwQAAAABJRU5ErkJggg==
    """
  static let color = """
    iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGNkYGRiZmZmYWNjY2ZmBgABFwAtLrt4pAAAAABJ\
    RU5ErkJggg==
    """
  static let palette = """
    iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAgMAAAAP2OW3AAAADFBMVEUJCgsGBwgDBAUAAQJL4OSxAAAADElEQVR4nGN4wOAA\
    AALkASHiytzgAAAAAElFTkSuQmCC
    """
  static let bits = """
    iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAQAAAABazTCJAAAADElEQVR4nGNwYHIAAAEIAIMYhovOAAAAAElFTkSuQmCC
    """
  static let tiff16 = """
    SUkqAAgAAAAJAAABBAABAAAAAwAAAAEBBAABAAAAAgAAAAIBAwABAAAAEAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEB\
    BAABAAAAegAAABYBBAABAAAAAgAAABcBBAABAAAADAAAABwBAwABAAAAAQAAAAAAAAAAAAEAAAEsAf//NBI=
    """
  static let tiffColor = """
    SUkqABgAAACAAAAgIBgQCgYDggEgoFwECgAAAQMAAQAAAAIAAAABAQMAAQAAAAIAAAACAQMAAwAAAJYAAAADAQMAAQAAAAUA\
    AAAGAQMAAQAAAAIAAAARAQQAAQAAAAgAAAAVAQMAAQAAAAMAAAAWAQMAAQAAAAIAAAAXAQQAAQAAABAAAAAcAQMAAQAAAAEA\
    AAAAAAAACAAIAAgA
    """

  static func bytes(_ text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }

  @Test(
    "Reads samples as they were written",
    arguments: [
      (gray16, 3, 1, 16, [0, 1, 256, 300, 65535, 4660]),
      (color, 2, 3, 8, Array(0..<12)),
      (palette, 2, 3, 8, Array(0..<12)),
      (bits, 2, 1, 8, [0, 255, 255, 0]),
      (tiff16, 3, 1, 16, [0, 1, 256, 300, 65535, 4660]),
      (tiffColor, 2, 3, 8, Array(0..<12)),
    ] as [(String, Int, Int, Int, [UInt16])])
  func readsSamples(
    text: String, width: Int, channels: Int, bits: Int, samples: [UInt16]
  ) throws {
    let (image, pages) = try ImageFile.micrograph(Self.bytes(text), file: "m.png")
    #expect(image.width == width && image.height == 2)
    #expect(image.channels == channels && image.bits == bits && pages == 1)
    #expect(image.samples == samples)
  }

  @Test("The size of a pixel comes from the density")
  func readsPixelSize() throws {
    let image = try ImageFile.micrograph(Self.bytes(Self.gray16), file: "m.png").image
    let size = try #require(image.pixelSize)
    #expect(abs(size.x - 1e-4) < 1e-9 && size.x == size.y)
    #expect(try ImageFile.micrograph(Self.bytes(Self.color), file: "m.png").image.pixelSize == nil)
  }

  @Test("A picture that is too large is refused before it is decoded")
  func refusesHugeSides() throws {
    var bytes = Self.bytes(Self.color)
    // Width and height of 30,000, with the checksum that goes with them.
    bytes.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
    bytes.replaceSubrange(29..<33, with: Self.checksum(bytes[12..<29]))
    let error = #expect(throws: ReadingError.self) {
      try ImageFile.micrograph(bytes, file: "m.png")
    }
    #expect(error?.message.contains("too many pixels") == true)
  }

  @Test("A file of another kind is refused, whatever its name")
  func refusesOtherKinds() {
    for bytes in [[], [0xFF, 0xD8, 0xFF, 0xE0], Array("II*".utf8)] as [[UInt8]] {
      #expect(throws: ReadingError.self) { try ImageFile.micrograph(bytes, file: "m.png") }
    }
  }

  @Test("No damage crashes the decoder", arguments: [color, palette, tiff16, tiffColor])
  func survivesDamage(text: String) {
    var rng = SplitMix64(seed: 5)
    let whole = Self.bytes(text)
    var refused = 0
    for _ in 0..<2500 {
      let damaged = Mutations.mutate(whole, using: &rng)
      guard let image = try? ImageFile.micrograph(damaged, file: "m.png").image else {
        refused += 1
        continue
      }
      #expect(image.samples.count == image.width * image.height * image.channels)
    }
    #expect(refused > 250)
  }

  @Test(
    "Reads every micrograph of the reference data",
    .enabled(
      if: SharedFolder.has("data/microscopy"),
      "the shared reference data are not beside the project"))
  func readsReferenceData() throws {
    let folder = try #require(SharedFolder.url("data/microscopy"))
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var count = 0
    while let url = files?.nextObject() as? URL {
      guard ["png", "tif", "tiff"].contains(url.pathExtension.lowercased()) else { continue }
      let bytes = Array(try Data(contentsOf: url))
      let image = try ImageFile.micrograph(bytes, file: url.lastPathComponent).image
      #expect(image.samples.count == image.width * image.height * image.channels)
      count += 1
    }
    #expect(count >= 150)
  }

  /// CRC-32 of PNG (ISO 3309), bit by bit.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var register: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    let value = ~register
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
