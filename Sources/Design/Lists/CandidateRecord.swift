import Foundation
import Matter
import Representations

/// A candidate as bytes, exact to the last bit: what is known of it, its variables, then its crystal or its
/// composition. Numbers are little-endian.
enum CandidateRecord {
  /// What a record holds, by its first byte.
  struct Parts: OptionSet {
    let rawValue: UInt8

    static let variables = Parts(rawValue: 1)
    static let crystal = Parts(rawValue: 2)
    /// Each site holds one atom of which nothing but the element is known.
    static let plainSites = Parts(rawValue: 4)
    static let sharedSites = Parts(rawValue: 8)
    static let labels = Parts(rawValue: 16)
    static let moments = Parts(rawValue: 32)
  }

  /// What is known of an occupant beside its element and its share.
  struct Knowledge: OptionSet {
    let rawValue: UInt8

    static let oxidationState = Knowledge(rawValue: 1)
    static let massNumber = Knowledge(rawValue: 2)
  }

  static func bytes(of candidate: Candidate) -> [UInt8] { writer(of: candidate).bytes }

  /// The bytes of a candidate, and a hash that equal candidates have in common: zeros count without their
  /// sign.
  static func bytesAndHash(of candidate: Candidate) -> (bytes: [UInt8], hash: UInt64) {
    let exact = writer(of: candidate)
    var sum = ContentSum()
    sum.add(
      exact.hasSignedZero ? writer(of: candidate, droppingSigns: true).bytes : exact.bytes)
    return (exact.bytes, sum.words.first)
  }

  private static func writer(of candidate: Candidate, droppingSigns: Bool = false) -> RecordWriter {
    var writer = RecordWriter(droppingSigns: droppingSigns)
    var parts = candidate.variables.isEmpty ? [] : Parts.variables
    if let crystal = candidate.crystal { parts.formUnion(Self.parts(of: crystal)) }
    writer.add(byte: parts.rawValue)
    if parts.contains(.variables) {
      writer.add(count: candidate.variables.count)
      for value in candidate.variables { writer.add(value) }
    }
    if let crystal = candidate.crystal {
      add(crystal, parts, to: &writer)
    } else {
      add(candidate.composition, to: &writer)
    }
    return writer
  }

  private static func add(_ composition: Composition, to writer: inout RecordWriter) {
    writer.add(byte: UInt8(composition.elements.count))
    for element in composition.elements { writer.add(byte: UInt8(element.atomicNumber)) }
    for amount in composition.amounts { writer.add(amount) }
  }

  private static func parts(of crystal: Crystal) -> Parts {
    var parts: Parts = .crystal
    let isPlain = crystal.occupants.allSatisfy {
      $0.occupancy == 1 && $0.species.oxidationState == nil && $0.species.massNumber == nil
    }
    if crystal.occupants.count != crystal.siteCount {
      parts.insert(.sharedSites)
    } else if isPlain {
      parts.insert(.plainSites)
    }
    if crystal.labels != nil { parts.insert(.labels) }
    if crystal.magneticMoments != nil { parts.insert(.moments) }
    return parts
  }

  private static func add(_ crystal: Crystal, _ parts: Parts, to writer: inout RecordWriter) {
    writer.add(count: crystal.siteCount)
    for vector in [crystal.lattice.a, crystal.lattice.b, crystal.lattice.c] { writer.add(vector) }
    for position in crystal.positions { writer.add(position) }
    if parts.contains(.sharedSites) {
      for site in crystal.positions.indices {
        writer.add(count: crystal.occupants(of: site).count)
      }
    }
    for occupant in crystal.occupants {
      writer.add(byte: UInt8(occupant.element.atomicNumber))
      if !parts.contains(.plainSites) { addKnowledge(occupant, to: &writer) }
    }
    for label in crystal.labels ?? [] {
      writer.add(count: label.utf8.count)
      for byte in label.utf8 { writer.add(byte: byte) }
    }
    for moment in crystal.magneticMoments ?? [] { writer.add(moment) }
  }

  private static func addKnowledge(_ occupant: Occupant, to writer: inout RecordWriter) {
    let (state, mass) = (occupant.species.oxidationState, occupant.species.massNumber)
    var known: Knowledge = state == nil ? [] : .oxidationState
    if mass != nil { known.insert(.massNumber) }
    writer.add(byte: known.rawValue)
    writer.add(occupant.occupancy)
    if let state { writer.add(state) }
    if let mass { writer.add(count: mass) }
  }
}

/// Takes the parts of a record in.
private struct RecordWriter {
  private(set) var bytes: [UInt8] = []

  /// Whether a zero came with the sign of a negative number.
  private(set) var hasSignedZero = false
  private let dropsSigns: Bool

  init(droppingSigns: Bool) {
    dropsSigns = droppingSigns
    bytes.reserveCapacity(64)
  }

  mutating func add(byte: UInt8) { bytes.append(byte) }

  mutating func add(count: Int) {
    withUnsafeBytes(of: Int32(count).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ value: Double) {
    let isSigned = value == 0 && value.sign == .minus
    hasSignedZero = hasSignedZero || isSigned
    let pattern = isSigned && dropsSigns ? 0 : value.bitPattern
    withUnsafeBytes(of: pattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ vector: SIMD3<Double>) {
    for axis in 0..<3 { add(vector[axis]) }
  }
}
