extension CrystalGraph {
  /// As it lies in a ``GraphSegment``: seven counts, then the arrays one after the other, each number
  /// of four bytes, little-endian.
  var bytes: [UInt8] {
    let sizes = [
      nodeOfSite.count, multiplicities.count, atomicNumbers.count, senders.count, areas.count,
      pairOffsets.count, pairSenders.count,
    ].map(Int32.init)
    return [
      sizes.fourByteWords, nodeOfSite.fourByteWords, multiplicities.fourByteWords,
      occupantOffsets.fourByteWords, atomicNumbers.fourByteWords, shares.fourByteWords,
      edgeOffsets.fourByteWords, senders.fourByteWords, counts.fourByteWords,
      vectors.fourByteWords, shells.fourByteWords, areas.fourByteWords,
      pairOffsets.fourByteWords, pairSenders.fourByteWords, pairCosines.fourByteWords,
      pairCounts.fourByteWords,
    ].flatMap { $0 }
  }

  /// `nil` where the bytes are not those of a graph.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var reader = WordReader(bytes)
    guard let sizes: [Int32] = reader.take(7), sizes.allSatisfy({ $0 >= 0 }) else { return nil }
    let (sites, nodes, occupants) = (Int(sizes[0]), Int(sizes[1]), Int(sizes[2]))
    let (edges, areaCount) = (Int(sizes[3]), Int(sizes[4]))
    let (starts, pairs) = (Int(sizes[5]), Int(sizes[6]))
    self.init()
    guard let nodeOfSite: [Int32] = reader.take(sites),
      let multiplicities: [Float] = reader.take(nodes),
      let occupantOffsets: [Int32] = reader.take(nodes + 1),
      let atomicNumbers: [Int32] = reader.take(occupants),
      let shares: [Float] = reader.take(occupants),
      let edgeOffsets: [Int32] = reader.take(nodes + 1),
      let senders: [Int32] = reader.take(edges),
      let counts: [Float] = reader.take(edges),
      let vectors: [Float] = reader.take(3 * edges),
      let shells: [Int32] = reader.take(edges),
      let areas: [Float] = reader.take(areaCount),
      let pairOffsets: [Int32] = reader.take(starts),
      let pairSenders: [Int32] = reader.take(pairs),
      let pairCosines: [Float] = reader.take(pairs),
      let pairCounts: [Float] = reader.take(pairs), reader.isAtEnd
    else { return nil }
    (self.nodeOfSite, self.multiplicities) = (nodeOfSite, multiplicities)
    (self.occupantOffsets, self.atomicNumbers) = (occupantOffsets, atomicNumbers)
    (self.shares, self.edgeOffsets, self.senders) = (shares, edgeOffsets, senders)
    self.counts = counts
    (self.pairOffsets, self.pairSenders) = (pairOffsets, pairSenders)
    (self.pairCosines, self.pairCounts) = (pairCosines, pairCounts)
    (self.vectors, self.shells, self.areas) = (vectors, shells, areas)
  }
}

extension Array where Element: BitwiseCopyable {
  fileprivate var fourByteWords: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

/// Reads arrays of numbers of four bytes that lie one after the other.
private struct WordReader {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func take<Word: BitwiseCopyable>(_ count: Int) -> [Word]? {
    let size = count * MemoryLayout<Word>.stride
    guard size <= bytes.count - place else { return nil }
    defer { place += size }
    let part = UnsafeRawBufferPointer(rebasing: bytes[place..<place + size])
    return [Word](unsafeUninitializedCapacity: count) { buffer, used in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: part)
      used = count
    }
  }
}
