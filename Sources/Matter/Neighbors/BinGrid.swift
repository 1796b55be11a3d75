import Foundation

/// The bins of a ``BinSearch``: those of the cell, and a margin that its copies fill.
struct BinGrid {
  let bins: SIMD3<Int>
  let margin: SIMD3<Int>

  /// The least distance between opposite faces of the cell, Å.
  let leastHeight: Double

  private let size: SIMD3<Int>

  init(_ basis: ReducedBasis, sites: Int, cutoff: Double) throws(NeighborListError) {
    let (a, b, c) = basis.vectors
    let volume = abs(dot(a, cross(b, c)))
    let heights = SIMD3(
      volume / length(cross(b, c)), volume / length(cross(c, a)), volume / length(cross(a, b)))
    leastHeight = heights.min()
    // About half a cutoff, but no finer than one site in a bin calls for; finer along the third
    // vector, where bins are read in one run.
    let width = max(cutoff / 2, cbrt(volume / Double(sites)))
    let widths = SIMD3(width, width, width / 2)
    var bins = SIMD3<Int>(repeating: 1)
    var margin = SIMD3<Int>(repeating: 1)
    var copies = Double(sites)
    for k in 0..<3 {
      let count = min(max((heights[k] / widths[k]).rounded(.down), 1), 10_000)
      let reach = (cutoff / heights[k] * count * (1 + 1e-12)).rounded(.up)
      guard reach < 100_000 else { throw .tooLarge(copies: copies * reach) }
      bins[k] = Int(count)
      margin[k] = Int(reach)
      copies *= 1 + (k == 0 ? 1 : 2) * reach / count
    }
    self.bins = bins
    self.margin = margin
    size = SIMD3(bins.x + margin.x, bins.y + 2 * margin.y, bins.z + 2 * margin.z)
    let room = Double(size.x) * Double(size.y) * Double(size.z)
    guard max(copies, room) < 200_000_000 else { throw .tooLarge(copies: max(copies, room)) }
  }

  var count: Int { size.x * size.y * size.z }

  /// Visits every copy of a site that lies in the grid: its bin, and its cell along the reduced
  /// vectors.
  ///
  /// - Parameter home: The bin of the site in the cell.
  @inline(__always)
  func forEachCopy(of home: SIMD3<Int>, _ visit: (Int, SIMD3<Int>) -> Void) {
    let first = SIMD3(0, (home.y + margin.y) / bins.y, (home.z + margin.z) / bins.z)
    let last = SIMD3(
      (size.x - 1 - home.x) / bins.x, (bins.y - 1 - home.y + margin.y) / bins.y,
      (bins.z - 1 - home.z + margin.z) / bins.z)
    for i in 0...last.x {
      for j in -first.y...last.y {
        for k in -first.z...last.z {
          let x = home.x + i * bins.x
          let y = home.y + j * bins.y + margin.y
          let z = home.z + k * bins.z + margin.z
          visit((x * size.y + y) * size.z + z, SIMD3(i, j, k))
        }
      }
    }
  }
}
