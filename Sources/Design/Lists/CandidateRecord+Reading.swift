import Matter

extension CandidateRecord {
  /// The candidate whose record begins at a place.
  static func candidate(in bytes: UnsafeRawBufferPointer, at start: Int) -> Candidate {
    var reader = RecordReader(bytes: bytes, place: start)
    let parts = Parts(rawValue: reader.byte())
    let count = parts.contains(.variables) ? reader.count() : 0
    let variables = (0..<count).map { _ in reader.number() }
    guard parts.contains(.crystal) else {
      return Candidate(composition(&reader), variables: variables)
    }
    return Candidate(crystal(parts, &reader), variables: variables)
  }

  private static func composition(_ reader: inout RecordReader) -> Composition {
    let count = Int(reader.byte())
    let elements = (0..<count).map { _ in reader.element() }
    return Composition(ordered: elements, amounts: (0..<count).map { _ in reader.number() })
  }

  private static func crystal(_ parts: Parts, _ reader: inout RecordReader) -> Crystal {
    let sites = reader.count()
    let vectors = (0..<3).map { _ in reader.vector() }
    let positions = (0..<sites).map { _ in reader.vector() }
    let counts =
      parts.contains(.sharedSites) ? (0..<sites).map { _ in reader.count() } : nil
    let occupants = (0..<(counts?.reduce(0, +) ?? sites)).map { _ in
      let element = reader.element()
      return parts.contains(.plainSites)
        ? Occupant(Species(element)) : occupant(element, &reader)
    }
    let labels = parts.contains(.labels) ? (0..<sites).map { _ in reader.text() } : nil
    let moments = parts.contains(.moments) ? (0..<sites).map { _ in reader.vector() } : nil
    do {
      return try Crystal(
        lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]), occupants: occupants,
        counts: counts, positions: positions, labels: labels, magneticMoments: moments)
    } catch {
      // A record is made of a crystal.
      preconditionFailure("a list of crystals was changed while it was in use: \(error)")
    }
  }

  private static func occupant(_ element: Element, _ reader: inout RecordReader) -> Occupant {
    let known = Knowledge(rawValue: reader.byte())
    let occupancy = reader.number()
    let state = known.contains(.oxidationState) ? reader.number() : nil
    let mass = known.contains(.massNumber) ? reader.count() : nil
    return Occupant(
      Species(element, oxidationState: state, massNumber: mass), occupancy: occupancy)
  }
}

/// Hands the parts of a record out.
private struct RecordReader {
  let bytes: UnsafeRawBufferPointer
  var place: Int

  mutating func byte() -> UInt8 {
    defer { place += 1 }
    return bytes[place]
  }

  mutating func element() -> Element { Element.all[Int(byte()) - 1] }

  mutating func count() -> Int {
    defer { place += 4 }
    return Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)))
  }

  mutating func number() -> Double {
    defer { place += 8 }
    let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    return Double(bitPattern: UInt64(littleEndian: word))
  }

  mutating func vector() -> SIMD3<Double> { SIMD3(number(), number(), number()) }

  mutating func text() -> String {
    let length = count()
    defer { place += length }
    return String(decoding: bytes[place..<place + length], as: UTF8.self)
  }
}
