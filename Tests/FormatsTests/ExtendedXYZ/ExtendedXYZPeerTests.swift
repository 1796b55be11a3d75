import Formats
import Foundation
import Matter
import Testing

/// What ASE reads from the texts written here.
@Suite("Extended XYZ and LAMMPS data read by ASE", .enabled(if: Peer.isInstalled("ase")))
struct ExtendedXYZPeerTests {
  @Test("ASE reads the frames that are written")
  func readsFrames() throws {
    let frame = AtomicFrame(
      symbols: ["Si", "O"], positions: [SIMD3(0.1, -2.5e-7, 3), SIMD3(1.0 / 3, 2, 1)],
      cell: .init(a: SIMD3(4, 0, 0.5), b: SIMD3(0, 5, 0), c: SIMD3(1, 0, 6)),
      isPeriodic: [true, true, false],
      info: [
        .init("energy", .real(-1.25)), .init("count", .integer(3)),
        .init("note", .text("a \"b\" c")),
        .init("code", .text("5")), .init("m", .integers([1, 2, 3, 4], shape: [2, 2])),
        .init("v", .reals([0.5, 1e-30], shape: [2])),
        .init("names", .texts(["x y", "z"], shape: [2])),
        .init("stress", .reals([1, 2, 3, 2, 5, 6, 3, 6, 9], shape: [3, 3])),
      ],
      columns: [
        .init("forces", width: 3, .reals([1, 2, 3, -4, -5, 1e-9])),
        .init("tags", .integers([7, -8])),
        .init("site", .texts(["A1", "B"])),
      ])
    let script = """
      import sys, json, ase.io
      a = ase.io.read(sys.argv[1], index=":", format="extxyz")[1]
      info = {k: v.tolist() if hasattr(v, "tolist") else v for k, v in a.info.items()}
      print(json.dumps([a.get_chemical_symbols(), a.positions.tolist(), a.cell.tolist(),
        a.pbc.tolist(), info, a.get_forces().tolist(), a.get_potential_energy(),
        a.get_stress().tolist(), a.get_tags().tolist(), list(a.arrays["site"])]))
      """
    let parts = try Peer.answer(script, file: ExtendedXYZ.text([frame, frame])) as? [Any]
    let answer = try #require(parts)
    #expect(answer[0] as? [String] == ["Si", "O"])
    #expect(answer[1] as? [[Double]] == frame.positions.map { [$0.x, $0.y, $0.z] })
    #expect(answer[2] as? [[Double]] == frame.cell?.rows)
    #expect(answer[3] as? [Bool] == frame.isPeriodic)
    let info = try #require(answer[4] as? [String: Any])
    #expect(info["count"] as? Int == 3)
    #expect(info["note"] as? String == "a \"b\" c")
    #expect(info["code"] as? String == "5")
    #expect(info["m"] as? [[Int]] == [[1, 2], [3, 4]])
    #expect(info["v"] as? [Double] == [0.5, 1e-30])
    #expect(info["names"] as? [String] == ["x y", "z"])
    #expect(answer[5] as? [[Double]] == [[1, 2, 3], [-4, -5, 1e-9]])
    #expect(answer[6] as? Double == -1.25)
    #expect(answer[7] as? [Double] == [1, 5, 9, 6, 3, 2])
    #expect(answer[8] as? [Int] == [7, -8])
    #expect(answer[9] as? [String] == ["A1", "B"])
  }

  @Test("ASE reads the data files that are written")
  func readsData() throws {
    let lattice = try Lattice(a: SIMD3(0, 4, 1), b: SIMD3(5, 0, 0.5), c: SIMD3(0.3, 1, 6))
    let elements = ["Ni", "O", "Ni"].compactMap { Element(symbol: $0) }
    let crystal = try Crystal(
      lattice: lattice, elements: elements,
      positions: [SIMD3(0, 0, 0), SIMD3(0.5, 0.25, 0.1), SIMD3(0.3, 0.7, 0.6)])
    let script = """
      import sys, json, ase.io
      a = ase.io.read(sys.argv[1], format="lammps-data")
      print(json.dumps([a.get_chemical_symbols(), a.get_volume(), a.get_all_distances().tolist(),
        a.get_initial_charges().tolist()]))
      """
    let text = try LAMMPSDataFile.text(crystal, charges: [1, -2, 1])
    let answer = try #require(try Peer.answer(script, file: text) as? [Any])
    #expect(answer[0] as? [String] == ["Ni", "O", "Ni"])
    #expect(abs((answer[1] as? Double ?? 0) - lattice.volume) < 1e-9)
    let distances = try #require(answer[2] as? [[Double]])
    for (one, first) in crystal.cartesianPositions.enumerated() {
      for (other, second) in crystal.cartesianPositions.enumerated() {
        #expect(abs(distances[one][other] - length(first - second)) < 1e-9)
      }
    }
    #expect(answer[3] as? [Double] == [1, -2, 1])
  }
}

/// Programs of the set-up that judge what is written here.
private enum Peer {
  private static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent(".deps/py/bin/python")

  static func isInstalled(_ package: String) -> Bool {
    (try? run(["-c", "import \(package)"])) != nil
  }

  /// The JSON that a script prints about a file.
  static func answer(_ script: String, file text: String) throws -> Any {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("peer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try JSONSerialization.jsonObject(with: run(["-c", script, file.path]))
  }

  private static func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = python
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return data
  }
}
