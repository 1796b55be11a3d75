public import Matter

/// Trajectories of LAMMPS in its text format (`dump atom`, `dump custom`; docs.lammps.org/dump.html).
///
/// Lengths are taken as Å: dumps that state units other than `metal` or `real` are refused. Forces
/// and velocities keep the units of the dump. Atoms are sorted by `id` where there is one, because
/// LAMMPS writes them in any order.
public enum LAMMPSDump {
  /// All frames of a text.
  ///
  /// - Parameters:
  ///   - elements: Those of types 1, 2, …; needed for structures where the dump has neither an
  ///     `element` column nor masses. Without them the species are the numbers of the types.
  /// - Throws: ``ReadingError`` with the line.
  public static func frames(
    _ bytes: [UInt8], file: String, elements: [Element]? = nil
  ) throws(ReadingError) -> [AtomicFrame] {
    var rest: [UInt8]? = bytes
    let reader = LAMMPSDumpReader(file: file, elements: elements) {
      defer { rest = nil }
      return rest
    }
    var frames: [AtomicFrame] = []
    do {
      while let frame = try reader.next() { frames.append(frame) }
    } catch let error as ReadingError {
      throw error
    } catch {
      throw ReadingError(file: file, message: "\(error)")  // the source throws nothing
    }
    guard !frames.isEmpty else {
      throw ReadingError(file: file, message: "The file holds no frame; it is empty.")
    }
    return frames
  }

  /// Whether the bytes begin as a dump does.
  public static func isDump(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: "ITEM:".utf8)
  }
}

/// Reads a dump frame by frame: memory is bounded by one frame and one chunk.
public final class LAMMPSDumpReader {
  private let lines: LineBuffer
  private let elements: [Element]?
  private var frameCount = 0
  private var units: String?

  /// - Parameter chunks: Bytes of the file in order; `nil` at its end.
  public init(
    file: String, elements: [Element]? = nil, chunks: @escaping () throws -> [UInt8]?
  ) {
    lines = LineBuffer(file: file, chunks: chunks)
    self.elements = elements
  }

  /// The next frame; `nil` behind the last.
  public func next() throws -> AtomicFrame? {
    var head = DumpHead(line: lines.line)
    while let item = try words() {
      if item.isEmpty {
        guard try lines.onlyBlanksFollow() else { throw refuse("A blank line inside the dump.") }
        break
      }
      guard item[0] == "ITEM:", item.count > 1 else {
        throw refuse("\"\(item[0].prefix(40))\" where \"ITEM:\" should begin a part of the frame.")
      }
      if item[1] == "ATOMS" { return try atoms(Array(item.dropFirst(2)), head) }
      try read(item, into: &head)
    }
    guard head.isEmpty else {
      throw refuse("The last frame has no atoms; the file is cut off.")
    }
    return nil
  }

  private func read(_ item: [String], into head: inout DumpHead) throws {
    switch item[1] {
    case "UNITS":
      let name = try words()?.first ?? ""
      guard name == "metal" || name == "real" else {
        throw refuse("The units are \"\(name.prefix(40))\"; dump in metal or real units.")
      }
      units = name
    case "TIMESTEP":
      guard let step = try words()?.first.flatMap({ Int($0) }) else {
        throw refuse("The timestep is not a whole number.")
      }
      head.timestep = step
    case "TIME":
      head.time = try numbers(count: 1)[0]
    case "NUMBER" where item.count == 4 && item[3] == "ATOMS":
      guard let count = try words()?.first.flatMap({ Int($0) }), count >= 0 else {
        throw refuse("The number of atoms is not a whole number.")
      }
      head.atomCount = count
    case "BOX" where item.count > 2 && item[2] == "BOUNDS":
      try readBox(item, into: &head)
    default:
      throw refuse("\"\(item.joined(separator: " ").prefix(60))\" is not known here.")
    }
  }

  private func readBox(_ item: [String], into head: inout DumpHead) throws {
    let isGeneral = item.contains("abc")
    let isTilted = item.contains("xy")
    let width = isGeneral ? 4 : isTilted ? 3 : 2
    var rows: [[Double]] = []
    for _ in 0..<3 { rows.append(try numbers(count: width)) }
    let flags = item.dropFirst(3).filter { $0.count == 2 && "pfsm".contains($0.first ?? " ") }
    head.isPeriodic = flags.count == 3 ? flags.map { $0 == "pp" } : [true, true, true]
    head.box =
      isGeneral
      ? DumpBox(general: rows)
      : DumpBox(
        bounds: rows.map { ($0[0], $0[1]) }, tilt: isTilted ? rows.map { $0[2] } : [0, 0, 0])
  }

  private func atoms(_ names: [String], _ head: DumpHead) throws -> AtomicFrame {
    guard let count = head.atomCount, let box = head.box, let timestep = head.timestep else {
      throw refuse("The frame has atoms before its timestep, number of atoms and box.")
    }
    let columns = try DumpColumns(names, line: lines.line - 1, file: lines.file)
    let firstLine = lines.line
    var blocks: [RowBlock] = []
    var found = 0
    while found < count {
      guard let block = try lines.rows(columns.layout, limit: count - found) else {
        throw ExtendedXYZ.cutOff(count, found: found, line: head.line, file: lines.file)
      }
      blocks.append(block)
      found += block.rowCount
    }
    var frame = try columns.frame(
      blocks, box: box, elements: elements, line: firstLine, file: lines.file, units: units)
    frame.line = head.line
    frame.isPeriodic = head.isPeriodic
    frame.info.append(.init("timestep", .integer(timestep)))
    if let time = head.time { frame.info.append(.init("time", .real(time))) }
    if let units { frame.info.append(.init("units", .text(units))) }
    frameCount += 1
    return frame
  }

  private func words() throws -> [String]? {
    try lines.next { line in
      line.split { isBlank($0) }.prefix(10_000).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func numbers(count: Int) throws -> [Double] {
    let values = try (words() ?? []).map { DecimalParser.value($0) }
    let finite = values.compactMap { $0 }.filter { abs($0) <= AtomicFrame.farthest }
    guard finite.count == count, values.count == count else {
      throw refuse("\(count) numbers should stand here, at most 10⁹ in size.")
    }
    return finite
  }

  /// The line before the next one is at fault.
  private func refuse(_ message: String) -> ReadingError {
    ReadingError(file: lines.file, line: max(1, lines.line - 1), message: message)
  }
}

/// What stands before the atoms of a frame.
struct DumpHead {
  let line: Int
  var timestep: Int?
  var time: Double?
  var atomCount: Int?
  var box: DumpBox?
  var isPeriodic = [true, true, true]

  init(line: Int) {
    self.line = line
  }

  var isEmpty: Bool { timestep == nil && atomCount == nil && box == nil }
}

/// The cell of a frame and its corner, Å.
struct DumpBox {
  let cell: AtomicFrame.Cell
  let origin: SIMD3<Double>

  /// - Parameters:
  ///   - bounds: Along x, y, z. For tilted boxes they enclose the box (docs.lammps.org/Howto_triclinic).
  ///   - tilt: xy, xz, yz.
  init(bounds: [(low: Double, high: Double)], tilt: [Double]) {
    let (xy, xz, yz) = (tilt[0], tilt[1], tilt[2])
    let low = SIMD3(
      bounds[0].low - min(0, xy, xz, xy + xz), bounds[1].low - min(0, yz), bounds[2].low)
    let high = SIMD3(
      bounds[0].high - max(0, xy, xz, xy + xz), bounds[1].high - max(0, yz), bounds[2].high)
    let size = high - low
    origin = low
    cell = AtomicFrame.Cell(
      a: SIMD3(size.x, 0, 0), b: SIMD3(xy, size.y, 0), c: SIMD3(xz, yz, size.z))
  }

  /// - Parameter general: A vector and a component of the origin in each row.
  init(general: [[Double]]) {
    let vectors = general.map { SIMD3($0[0], $0[1], $0[2]) }
    cell = AtomicFrame.Cell(a: vectors[0], b: vectors[1], c: vectors[2])
    origin = SIMD3(general[0][3], general[1][3], general[2][3])
  }

  /// Cartesian, of fractions of the cell vectors.
  func position(_ fraction: SIMD3<Double>) -> SIMD3<Double> {
    origin + fraction.x * cell.a + fraction.y * cell.b + fraction.z * cell.c
  }
}
