extension IPIMessage {
  /// The message as it goes over the wire.
  package var bytes: [UInt8] {
    var writer = Writer()
    writer.header(header)
    switch self {
    case .status, .needsInitialization, .ready, .haveData, .getForce, .exit: break
    case .initialize(let bead, let parameters):
      writer.integer(bead)
      writer.text(parameters)
    case .positions(let cell, let inverseCell, let positions):
      writer.numbers(cell)
      writer.numbers(inverseCell)
      writer.integer(Int32(positions.count / 3))
      writer.numbers(positions)
    case .forces(let energy, let forces, let virial, let extra):
      writer.numbers([energy])
      writer.integer(Int32(forces.count / 3))
      writer.numbers(forces)
      writer.numbers(virial)
      writer.text(extra)
    }
    return writer.bytes
  }

  /// Reads one message.
  ///
  /// - Parameter source: Gives exactly as many bytes as it is asked for, or throws.
  package init(from source: (Int) throws(IPIError) -> [UInt8]) throws(IPIError) {
    let word = try source(Self.headerLength)
    let name = String(decoding: word, as: UTF8.self)
    let header = name.prefix { $0 != " " }
    guard name.dropFirst(header.count).allSatisfy({ $0 == " " }) else {
      throw .unknownHeader(Self.shown(word))
    }
    switch header {
    case "STATUS": self = .status
    case "NEEDINIT": self = .needsInitialization
    case "READY": self = .ready
    case "HAVEDATA": self = .haveData
    case "GETFORCE": self = .getForce
    case "EXIT": self = .exit
    case "INIT":
      let bead = try Self.integer(source)
      self = .initialize(bead: bead, parameters: try Self.text(source))
    case "POSDATA":
      let (cell, inverse) = (try Self.numbers(9, source), try Self.numbers(9, source))
      let positions = try Self.numbers(3 * Self.atoms(source), source)
      self = .positions(cell: cell, inverseCell: inverse, positions: positions)
    case "FORCEREADY":
      let energy = try Self.numbers(1, source)[0]
      let forces = try Self.numbers(3 * Self.atoms(source), source)
      let virial = try Self.numbers(9, source)
      self = .forces(
        energy: energy, forces: forces, virial: virial, extra: try Self.text(source))
    default: throw .unknownHeader(Self.shown(word))
    }
  }

  /// All messages of a recorded stream.
  package static func messages(_ bytes: [UInt8]) throws(IPIError) -> [IPIMessage] {
    var (messages, place) = ([IPIMessage](), 0)
    while place < bytes.count {
      let message = try IPIMessage { (count) throws(IPIError) in
        guard count <= bytes.count - place else {
          throw .truncated(missing: count - (bytes.count - place))
        }
        defer { place += count }
        return Array(bytes[place..<place + count])
      }
      messages.append(message)
    }
    return messages
  }

  private typealias Source = (Int) throws(IPIError) -> [UInt8]

  private static func integer(_ source: Source) throws(IPIError) -> Int32 {
    try source(4).withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
  }

  private static func atoms(_ source: Source) throws(IPIError) -> Int {
    let count = try integer(source)
    guard count > 0, count <= mostAtoms else { throw .badCount("atoms", Int(count)) }
    return Int(count)
  }

  private static func text(_ source: Source) throws(IPIError) -> [UInt8] {
    let count = try integer(source)
    guard count >= 0, count <= longestText else { throw .badCount("bytes of text", Int(count)) }
    return count == 0 ? [] : try source(Int(count))
  }

  /// - Throws: ``IPIError/notFinite`` where one is not: nothing can be computed from it.
  private static func numbers(_ count: Int, _ source: Source) throws(IPIError) -> [Double] {
    let values = try source(8 * count).withUnsafeBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite }
    return values
  }

  private static func shown(_ word: [UInt8]) -> String {
    String(decoding: word.map { (32..<127).contains($0) ? $0 : 63 }, as: UTF8.self)
  }

  private struct Writer {
    var bytes: [UInt8] = []

    mutating func header(_ name: String) {
      bytes += name.utf8
      bytes += [UInt8](repeating: 32, count: headerLength - name.utf8.count)
    }

    mutating func integer(_ value: Int32) {
      withUnsafeBytes(of: value) { bytes += $0 }
    }

    mutating func numbers(_ values: [Double]) {
      values.withUnsafeBytes { bytes += $0 }
    }

    mutating func text(_ value: [UInt8]) {
      integer(Int32(value.count))
      bytes += value
    }
  }
}
