import Foundation

/// What is computed once for a setting of SOAP.
final class SOAPTables: Sendable {
  /// Features of two densities.
  struct Block: Sendable {
    var left: Int
    var right: Int
    /// Only `n' ≥ n`.
    var isSymmetric: Bool
    /// Its first feature.
    var start: Int
  }

  let radialCount: Int
  let greatestDegree: Int

  /// ``radialCount`` up to a multiple of 4.
  let radialStride: Int

  let harmonics: RealHarmonics

  /// `√(π √(8 / (2l + 1))) f_nl(r)`, at `l · radialStride + n`.
  let radial: RadialTable

  let reach: Double

  /// Densities that atoms belong to: elements, or one for all.
  let channelCount: Int

  /// Whether the sum of all densities comes after them as one more.
  let hasTotal: Bool

  let blocks: [Block]
  let featureCount: Int

  /// - Throws: ``SOAPError`` where the radial functions are not usable.
  init(_ configuration: SOAP.Configuration, elementCount: Int) throws(SOAPError) {
    radialCount = configuration.nMax
    greatestDegree = configuration.lMax
    radialStride = (configuration.nMax + 3) / 4 * 4
    harmonics = RealHarmonics(degree: configuration.lMax)
    channelCount = configuration.compression == .mu2 ? 1 : elementCount
    hasTotal = configuration.compression == .mu1nu1
    (blocks, featureCount) = Self.blocks(configuration, channels: channelCount)
    reach = configuration.cutoff + configuration.sigma * (-2 * log(Self.tail)).squareRoot()
    radial = try Self.radial(configuration, stride: radialStride, reach: reach)
  }

  /// What a Gaussian has fallen to where its atom ceases to count.
  private static let tail = 1e-3

  /// Grid points of the radial table in one Gaussian width, which give nine digits.
  private static let pointsPerWidth = 16.0

  private static let mostTableValues = 1 << 26

  private static func blocks(
    _ configuration: SOAP.Configuration, channels: Int
  ) -> ([Block], Int) {
    let (n, degrees) = (configuration.nMax, configuration.lMax + 1)
    var pairs: [(Int, Int)] = []
    switch configuration.compression {
    case .off:
      for left in 0..<channels { pairs += (left..<channels).map { (left, $0) } }
    case .mu2, .crossover:
      pairs = (0..<channels).map { ($0, $0) }
    case .mu1nu1:
      pairs = (0..<channels).map { ($0, channels) }
    }
    var (blocks, start) = ([Block](), 0)
    for (left, right) in pairs {
      blocks.append(Block(left: left, right: right, isSymmetric: left == right, start: start))
      start += (left == right ? n * (n + 1) / 2 : n * n) * degrees
    }
    return (blocks, start)
  }

  private static func radial(
    _ configuration: SOAP.Configuration, stride: Int, reach: Double
  ) throws(SOAPError) -> RadialTable {
    let (nMax, lMax) = (configuration.nMax, configuration.lMax)
    let width = (lMax + 1) * stride
    let spacing = configuration.sigma / pointsPerWidth
    let size = Int(reach / spacing) * width
    guard size <= mostTableValues else { throw .tableTooLarge(values: size) }
    let basis = try SOAPRadialBasis(
      configuration.basis, cutoff: configuration.cutoff, nMax: nMax, lMax: lMax,
      sigma: configuration.sigma)
    return RadialTable(
      width: width, end: reach, spacing: spacing, isOdd: (0..<width).map { $0 / stride % 2 == 1 }
    ) { distance in
      let values = basis.values(at: distance)
      var row = [Double](repeating: 0, count: width)
      for l in 0...lMax {
        let factor = (Double.pi * (8 / Double(2 * l + 1)).squareRoot()).squareRoot()
        for n in 0..<nMax { row[l * stride + n] = factor * values[l * nMax + n] }
      }
      return row
    }
  }
}
