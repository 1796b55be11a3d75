import DenseMath
import Formats
import Testing

@Suite("Summaries of NPY files")
struct NPYSummaryTests {
  private static func summary(_ bytes: [UInt8], piece: Int) throws -> NPYSummary {
    var place = 0
    return try NPYSummary(file: "a.npy") {
      guard place < bytes.count else { return nil }
      defer { place += piece }
      return Array(bytes[place..<min(place + piece, bytes.count)])
    }
  }

  /// An NPY file of version 1 whose header is not padded.
  private static func file(_ type: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
    let header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n".utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + data
  }

  @Test("Reads reals in pieces of any size", arguments: [1, 13, 100, 1 << 20])
  func readsReals(_ piece: Int) throws {
    var random = SplitMix64(seed: 7)
    var values = (0..<60).map { _ in Double.random(in: -5..<5, using: &random) }
    let (low, high) = (try #require(values.min()), try #require(values.max()))
    values += [.nan, .infinity, -.infinity, .nan]
    let summary = try Self.summary(NPYArray.encode(values, shape: [8, 8]), piece: piece)
    #expect(summary.type == "<f8" && summary.shape == [8, 8] && summary.count == 64)
    #expect(summary.minimum == low && summary.maximum == high)
    #expect(summary.notANumber == 2 && summary.infinite == 2)
  }

  @Test(
    "Reads every type and both byte orders",
    arguments: [
      ("<f2", [0x00, 0x3C, 0x00, 0xC0], -2.0, 1.0), (">f4", [0xBF, 0x80, 0, 0], -1, -1),
      ("|i1", [0xFF, 5], -1, 5), (">i2", [0xFF, 0xFE, 0, 1], -2, 1),
      ("<i4", [0, 0, 0, 0x80], -2_147_483_648, -2_147_483_648), ("|u1", [255, 0], 0, 255),
      (">u2", [1, 0], 256, 256), ("<i8", [1, 0, 0, 0, 0, 0, 0, 0], 1, 1),
      ("|b1", [0, 1, 1], 0, 1),
    ] as [(String, [UInt8], Double, Double)])
  func readsTypes(_ type: String, _ data: [UInt8], _ low: Double, _ high: Double) throws {
    let size = Int(type.dropFirst(2)) ?? 1
    let summary = try Self.summary(Self.file(type, "(\(data.count / size),)", data), piece: 5)
    #expect(summary.minimum == low && summary.maximum == high)
    #expect(summary.count == data.count / size)
  }

  @Test("An empty array has no range; a single value is one item")
  func readsEdges() throws {
    let empty = try Self.summary(NPYArray.encode([Double](), shape: [0, 3]), piece: 64)
    #expect(empty.count == 0 && empty.minimum == nil && empty.shape == [0, 3])
    let single = try Self.summary(NPYArray.encode([2.5], shape: []), piece: 64)
    #expect(single.count == 1 && single.maximum == 2.5 && single.shape == [])
  }

  @Test("Cuts, surplus, objects and absurd shapes are refused")
  func refuses() {
    let whole = NPYArray.encode([1.0, 2, 3], shape: [3])
    for damaged in [
      [], Array(whole.prefix(9)), Array(whole.prefix(40)), Array(whole.dropLast()),
      Array(whole.dropLast(8)), whole + [0], whole + [UInt8](repeating: 0, count: 8),
      Self.file("|O", "(1,)", [0]), Self.file("<f8", "(9223372036854775807, 8)", [0]),
    ] {
      #expect(throws: ReadingError.self) { try Self.summary(damaged, piece: 16) }
    }
  }
}
