import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Extended XYZ")
struct ExtendedXYZTests {
  static func frames(_ text: String) throws(ReadingError) -> [AtomicFrame] {
    try ExtendedXYZ.frames(Array(text.utf8), file: "a.xyz")
  }

  /// One atom under the given second line.
  private func info(_ pair: String) throws -> FrameValue? {
    let text = "1\nProperties=species:S:1:pos:R:3 \(pair)\nSi 0 0 0\n"
    return try Self.frames(text)[0].info.first?.value
  }

  static let twoFrames = """
    2
    Lattice="4 0 0 1 4 0 0 0 5" Properties=species:S:1:pos:R:3:forces:R:3:tag:I:1:fixed:L:1 energy=-1.5
    Si 0 0 0 0.1 -0.2 0.3 7 T
    O  1.5 2D0 -2.5e-1 1 2 3 -8 F
    1
    water, perhaps
    H 0 0 0

    """

  @Test("Reads frames, columns and values")
  func readsFrames() throws {
    let frames = try Self.frames(Self.twoFrames)
    #expect(frames.map(\.line) == [1, 5])
    let frame = frames[0]
    #expect(frame.symbols == ["Si", "O"])
    #expect(frame.positions == [SIMD3(0, 0, 0), SIMD3(1.5, 2, -0.25)])
    #expect(frame.cell?.rows == [[4, 0, 0], [1, 4, 0], [0, 0, 5]])
    #expect(frame.isPeriodic == [true, true, true])
    #expect(frame.info("energy") == .real(-1.5))
    #expect(frame.column("forces")?.values == .reals([0.1, -0.2, 0.3, 1, 2, 3]))
    #expect(frame.column("tag")?.values == .integers([7, -8]))
    #expect(frame.column("fixed")?.values == .flags([true, false]))
    #expect(frames[1].cell == nil)
    #expect(frames[1].isPeriodic == [false, false, false])
    #expect(frames[1].info("comment") == .text("water, perhaps"))
  }

  @Test(
    "Reads values by the grammar",
    arguments: [
      ("x=3", .integer(3)), ("x = -2.5e-3", .real(-0.0025)), ("x=1.0D-02", .real(0.01)),
      ("x=T", .flag(true)), ("x=FALSE", .flag(false)), ("x=a@b", .text("a@b")),
      ("x=\"1\"", .integer(1)), ("x=\"1 2\"", .integers([1, 2], shape: [2])),
      ("x=\"1 2.5\"", .reals([1, 2.5], shape: [2])),
      ("x=\"T F\"", .flags([true, false], shape: [2])),
      ("x=\"a \\\"b\\\" c\\n\"", .text("a \"b\" c\n")), ("x='a b'", .text("a b")),
      ("x={a b}", .texts(["a", "b"], shape: [2])),
      ("x=[1,2, 3]", .integers([1, 2, 3], shape: [3])),
      ("x=[[1, 2], [3, 4.5]]", .reals([1, 2, 3, 4.5], shape: [2, 2])),
      ("x=[\"a b\", c]", .texts(["a b", "c"], shape: [2])), ("x=[1,2", .text("[1,2")),
      ("x=[[1],[2,3]]", .text("[[1],[2,3]]")), ("x=99999999999999999999", .real(1e20)),
      ("x=nan", .text("nan")), ("x=\"\"", .text("")), ("flag", .flag(true)),
      ("\"a key\"=4", .integer(4)), ("x=\"_JSON {\\\"a\\\": 1}\"", .json("{\"a\": 1}")),
      ("x=\"_JSON [[1, 2]]\"", .integers([1, 2], shape: [1, 2])),
      ("stress=\"1 2 3 4 5 6 7 8 9\"", .reals([1, 4, 7, 2, 5, 8, 3, 6, 9], shape: [3, 3])),
    ] as [(String, FrameValue)])
  func readsValue(_ pair: String, _ expected: FrameValue) throws {
    #expect(try info(pair) == expected)
  }

  @Test(
    "Refuses with line, column and remedy",
    arguments: [
      ("", "a.xyz: The file holds no frame; it is empty."),
      (
        "x\n\n",
        "a.xyz:1: \"x\" where the count of atoms of a frame should stand; an earlier frame "
          + "may have more atoms than it announces."
      ),
      (
        "1000000000\n\nH 0 0 0\n",
        "a.xyz:1: The frame announces 1000000000 atoms, the file ends after 1; it is cut off."
      ),
      (
        "1\n\nH 0 x 0\n", "a.xyz:3:5, column \"pos\": \"x\" is not a number; correct it."
      ),
      (
        "1\n\nH 0 0 inf\n",
        "a.xyz:3:7, column \"pos\": \"inf\" is not finite; remove the frame or compute it again."
      ),
      (
        "2\n\nH 0 0 0\nQq 0 0 0\n",
        "a.xyz:4:1, column \"species\": \"Qq\" is not an element; write the symbol of one."
      ),
      (
        "1\n\nH 0 0\n",
        "a.xyz:3: The line has 3 values, the frame has 4 columns; complete it or "
          + "correct the count of atoms."
      ),
      (
        "1\nProperties=species:S:1:pos:R:3\nH 0 0 0 5\n",
        "a.xyz:3:9: The line has 5 values, the "
          + "frame has 4 columns; remove the rest or name it in Properties."
      ),
      (
        "1\nLattice=\"1 2\" a=1\nH 0 0 0\n",
        "a.xyz:2, column \"Lattice\": The cell needs nine numbers: a, then b, then c."
      ),
      (
        "1\nProperties=species:S:1:pos:R:3 x=\"a\nH 0 0 0\n", "a.xyz:2:34: A quote is never closed."
      ),
      (
        "1\n\nH 0 0 \u{0}0\n",
        "a.xyz:3:7: A control character (0); the file is damaged or not text."
      ),
      (
        "1\n\n119 0 0 0\n",
        "a.xyz:3:1, column \"species\": \"119\" is not an element; write the symbol of one."
      ),
      (
        "1\n\nH 0 0 1e300\n",
        "a.xyz:3, column \"pos\": A coordinate of 1e+300 Å is beyond 10⁹ Å; correct it."
      ),
    ])
  func refuses(_ text: String, _ expected: String) {
    let error = #expect(throws: ReadingError.self) { try Self.frames(text) }
    #expect(error.map { "\($0)" } == expected)
    let streamed = #expect(throws: ReadingError.self) { try Self.streamed(Array(text.utf8), 5) }
    #expect(streamed.map { "\($0)" } == expected)
  }

  /// Frames through the streaming reader, from chunks of a size.
  static func streamed(_ bytes: [UInt8], _ size: Int) throws -> [AtomicFrame] {
    var position = 0
    let reader = ExtendedXYZReader(file: "a.xyz") {
      guard position < bytes.count else { return nil }
      defer { position += size }
      return Array(bytes[position..<min(bytes.count, position + size)])
    }
    var frames: [AtomicFrame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  @Test("Streams to the same frames, whatever the chunks", arguments: [1, 7, 64, 100_000])
  func streams(size: Int) throws {
    let bytes = Array("\u{FEFF}\(Self.twoFrames)  \n\n".utf8)
    #expect(try Self.streamed(bytes, size) == Self.frames(Self.twoFrames))
  }

  @Test("A large frame is the same on any number of threads and streamed")
  func readsLargeFrame() throws {
    var rng = SplitMix64(seed: 1)
    let symbols = (0..<60_000).map { ["Si", "O", "H"][$0 < 30_000 ? $0 % 2 : rng.index(below: 3)] }
    let positions = symbols.map { _ in SIMD3(rng.uniform(), rng.uniform(), 100 * rng.uniform()) }
    let frame = AtomicFrame(line: 1, symbols: symbols, positions: positions)
    let bytes = Array(ExtendedXYZ.text([frame]).utf8)
    #expect(try ExtendedXYZ.frames(bytes, file: "a.xyz", threads: 1) == [frame])
    #expect(try ExtendedXYZ.frames(bytes, file: "a.xyz", threads: 3) == [frame])
    #expect(try Self.streamed(bytes, 100_000) == [frame])
  }

  @Test("Writing and reading are inverse", arguments: UInt64(0)..<64)
  func roundTrips(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let frames = (0..<2).map { _ in AtomicFrame.arbitrary(using: &rng) }
    var read = try Self.frames(ExtendedXYZ.text(frames))
    for index in read.indices { read[index].line = 0 }
    #expect(read == frames)
  }

  @Test("Makes crystals and molecules")
  func makesEntries() throws {
    let entries = try ExtendedXYZ.entries(Array(Self.twoFrames.utf8), file: "a.xyz")
    let crystal = try #require(entries[0].crystal)
    #expect(crystal.elements?.map(\.symbol) == ["Si", "O"])
    let back = crystal.cartesianPositions[1]
    #expect(length(back - SIMD3(1.5, 2, -0.25)) < 1e-12)
    #expect(entries[0].properties.map(\.name) == ["energy", "forces", "tag", "fixed"])
    #expect(entries[1].crystal == nil)
    let slab = "1\nLattice=\"4 0 0 0 4 0 0 0 9\" pbc=\"T T F\"\nD 0 0 0\n"
    let entry = try ExtendedXYZ.entries(Array(slab.utf8), file: "a.xyz")[0]
    #expect(entry.notices.map(\.message).joined().contains("does not repeat along c"))
    #expect(entry.crystal?.occupants[0].species.massNumber == 2)
    let flat = "1\nLattice=\"4 0 0 4 0 0 0 0 9\"\nH 0 0 0\n"
    #expect(throws: ReadingError.self) {
      try ExtendedXYZ.entries(Array(flat.utf8), file: "a.xyz")
    }
  }

  @Test("No damaged text crashes the readers; both judge alike", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let words = [
      "\"", "[[", "{", "=", "_JSON [", "\n1\n", ":R:999999", "9e999", "\u{0}", " -1", "Å",
    ]
    .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<700 {
      let damaged = Mutations.mutate(Array(Self.twoFrames.utf8), dictionary: words, using: &rng)
      let frames = try? ExtendedXYZ.frames(damaged, file: "a.xyz")
      if frames == nil { refused += 1 }
      #expect(
        (try? Self.streamed(damaged, 50)) == frames, "\(String(decoding: damaged, as: UTF8.self))")
      for frame in frames ?? [] { _ = try? frame.entry(file: "a.xyz") }
    }
    #expect(refused > 200)
  }
}

extension AtomicFrame {
  /// A few atoms with random columns and values of every kind.
  static func arbitrary(using rng: inout SplitMix64) -> AtomicFrame {
    let count = rng.index(below: 5)
    let texts = ["a b", "5", "T", "1 2", "", "_JSON 3", "x\"\\\n", "é=[", "'q'", "{1}", "plain"]
    func real() -> Double { (rng.uniform() - 0.5) * [1, 1e-20, 1e8][rng.index(below: 3)] }
    func text() -> String { texts[rng.index(below: texts.count)] }
    let symbols = (0..<count).map { _ in ["Fe", "O", "D", "X"][rng.index(below: 4)] }
    let positions = symbols.map { _ in SIMD3(real(), real(), real()) }
    func vector() -> SIMD3<Double> { SIMD3(real(), real(), 1 + rng.uniform()) }
    let cell = rng.index(below: 2) == 0 ? nil : Cell(a: vector(), b: vector(), c: vector())
    return AtomicFrame(
      symbols: symbols, positions: positions, cell: cell,
      isPeriodic: (0..<3).map { _ in rng.index(below: 2) == 0 },
      info: [
        Info("energy", .real(real())), Info("n 1", .integer(rng.index(below: 9) - 4)),
        Info("text", .text(text())), Info("flag", .flag(true)),
        Info("v", .reals([real(), real()], shape: [2])), Info("i", .integers([3], shape: [1])),
        Info("m", .integers([1, 2, 3, 4, 5, 6], shape: [2, 3])),
        Info("f", .flags([true, false], shape: [2])),
        Info("t", .texts([text(), text()], shape: [2])), Info("j", .json("{\"a\": [null]}")),
        Info("stress", .reals((0..<9).map { _ in real() }, shape: [3, 3])),
      ],
      columns: [
        Column("forces", width: 3, .reals((0..<3 * count).map { _ in real() })),
        Column("tag", .integers((0..<count).map { $0 - 2 })),
        Column("c_1[2]", .flags((0..<count).map { $0 % 2 == 0 })),
        Column("name", .texts((0..<count).map { "r\($0)" })),
      ])
  }
}
