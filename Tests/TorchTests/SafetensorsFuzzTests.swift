import TestKit
import Testing
import Torch

@Suite("Damaged model files")
struct SafetensorsFuzzTests {
  @Test(
    "No damage makes the reader fail in another way than by an error",
    arguments: FuzzedReader.wanted([reader]))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test("Time grows no faster than n log n", arguments: FuzzedReader.wanted([reader]))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }

  static let reader = FuzzedReader(
    "safetensors",
    seeds: [SafetensorsTests.example.encoded(), Safetensors(tensors: [:]).encoded()]
      + FuzzSeeds.files("golden/safetensors/files", ending: ".safetensors"),
    words: [
      "[[[[", "{\"a\":{", "-1", "99999999999999999999", "\\u0000", "\"dtype\":\"F64\"", "}", "]",
      ",",
      "\"shape\":[", "\"data_offsets\":[0,8]", "\"", "\\ud800", "null", "1e5", " ",
      "\"__metadata__\":{",
    ], repair: repairLength
  ) { bytes in
    let file = try Safetensors(bytes: bytes)
    let size = file.tensors.values.reduce(0) { $0 + $1.bytes.count }
    try BrokenLaw.unless(size <= bytes.count, "The tensors are larger than the file.")
  }

  /// Half of the inputs state the length of their header rightly, so that the damage in it is read.
  @Sendable private static func repairLength(_ bytes: inout [UInt8]) {
    guard bytes.count > 9, bytes.count & 1 == 0 else { return }
    let end = bytes.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? bytes.count
    guard end > 8 else { return }
    for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: (end - 8) >> (8 * place)) }
  }
}
