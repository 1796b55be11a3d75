import Foundation
import Matter
import TestKit
import Testing

@testable import Formats

@Suite("Damaged binary files")
struct BinaryFuzzTests {
  @Test(
    "No damage makes a reader fail in another way than by an error",
    arguments: FuzzedReader.wanted(BinaryFuzz.readers))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test("Time grows no faster than n log n", arguments: FuzzedReader.wanted(BinaryFuzz.readers))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}

/// Every reader of pictures, arrays and packed files with what damages it.
enum BinaryFuzz {
  static let readers = [png, tiff, gzip, zip, npz, npy, anyFile]

  // MARK: Pictures

  static let png = FuzzedReader(
    "PNG",
    seeds: [
      ImageFileTests.gray16, ImageFileTests.color, ImageFileTests.palette, ImageFileTests.bits,
    ].map(ImageFileTests.bytes), words: ["IDAT", "IEND", "PLTE", "tRNS", "\u{0}\u{0}\u{0}\u{1}"],
    repair: Checksums.repairPNG, read: picture)

  static let tiff = FuzzedReader(
    "TIFF", seeds: [ImageFileTests.tiff16, ImageFileTests.tiffColor].map(ImageFileTests.bytes),
    words: ["\u{0}\u{0}\u{0}\u{1}", "\u{1}\u{1}\u{4}\u{0}", "\u{0}\u{1}\u{3}\u{0}"], read: picture)

  @Sendable private static func picture(_ bytes: [UInt8]) throws {
    let (image, pages) = try ImageFile.micrograph(bytes, file: "m")
    try BrokenLaw.unless(
      image.samples.count == image.width * image.height * image.channels && pages > 0,
      "The samples do not fill the picture.")
  }

  // MARK: Packed bytes

  private static let text = Array(String(repeating: "Fe2O3,1.5\n", count: 40).utf8)

  static let gzip = FuzzedReader(
    "gzip",
    seeds: [
      Gzip.compress(text) + Gzip.compress(text), Gzip.compress([]), Gzip.compress(text, level: 1),
    ]
  ) { bytes in
    let limit = 1 << 20
    try BrokenLaw.unless(
      try Gzip.decompress(bytes, file: "f", limit: limit).count <= limit, "The limit was passed.")
  }

  private static let archive: [UInt8] = {
    var writer = ZipWriter()
    writer.add("a.csv", text)
    writer.add("f/é.bin", [1, 2, 3])
    writer.add("empty", [])
    return writer.finished()
  }()

  static let zip = FuzzedReader(
    "ZIP", seeds: [archive], words: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "../", "/"]
  ) { bytes in
    let archive = try ZipArchive(bytes, file: "a.zip")
    for entry in archive.entries {
      try BrokenLaw.unless(
        !entry.name.hasPrefix("/") && !entry.name.split(separator: "/").contains(".."),
        "A name leaves the folder.")
      _ = try archive.bytes(of: entry)
    }
  }

  static let npz = FuzzedReader(
    "NPZ",
    seeds: [
      NPZArchive.encode([
        ("x", NPYContent(.reals([1, 2]), shape: [2])),
        ("y", NPYContent(.integers([3]), shape: [1, 1])),
      ])
    ], words: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "descr", "<f8", "(2,)"]
  ) { bytes in
    let archive = try NPZArchive(bytes, file: "f")
    for name in archive.names { _ = try archive.array(name) }
  }

  static let npy = FuzzedReader(
    "NPY",
    seeds: [
      NPYArray.encode([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]),
      NPYArray.encode([1, .nan, .infinity] as [Double], shape: [3]),
    ] + FuzzSeeds.files("golden/hostile/files", ending: ".npy"),
    words: [
      "'descr':", "<f8", ">i4", "|b1", "|O", "True", "(2, 3)", "(99999999999,)", "-1", "'shape':",
      "()", "<u8", "<f2", "{", "}", "(9999999999, 9999999999)", ",", "(", "<i8", "|S5",
    ]
  ) { bytes in
    let content = try NPYContent(bytes, file: "a.npy")
    try BrokenLaw.unless(
      content.values.count == content.shape.reduce(1, *), "The values do not fill the shape.")
  }

  // MARK: Whatever a name says

  /// Inputs of every kind without a name that tells it.
  static let anyFile = FuzzedReader(
    "unnamed file",
    seeds: StructureFuzz.readers.flatMap { $0.seeds.prefix(3) }
      + PatternFuzz.readers.flatMap { $0.seeds.prefix(2) }
      + [png, tiff, gzip, zip].flatMap { $0.seeds.prefix(2) } + TableFuzz.csv.seeds
      + TableFuzz.jsonTable.seeds,
    words: ["\u{0}", "{", "[", "ITEM:", "#\\#CIF", "\u{FEFF}", "1\n", "\n\n", "PK\u{3}\u{4}"]
  ) { bytes in
    switch try FileContent(bytes, file: "file") {
    case .structures(let entries, _): for entry in entries { try StructureFuzz.check(entry) }
    case .archive(let archive): for entry in archive.entries { _ = try archive.bytes(of: entry) }
    default: break
    }
  }
}

/// Sets checksums right in damaged pictures, so that the damage is read.
enum Checksums {
  /// The CRC of each whole chunk of a PNG file, in three of four cases.
  @Sendable static func repairPNG(_ bytes: inout [UInt8]) {
    guard let last = bytes.last, last & 3 != 0 || bytes.count & 3 != 0 else { return }
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - start - 12 else { return }
      let end = start + 8 + length
      let sum = ZipArchive.checksum(Array(bytes[start + 4..<end]))
      for place in 0..<4 { bytes[end + place] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * place)) }
      start = end + 4
    }
  }
}
