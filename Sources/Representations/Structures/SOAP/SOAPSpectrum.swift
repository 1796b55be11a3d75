/// Turns expansions into power spectra.
struct SOAPSpectrum {
  let tables: SOAPTables
  let channelStride: Int
  let scratch: UnsafeMutablePointer<Double>

  /// - Parameter scratch: Room for ``scratchCount(_:)`` numbers, which outlives this.
  init(_ tables: SOAPTables, scratch: UnsafeMutablePointer<Double>) {
    self.tables = tables
    self.scratch = scratch
    channelStride = tables.harmonics.count * tables.radialStride
  }

  static func scratchCount(_ tables: SOAPTables) -> Int {
    tables.radialStride * tables.radialStride
  }

  /// Writes all features of one center.
  ///
  /// - Parameters:
  ///   - coefficients: As in ``SOAPExpansion/coefficients``.
  ///   - isPresent: Channels of which something is there; features of others are 0.
  func write(
    _ coefficients: UnsafePointer<Double>, isPresent: [Bool],
    into features: UnsafeMutablePointer<Double>
  ) {
    let n = tables.radialCount
    for block in tables.blocks {
      let size = block.isSymmetric ? n * (n + 1) / 2 : n * n
      let out = features + block.start
      guard isPresent[block.left], isPresent[block.right] else {
        out.update(repeating: 0, count: size * (tables.greatestDegree + 1))
        continue
      }
      let left = coefficients + block.left * channelStride
      let right = coefficients + block.right * channelStride
      for l in 0...tables.greatestDegree {
        write(l, left, right, isSymmetric: block.isSymmetric, into: out + l * size)
      }
    }
  }

  /// `Σ_m left_nlm right_n'lm` of one degree.
  private func write(
    _ l: Int, _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, isSymmetric: Bool,
    into out: UnsafeMutablePointer<Double>
  ) {
    let start = l * l * tables.radialStride
    let isDirect = !isSymmetric && tables.radialCount == tables.radialStride
    let product = product(of: l)
    product(left + start, right + start, into: isDirect ? out : scratch)
    if !isDirect { copy(isSymmetric: isSymmetric, to: out) }
  }

  /// The sum over the orders of one degree, `[nMax, radialStride]`.
  @inline(__always)
  func product(of l: Int) -> SmallProduct {
    let stride = tables.radialStride
    return SmallProduct(
      rows: tables.radialCount, columns: stride, terms: 2 * l + 1, leftRow: 1, leftTerm: stride,
      rightTerm: stride, outRow: stride)
  }

  /// Copies what is wanted of a product.
  func copy(isSymmetric: Bool, to out: UnsafeMutablePointer<Double>) {
    let (n, stride) = (tables.radialCount, tables.radialStride)
    var place = out
    for row in 0..<n {
      let first = isSymmetric ? row : 0
      place.update(from: scratch + row * stride + first, count: n - first)
      place += n - first
    }
  }
}
