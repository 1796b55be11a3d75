import Formats
import Matter
import TestKit
import Testing

@Suite("Structures from streams")
struct StructureStreamTests {
  /// The bytes of a text in pieces of a size.
  private static func pieces(_ text: String, size: Int) -> () -> [UInt8]? {
    let bytes = Array(text.utf8)
    var place = 0
    return {
      guard place < bytes.count else { return nil }
      defer { place += size }
      return Array(bytes[place..<min(place + size, bytes.count)])
    }
  }

  private static func entries(
    _ text: String, _ format: StructureFormat, file: String, size: Int
  ) throws -> [StructureEntry] {
    let stream = try #require(
      StructureStream(format, file: file, chunks: pieces(text, size: size)))
    var entries: [StructureEntry] = []
    while let entry = try stream.next() { entries.append(entry) }
    return entries
  }

  static let xyz = """
    2
    Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1.5
    Na 0 0 0 0.1 0 0
    Cl 2 2 2 -0.1 0 0
    1

    He 0 0 0

    """

  static let dump = """
    ITEM: TIMESTEP
    20
    ITEM: NUMBER OF ATOMS
    2
    ITEM: BOX BOUNDS pp pp pp
    -1 3
    0 4
    0 4
    ITEM: ATOMS id element x y z
    7 Fe 0.5 1 2
    3 O 1.5 1 2

    """

  @Test("Gives what the whole file gives, however it is cut", arguments: [1, 7, 64, 1 << 20])
  func agreesWithWhole(_ size: Int) throws {
    for (text, format, file) in [
      (Self.xyz, StructureFormat.extendedXYZ, "a.xyz"), (Self.dump, .lammpsDump, "a.dump"),
    ] {
      let whole = try StructureFile.entries(Array(text.utf8), file: file)
      #expect(try Self.entries(text, format, file: file, size: size) == whole)
      #expect(!whole.isEmpty)
    }
  }

  @Test("Other formats are read whole")
  func formats() {
    for format in StructureFormat.allCases {
      let stream = StructureStream(format, file: "a") { nil }
      #expect((stream != nil) == StructureStream.reads(format))
    }
  }

  @Test("An empty file and a cut one are refused")
  func refusesCuts() {
    for text in ["", "3\n\nO 0 0 0\n"] {
      #expect(throws: ReadingError.self) {
        try Self.entries(text, .extendedXYZ, file: "a.xyz", size: 8)
      }
    }
  }

  @Test("Behind a frame with two atoms at one place the next can be read")
  func goesOn() throws {
    let text = "2\n\nO 0 0 0\nO 0 0 0\n1\n\nHe 0 0 0\n"
    let stream = try #require(
      StructureStream(.extendedXYZ, file: "a.xyz", chunks: Self.pieces(text, size: 16)))
    let error = #expect(throws: ReadingError.self) { try stream.next() }
    #expect(error?.line == 1)
    #expect(try stream.next()?.line == 5)
    #expect(try stream.next() == nil)
  }

  @Test("100,000 frames, one at a time", .timeLimit(.minutes(1)))
  func manyFrames() throws {
    var frame = 0
    let stream = try #require(
      StructureStream(.extendedXYZ, file: "a.xyz") {
        guard frame < 100_000 else { return nil }
        frame += 1_000
        return Array(String(repeating: Self.xyz, count: 500).utf8)
      })
    var (count, sites) = (0, 0)
    while let entry = try stream.next() {
      count += 1
      sites += entry.crystal?.siteCount ?? 1
    }
    #expect(count == 100_000 && sites == 150_000)
  }

  @Test("Atoms of a dump without elements: the sentence names the remedy")
  func namesRemedy() {
    let text = Self.dump.replacing("id element", with: "id type").replacing("Fe", with: "1")
      .replacing(" O ", with: " 2 ")
    let error = #expect(throws: ReadingError.self) {
      try Self.entries(text, .lammpsDump, file: "a.dump", size: 64)
    }
    #expect(error?.message.contains("atoms of type") == true)
    #expect(error?.message.contains("dump_modify") == true)
  }
}
