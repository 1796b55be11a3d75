import DenseMath
import Foundation

/// Points in cells around some of them, and the nearest ones of any place.
///
/// Distances in single precision choose neighbors, nothing else. By the triangle inequality a cell, or a
/// row within it, that cannot hold a nearer point is left out; after ``mostRowsSeen`` rows a search ends
/// with the nearest of those.
struct NeighborSearch: Sendable {
  let count: Int
  let isCityBlock: Bool

  /// Coordinates of a point, zeros at the end included.
  private let stride: Int

  /// `[n, stride]`, cell after cell, in a cell by the distance from its center.
  private let points: [Float]

  /// The distance of each point from its cell's center.
  private let depths: [Float]

  /// `[cells, stride]`.
  private let centers: [Float]

  /// Where each cell begins, and the end of the last one.
  private let offsets: [Int]

  /// The incoming row of each place.
  let rows: [Int]

  /// The cell of each incoming row.
  let cells: [Int]

  /// Most rows whose distance is taken in one search.
  static let mostRowsSeen = 16_384

  /// - Parameters:
  ///   - inputs: `[n, d]`; distances are those of its rows times `factors`.
  ///   - cells: Of a former search in these rows, which spares the work of finding them; any will do.
  ///   - threads: Changes no result.
  init(
    _ inputs: Matrix, factors: [Double], isCityBlock: Bool, cells known: [Int]? = nil, threads: Int
  ) {
    let count = inputs.rows
    let stride = (inputs.columns + 7) / 8 * 8
    self.count = count
    self.isCityBlock = isCityBlock
    self.stride = stride
    let raw = Self.scaled(inputs, factors, stride: stride)
    let chosen = Self.centerRows(count)
    let centers = chosen.flatMap { raw[$0 * stride..<($0 + 1) * stride] }
    self.centers = centers
    let homes = Self.homes(
      raw, centers, count: count, known: known, stride, isCityBlock: isCityBlock, threads: threads)
    let order = (0..<count).sorted {
      (homes[$0].cell, homes[$0].depth, $0) < (homes[$1].cell, homes[$1].depth, $1)
    }
    rows = order
    cells = homes.map(\.cell)
    depths = order.map { homes[$0].depth }
    var offsets = [Int](repeating: 0, count: chosen.count + 1)
    for home in homes { offsets[home.cell + 1] += 1 }
    for cell in 0..<chosen.count { offsets[cell + 1] += offsets[cell] }
    self.offsets = offsets
    var points: [Float] = []
    points.reserveCapacity(raw.count)
    for row in order { points += raw[row * stride..<(row + 1) * stride] }
    self.points = points
  }

  /// `[n, stride]`.
  private static func scaled(_ inputs: Matrix, _ factors: [Double], stride: Int) -> [Float] {
    precondition(
      inputs.columns == factors.count, "\(inputs.columns) coordinates, but \(factors.count) factors"
    )
    var result = [Float](repeating: 0, count: inputs.rows * stride)
    for row in 0..<inputs.rows {
      let start = row * inputs.columns
      for column in factors.indices {
        result[row * stride + column] = Float(inputs.elements[start + column] * factors[column])
      }
    }
    return result
  }

  /// A center for about as many points as there are centers: both searches are then alike in length.
  static func cellCount(_ count: Int) -> Int { max(Int(Double(count).squareRoot()), 1) }

  private static func centerRows(_ count: Int) -> [Int] {
    var generator = SplitMix64(seed: 0xCE11)
    return generator.shuffled(0..<count).prefix(cellCount(count)).sorted()
  }

  /// The cell of each point and the distance from its center.
  private static func homes(
    _ raw: [Float], _ centers: [Float], count: Int, known: [Int]?, _ stride: Int,
    isCityBlock: Bool, threads: Int
  ) -> [(cell: Int, depth: Float)] {
    let blocks = Swift.stride(from: 0, to: count, by: 1024).map { $0..<min($0 + 1024, count) }
    let parts = try? parallelMap(blocks, threads: threads) { block in
      raw.withUnsafeBufferPointer { raw in
        centers.withUnsafeBufferPointer { centers in
          block.map { row in
            let cells = known.map { $0[row]..<$0[row] + 1 } ?? 0..<centers.count / max(stride, 1)
            return nearest(
              raw, row, among: centers, cells: cells, stride, isCityBlock: isCityBlock)
          }
        }
      }
    }
    // Nothing in there throws.
    return parts?.flatMap { $0 } ?? []
  }

  private static func nearest(
    _ points: UnsafeBufferPointer<Float>, _ row: Int, among centers: UnsafeBufferPointer<Float>,
    cells: Range<Int>, _ stride: Int, isCityBlock: Bool
  ) -> (cell: Int, depth: Float) {
    guard let points = points.baseAddress, let centers = centers.baseAddress else { return (0, 0) }
    var best = (cell: cells.lowerBound, depth: Float.infinity)
    for cell in cells {
      let found = distance(
        points + row * stride, centers + cell * stride, stride, isCityBlock: isCityBlock)
      if found < best.depth { best = (cell, found) }
    }
    return best
  }
}

extension NeighborSearch {
  /// What is known of a row beside its coordinates: only rows that come before another one may be found.
  struct Turn: Sendable {
    /// The place of each incoming row in an order.
    let ranks: [Int]
    /// Only rows of lower rank are found.
    let below: Int
  }

  /// Incoming rows nearest to a place, ascending by number; fewer where there are fewer.
  ///
  /// - Parameter point: Coordinates times the factors.
  func nearest(_ wanted: Int, to point: [Double], before turn: Turn? = nil) -> [Int] {
    if wanted >= count, turn == nil { return Array(0..<count) }
    var own = [Float](repeating: 0, count: stride)
    for (place, value) in point.enumerated() { own[place] = Float(value) }
    var found = NearestFew(wanted)
    own.withUnsafeBufferPointer { own in
      points.withUnsafeBufferPointer { points in
        centers.withUnsafeBufferPointer { centers in
          guard let own = own.baseAddress, let points = points.baseAddress,
            let centers = centers.baseAddress
          else { return }
          let cells = offsets.count - 1
          let far = (0..<cells).map {
            Self.distance(own, centers + $0 * stride, stride, isCityBlock: isCityBlock)
          }
          var seen = 0
          for cell in (0..<cells).sorted(by: { (far[$0], $0) < (far[$1], $1) }) {
            search(cell, far[cell], own, points, turn, &found, &seen)
            if seen >= Self.mostRowsSeen, found.isFull { break }
          }
        }
      }
    }
    return found.places.map { rows[$0] }.sorted()
  }

  private func search(
    _ cell: Int, _ far: Float, _ own: UnsafePointer<Float>, _ points: UnsafePointer<Float>,
    _ turn: Turn?, _ found: inout NearestFew, _ seen: inout Int
  ) {
    let range = offsets[cell]..<offsets[cell + 1]
    // No point of the cell is nearer than this.
    guard let last = range.last, far - depths[last] < found.bound else { return }
    for place in range {
      guard abs(far - depths[place]) < found.bound else {
        if depths[place] > far { break }
        continue
      }
      if let turn, turn.ranks[rows[place]] >= turn.below { continue }
      seen += 1
      found.add(
        place,
        Self.distance(own, points + place * stride, stride, isCityBlock: isCityBlock))
    }
  }

  /// - Parameter count: A multiple of 8.
  @inline(__always)
  private static func distance(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int, isCityBlock: Bool
  ) -> Float {
    var sums = SIMD8<Float>.zero
    var k = 0
    let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    while k < count {
      let x = a.loadUnaligned(fromByteOffset: 4 * k, as: SIMD8<Float>.self)
      let difference = x - b.loadUnaligned(fromByteOffset: 4 * k, as: SIMD8<Float>.self)
      if isCityBlock {
        sums += difference.replacing(with: -difference, where: difference .< 0)
      } else {
        sums += difference * difference
      }
      k += 8
    }
    return isCityBlock ? sums.sum() : sums.sum().squareRoot()
  }
}

/// The nearest places so far, the farthest of them on top of a heap.
private struct NearestFew {
  private let wanted: Int
  private(set) var places: [Int] = []
  private var distances: [Float] = []

  init(_ wanted: Int) {
    self.wanted = max(wanted, 1)
    places.reserveCapacity(wanted)
    distances.reserveCapacity(wanted)
  }

  var isFull: Bool { places.count == wanted }

  /// Points that are not nearer need not be looked at.
  var bound: Float { isFull ? distances[0] : .infinity }

  mutating func add(_ place: Int, _ distance: Float) {
    guard isFull else {
      places.append(place)
      distances.append(distance)
      rise(places.count - 1)
      return
    }
    guard distance < distances[0] else { return }
    places[0] = place
    distances[0] = distance
    sink()
  }

  private mutating func rise(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard distances[child] > distances[parent] else { return }
      swap(child, parent)
      child = parent
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < places.count && distances[child] > distances[largest] { largest = child }
      guard largest != parent else { return }
      swap(parent, largest)
      parent = largest
    }
  }

  private mutating func swap(_ a: Int, _ b: Int) {
    places.swapAt(a, b)
    distances.swapAt(a, b)
  }
}
