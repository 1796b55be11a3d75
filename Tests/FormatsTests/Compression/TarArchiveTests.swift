import DenseMath
import Formats
import Foundation
import TestKit
import Testing

@Suite("Tar archives")
struct TarArchiveTests {
  /// One member as ustar writes it.
  private static func member(_ name: String, _ text: String, kind: Character = "0") -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      for (offset, byte) in text.utf8.enumerated() { header[place + offset] = byte }
    }
    put(String(name.prefix(100)), at: 0)
    put("0000644\0", at: 100)
    let size = String(text.utf8.count, radix: 8)
    put(String(repeating: "0", count: 11 - size.count) + size + "\0", at: 124)
    put(String(kind), at: 156)
    put("ustar\0" + "00", at: 257)
    put("        ", at: 148)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
    let padding = (512 - text.utf8.count % 512) % 512
    return header + Array(text.utf8) + [UInt8](repeating: 0, count: padding)
  }

  private static let end = [UInt8](repeating: 0, count: 1024)

  private static let sample =
    member("cifs/", "", kind: "5") + member("cifs/a.cif", "data_a") + member("cifs/b.cif", "")
    + member("././@LongLink", String(repeating: "x", count: 120) + ".cif\0", kind: "L")
    + member("cut", "long") + member("pax", "20 path=other/c.cif\n", kind: "x")
    + member("c.cif", String(repeating: "y", count: 600)) + end

  @Test("Plain files by their names, those of GNU and of pax too")
  func reads() throws {
    let archive = try TarArchive(Self.sample, file: "a.tar")
    #expect(TarArchive.isArchive(Self.sample))
    #expect(
      archive.members.map(\.name) == [
        "cifs/a.cif", "cifs/b.cif", String(repeating: "x", count: 120) + ".cif", "other/c.cif",
      ])
    #expect(archive.bytes(of: archive.members[0]) == Array("data_a".utf8))
    #expect(archive.members.map(\.size) == [6, 0, 4, 600])
  }

  @Test("Damage is said: a wrong checksum, a member that is cut off")
  func damage() throws {
    var wrong = Self.sample
    wrong[512] ^= 1
    #expect(throws: ReadingError.self) { try TarArchive(wrong, file: "a.tar") }
    #expect(throws: ReadingError.self) {
      try TarArchive(Array(Self.sample.dropLast(1024 + 500)), file: "a.tar")
    }
    #expect(!TarArchive.isArchive(Array("id,cif".utf8)))
  }

  @Test("No bytes crash it", arguments: UInt64(0)..<4)
  func survives(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    for _ in 0..<250 {
      let bytes = Mutations.mutate(Self.sample, using: &rng)
      guard let archive = try? TarArchive(bytes, file: "a.tar") else { continue }
      for member in archive.members { #expect(archive.bytes(of: member).count == member.size) }
    }
  }
}
