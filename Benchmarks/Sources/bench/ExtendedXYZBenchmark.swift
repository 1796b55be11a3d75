import Formats
import Foundation

/// Extended XYZ with forces beside ASE and the C reader extxyz: 1,000 frames of 100 atoms, and one
/// frame of 10⁶ atoms; and the streaming reader on the large one.
func benchmarkExtendedXYZ() throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("extxyz-\(ProcessInfo.processInfo.processIdentifier)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, frames, atoms) in [
    ("1,000 frames of 100", 1000, 100), ("1 frame of 10^6", 1, 1_000_000),
  ] {
    let file = folder.appendingPathComponent("\(atoms).xyz")
    let text = ExtendedXYZ.text((0..<frames).map { sampleFrame(atoms: atoms, seed: $0) })
    let bytes = Array(text.utf8)
    try Data(bytes).write(to: file)
    let peers = frames > 1 ? 3 : 1
    var ours = Double.infinity
    var ase: (seconds: Double, version: String)?
    var extxyz: (seconds: Double, version: String)?
    for _ in 0..<peers {
      ours = min(
        ours,
        try shortestTime(repeats: 3) {
          _ = try ExtendedXYZ.frames(bytes, file: file.lastPathComponent)
        })
      ase = faster(ase, peerTime("ase", "ase.io.read(sys.argv[1], index=':')", file))
      extxyz = faster(extxyz, peerTime("extxyz", "list(extxyz.iread_dicts(sys.argv[1]))", file))
    }
    let count = Double(frames * atoms)
    for (peer, time) in [("ASE", ase), ("extxyz", extxyz)] {
      Figure.rate(
        "extxyz: read \(name) atoms with forces, \(peer)", unit: "atoms/s", ours: count / ours,
        peer: time.map { count / $0.seconds }, peerVersion: time?.version
      ).report()
    }
    if frames == 1 { try reportStream(file, atoms: count) }
  }
}

private func reportStream(_ file: URL, atoms: Double) throws {
  let seconds = try shortestTime(repeats: 2) {
    let handle = try FileHandle(forReadingFrom: file)
    let reader = ExtendedXYZReader(file: file.lastPathComponent) {
      try handle.read(upToCount: 1 << 20).flatMap { $0.isEmpty ? nil : [UInt8]($0) }
    }
    while try reader.next() != nil {}
  }
  Figure.rate("extxyz: stream 10^6 atoms from the file", unit: "atoms/s", ours: atoms / seconds)
    .report()
}

/// Numbers with eight decimals, as ASE writes them.
private func sampleFrame(atoms: Int, seed: Int) -> AtomicFrame {
  func number(_ place: Int) -> Double {
    let hash = UInt64(truncatingIfNeeded: place &+ seed &* 7919) &* 0x9E37_79B9_7F4A_7C15
    return (Double(hash >> 30) - 85e8) / 1e8
  }
  let names = ["Si", "O", "Al", "H"]
  return AtomicFrame(
    symbols: (0..<atoms).map { names[($0 &* 7 &+ seed) % 4] },
    positions: (0..<atoms).map { SIMD3(number(6 * $0), number(6 * $0 + 1), number(6 * $0 + 2)) },
    cell: .init(a: SIMD3(100, 0, 0), b: SIMD3(0, 100, 0), c: SIMD3(0, 0, 100)),
    info: [.init("energy", .real(-1.5 * Double(atoms))), .init("config_type", .text("bulk"))],
    columns: [
      .init("forces", width: 3, .reals((0..<3 * atoms).map { number(6 * $0 + 3) }))
    ])
}

private func faster(
  _ a: (seconds: Double, version: String)?, _ b: (seconds: Double, version: String)?
) -> (seconds: Double, version: String)? {
  guard let a, let b else { return a ?? b }
  return a.seconds < b.seconds ? a : b
}

/// How long a Python expression on the file takes, imports left out.
private func peerTime(
  _ package: String, _ expression: String, _ file: URL
) -> (seconds: Double, version: String)? {
  let script = """
    import sys, time, importlib.metadata as m, \(package)
    \(package == "ase" ? "import ase.io" : "")
    start = time.perf_counter()
    x = \(expression)
    print(time.perf_counter() - start, m.version("\(package)"))
    """
  guard
    let words = run(peerPython, ["-c", script, file.path])?.split(whereSeparator: \.isWhitespace),
    words.count == 2, let seconds = Double(words[0])
  else {
    skip("\(package) is not installed beside the repository; its column stays empty.")
    return nil
  }
  return (seconds, "\(package) \(words[1])")
}
