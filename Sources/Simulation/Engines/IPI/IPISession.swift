import Foundation
public import Matter

/// Drives one client of the i-PI protocol through a series of structures of the same atoms.
///
/// Stress is minus the virial over the volume: i-PI's virial is positive where the crystal wants to
/// expand, our stress is positive under tension.
public final class IPISession {
  private let connection: IPIConnection

  /// eV in one Hartree, and Å in one bohr.
  private static let hartree = 2 / PlaneWaveInput.rydberg
  private static let bohr = PlaneWaveInput.bohr

  public init(_ connection: IPIConnection) { self.connection = connection }

  /// Energy, forces and stress of one structure.
  ///
  /// - Throws: ``IPIError``; the session cannot go on then.
  public func evaluate(_ crystal: Crystal) throws(IPIError) -> Evaluation {
    try makeReady()
    try connection.send(Self.message(crystal))
    var answer = try status()
    // Clients that are still at work may say so until they have the forces.
    let deadline = ContinuousClock.now.advanced(by: .seconds(connection.timeLimit))
    while answer == .ready || answer == .needsInitialization {
      guard ContinuousClock.now < deadline else {
        throw .timedOut(seconds: connection.timeLimit)
      }
      usleep(1_000)
      answer = try status()
    }
    guard answer == .haveData else { throw .unexpected(answer.header, expected: "HAVEDATA") }
    try connection.send(.getForce)
    let result = try connection.receive()
    guard case .forces(let energy, let forces, let virial, _) = result else {
      throw .unexpected(result.header, expected: "FORCEREADY")
    }
    guard forces.count == 3 * crystal.siteCount else {
      throw .badCount("atoms of \(crystal.siteCount)", forces.count / 3)
    }
    return Self.evaluation(energy, forces, virial, volume: crystal.volume)
  }

  /// Tells the client that nothing follows.
  public func end() {
    try? connection.send(.exit)
  }

  private func makeReady() throws(IPIError) {
    var answer = try status()
    if answer == .needsInitialization {
      // One byte, as `pw.x` wants it: it takes the length for flags and reads no more.
      try connection.send(.initialize(bead: 0, parameters: [0]))
      answer = try status()
    }
    guard answer == .ready else { throw .unexpected(answer.header, expected: "READY") }
  }

  private func status() throws(IPIError) -> IPIMessage {
    try connection.send(.status)
    return try connection.receive()
  }

  private static func message(_ crystal: Crystal) -> IPIMessage {
    let lattice = crystal.lattice
    let (a, b, c) = (lattice.a / bohr, lattice.b / bohr, lattice.c / bohr)
    let (u, v, w) = lattice.reciprocal
    let inverse = [u, v, w].flatMap { [$0.x * bohr, $0.y * bohr, $0.z * bohr] }
    return .positions(
      cell: [a.x, b.x, c.x, a.y, b.y, c.y, a.z, b.z, c.z],
      // The inverse of the matrix with rows a, b, c has u, v, w as columns; transposed, as rows.
      inverseCell: inverse,
      positions: crystal.cartesianPositions.flatMap { [$0.x / bohr, $0.y / bohr, $0.z / bohr] })
  }

  private static func evaluation(
    _ energy: Double, _ forces: [Double], _ virial: [Double], volume: Double
  ) -> Evaluation {
    let force = hartree / bohr
    let s = virial.map { -$0 * hartree / volume }
    return Evaluation(
      energy: energy * hartree,
      forces: stride(from: 0, to: forces.count, by: 3).map {
        force * SIMD3(forces[$0], forces[$0 + 1], forces[$0 + 2])
      },
      stress: Stress(
        xx: s[0], yy: s[4], zz: s[8], yz: shear(s[5], s[7]), xz: shear(s[2], s[6]),
        xy: shear(s[1], s[3])))
  }

  /// The mean of both halves; LAMMPS sends one alone and zeros for the other.
  private static func shear(_ upper: Double, _ lower: Double) -> Double {
    if lower == 0 { return upper }
    return upper == 0 ? lower : (upper + lower) / 2
  }
}
