import Foundation
public import Matter

/// A list of compositions of any length, on disk: memory holds twenty bytes for each, ten million of them in
/// 200 MB.
///
/// Members are those of a ``CandidateList`` of the same compositions, in the same order.
public struct FormulaList: Space {
  private let records: PackedFormulas

  /// Where the record of each member begins.
  private let starts: [Int]
  private let hashes: [UInt64]

  /// Members by rising hash.
  private let order: [Int32]

  public var count: Int { starts.count }

  public var isList: Bool { true }

  public func candidate(at index: Int) -> Candidate {
    Candidate(records.composition(at: starts[index]))
  }

  public func contains(_ candidate: Candidate) -> Bool {
    guard candidate.hasMaterial, candidate.variables.isEmpty, candidate.crystal == nil else {
      return false
    }
    let bytes = PackedFormulas.bytes(of: candidate.composition)
    let hash = PackedFormulas.hash(bytes)
    var place = firstPlace(of: hash)
    while place < order.count, hashes[Int(order[place])] == hash {
      if records.holds(bytes, at: starts[Int(order[place])]) { return true }
      place += 1
    }
    return false
  }

  public func neighbors(of candidate: Candidate) -> [Candidate] { [] }

  private func firstPlace(of hash: UInt64) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if hashes[Int(order[middle])] < hash { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

// MARK: Making one

extension FormulaList {
  /// Takes compositions in, one after the other.
  public struct Builder: ~Copyable {
    private var writer: PackedFormulas.Writer
    private var starts: [Int] = []
    private var hashes: [UInt64] = []

    /// - Throws: What the folder of temporary files throws.
    public init() throws {
      writer = try PackedFormulas.Writer()
    }

    public mutating func append(_ composition: Composition) throws {
      let bytes = PackedFormulas.bytes(of: composition)
      starts.append(writer.count)
      hashes.append(PackedFormulas.hash(bytes))
      try writer.append(bytes)
    }

    /// - Throws: ``SpaceError/empty``, and what the folder of temporary files throws.
    public consuming func finish() throws -> FormulaList {
      guard !starts.isEmpty else { throw SpaceError.empty }
      return FormulaList(records: try writer.finish(), starts: starts, hashes: hashes)
    }
  }

  /// - Parameter starts: Of all records, repeated ones too.
  private init(records: PackedFormulas, starts: [Int], hashes: [UInt64]) {
    precondition(starts.count <= Int32.max, "\(starts.count) compositions in one list")
    var order = starts.indices.map { Int32($0) }
    order.sort { (hashes[Int($0)], $0) < (hashes[Int($1)], $1) }
    let isRepeat = Self.repeats(records, starts, hashes, order)
    self.records = records
    guard isRepeat.contains(true) else {
      (self.starts, self.hashes, self.order) = (starts, hashes, order)
      return
    }
    let kept = starts.indices.filter { !isRepeat[$0] }
    var places = [Int32](repeating: 0, count: starts.count)
    for (place, index) in kept.enumerated() { places[index] = Int32(place) }
    self.starts = kept.map { starts[$0] }
    self.hashes = kept.map { hashes[$0] }
    self.order = order.filter { !isRepeat[Int($0)] }.map { places[Int($0)] }
  }

  private static func repeats(
    _ records: PackedFormulas, _ starts: [Int], _ hashes: [UInt64], _ order: [Int32]
  ) -> [Bool] {
    var result = [Bool](repeating: false, count: starts.count)
    var first = 0
    for place in order.indices {
      let index = Int(order[place])
      if hashes[Int(order[first])] != hashes[index] { first = place }
      result[index] = order[first..<place].contains {
        records.areEqual(starts[Int($0)], starts[index])
      }
    }
    return result
  }
}
