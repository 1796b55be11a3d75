import DenseMath
import Testing

@testable import Reporting

@Suite("Projection")
struct ProjectionTests {
  /// Four points at ±2 along 30° and ±1 across: variances 8 and 2, so shares 0.8 and 0.2.
  @Test("Finds the directions of a tilted cross")
  func tiltedCross() {
    let c = 3.0.squareRoot() / 2
    let s = 0.5
    let along = [c * 2, s * 2]
    let across = [-s, c]
    var shifted: [Double] = []
    for (direction, sign) in [(along, 1.0), (along, -1), (across, 1), (across, -1)] {
      shifted += [7 + sign * direction[0], sign * direction[1] - 3]
    }
    let plane = Projection(values: shifted, width: 2)
    #expect(abs(plane.directions[0][0] - c) < 1e-9 && abs(plane.directions[0][1] - s) < 1e-9)
    #expect(abs(plane.explained[0] - 0.8) < 1e-9 && abs(plane.explained[1] - 0.2) < 1e-9)
    #expect(zip(plane.x, [2, -2, 0, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(plane.y, [0, 0, 1, -1]).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test("Directions are orthonormal, and none holds more variance", arguments: UInt64(0)..<6)
  func isOptimal(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let values = (0..<40 * 6).map { _ in Double.random(in: 0...1, using: &rng) }
    let plane = Projection(values: values, width: 6)
    let dot = zip(plane.directions[0], plane.directions[1]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(dot) < 1e-6)
    for _ in 0..<50 {
      let raw = (0..<6).map { _ in Double.random(in: -1...1, using: &rng) }
      let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let other = share(values, along: raw.map { $0 / length })
      #expect(other <= plane.explained[0] + 1e-9, "seed \(seed)")
    }
    #expect(abs(share(values, along: plane.directions[0]) - plane.explained[0]) < 1e-9)
  }

  @Test("Names the columns that move most")
  func namesColumns() {
    let plane = Projection(values: [0, 1, 1, 0, 0.5, 0.5], width: 2)
    #expect(plane.axisTitles(["Al", "Ni"]).x == "Direction 1 (100\u{202f}%): more Al, less Ni")
    #expect(plane.axisTitles(["Al", "Ni"]).y == "Direction 2 (0\u{202f}%)")
  }

  @Test("Equal points have no directions")
  func degenerate() {
    let plane = Projection(values: [1, 2, 1, 2], width: 2)
    #expect(plane.x == [0, 0] && plane.y == [0, 0] && plane.explained == [0, 0])
    #expect(Projection(values: [], width: 3).x.isEmpty)
  }

  private func share(_ values: [Double], along direction: [Double]) -> Double {
    let width = direction.count
    let count = values.count / width
    let means = (0..<width).map { column in
      (0..<count).reduce(0) { $0 + values[$1 * width + column] } / Double(count)
    }
    var total = 0.0
    var along = 0.0
    for row in 0..<count {
      let centered = (0..<width).map { values[row * width + $0] - means[$0] }
      total += centered.reduce(0) { $0 + $1 * $1 }
      let score = zip(centered, direction).reduce(0) { $0 + $1.0 * $1.1 }
      along += score * score
    }
    return along / total
  }
}
