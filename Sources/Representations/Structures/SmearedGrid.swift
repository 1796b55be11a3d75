internal import Foundation

/// A histogram whose points are spread by Gaussians.
///
/// A bin holds the integral of the Gaussian over it divided by its width, so that no bin width loses
/// any of it.
struct SmearedGrid: Hashable, Sendable {
  /// Center of the first bin.
  let low: Double

  /// Between the centers of two bins.
  let step: Double
  let count: Int

  /// Standard deviation of the Gaussians.
  let width: Double

  /// Gaussians end this many standard deviations from their centers.
  static let reach = 7.0

  var centers: [Double] { (0..<count).map { low + Double($0) * step } }

  /// Where names tell centers apart.
  var labels: [String] {
    let digits = max(0, Int((-log10(step)).rounded(.up)) + 1)
    return centers.map { String(format: "%.\(min(digits, 9))f", $0) }
  }

  /// The bins that a point reaches, with their shares and how these change with the point.
  ///
  /// - Parameter body: Bin, density there, slope of the density.
  func spread(_ point: Double, _ body: (_ bin: Int, _ density: Double, _ slope: Double) -> Void) {
    let margin = Self.reach * width
    guard point.isFinite else { return }
    let firstEdge = (point - margin - low) / step + 0.5
    let lastEdge = (point + margin - low) / step + 0.5
    guard lastEdge > 0, firstEdge < Double(count) else { return }
    let first = max(0, Int(firstEdge.rounded(.down)))
    let last = min(count - 1, Int(lastEdge.rounded(.down)))
    guard first <= last else { return }
    var below = edge(first, point)
    for bin in first...last {
      let above = edge(bin + 1, point)
      body(
        bin, (above.integral - below.integral) / step, (below.density - above.density) / step)
      below = above
    }
  }

  private func edge(_ bin: Int, _ point: Double) -> (integral: Double, density: Double) {
    let x = (low + (Double(bin) - 0.5) * step - point) / width
    return (
      0.5 * erfc(-x / 2.0.squareRoot()),
      exp(-0.5 * x * x) / (width * (2 * Double.pi).squareRoot())
    )
  }
}

extension StructureDescriptorError {
  static func check(_ isGood: Bool, _ words: @autoclosure () -> String) throws {
    guard isGood else { throw StructureDescriptorError.badSetting(words()) }
  }
}
