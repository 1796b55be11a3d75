import DenseMath
import Foundation
import Matter
import Testing

@Suite("Voronoi tessellation")
struct VoronoiTessellationTests {
  private func crystal(
    _ vectors: [SIMD3<Double>], _ positions: [SIMD3<Double>] = [.zero]
  ) throws -> Crystal {
    let element = try #require(Element(symbol: "Fe"))
    return try Crystal(
      lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]),
      elements: [Element](repeating: element, count: positions.count), positions: positions)
  }

  private static let cube = [SIMD3(2.0, 0, 0), SIMD3(0, 2.0, 0), SIMD3(0, 0, 2.0)]
  private static let bodyCentered = [SIMD3(-1.0, 1, 1), SIMD3(1.0, -1, 1), SIMD3(1.0, 1, -1)]
  private static let faceCentered = [SIMD3(0.0, 1, 1), SIMD3(1.0, 0, 1), SIMD3(1.0, 1, 0)]

  @Test("Cells of the cubic lattices: cube, truncated octahedron, rhombic dodecahedron")
  func cubicLattices() throws {
    let simple = try VoronoiTessellation(of: crystal(Self.cube))
    #expect(simple.faces.count == 6)
    #expect(simple.faces.allSatisfy { abs($0.area - 4) < 1e-9 })
    #expect(simple.faces.allSatisfy { abs($0.solidAngle - 4 * .pi / 6) < 1e-9 })
    let centered = try VoronoiTessellation(of: crystal(Self.bodyCentered))
    #expect(centered.faces.count == 14)
    #expect(centered.coordinationNumbers() == [8])
    #expect(centered.coordinationNumbers(weight: 0.1) == [14])
    // Hexagons of edge a√2/4 and squares of the same edge, a = 2.
    let edge = 2 * 2.0.squareRoot() / 4
    let areas = centered.faces.map(\.area)
    #expect(areas[0..<8].allSatisfy { abs($0 - 1.5 * 3.0.squareRoot() * edge * edge) < 1e-9 })
    #expect(areas[8...].allSatisfy { abs($0 - edge * edge) < 1e-9 })
    let close = try VoronoiTessellation(of: crystal(Self.faceCentered))
    #expect(close.faces.count == 12)
    #expect(abs(close.effectiveCoordinationNumbers[0] - 12) < 1e-9)
    #expect(abs(close.volumes[0] - 2) < 1e-9)
  }

  @Test("Volumes sum to the cell, solid angles to the sphere", arguments: UInt64(0)..<40)
  func sums(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    func vector(_ size: Double) -> SIMD3<Double> {
      SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5) * size
    }
    let a = SIMD3(4.0, 0, 0) + vector(2)
    let b = SIMD3(0, 5.0, 0) + vector(2) + Double(rng.index(below: 5)) * a
    let c = SIMD3(0, 0, 6.0 + 20 * rng.uniform()) + vector(2)
    let sites = try crystal([a, b, c], (0..<(1 + rng.index(below: 9))).map { _ in vector(4) })
    let cells = try VoronoiTessellation(of: sites)
    let volume = cells.volumes.reduce(0, +)
    #expect(abs(volume - sites.lattice.volume) < 1e-8 * volume)
    for site in 0..<cells.siteCount {
      let angle = cells.faces(of: site).reduce(0) { $0 + $1.solidAngle }
      #expect(abs(angle - 4 * .pi) < 1e-3)
    }
    // Each wall is seen from both of its sides.
    let walls = cells.faces.enumerated().filter { $0.element.solidAngle > 1e-3 }.map(\.offset)
    for wall in walls {
      let face = cells.faces[wall]
      let site = cells.offsets.lastIndex { $0 <= wall } ?? 0
      let other = cells.faces(of: face.neighbor).contains {
        $0.neighbor == site && $0.image == SIMD3<Int32>.zero &- face.image
          && abs($0.area - face.area) < 1e-8
      }
      #expect(other)
    }
  }

  @Test("Small displacements change the effective coordination little")
  func isSmooth() throws {
    var rng = SplitMix64(seed: 3)
    let edge = 4.0
    let sites: [SIMD3<Double>] = [
      .zero, SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0),
    ]
    let moved = sites.map {
      $0 + 1e-4 * SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5)
    }
    let vectors = [SIMD3(edge, 0, 0), SIMD3(0, edge, 0), SIMD3(0, 0, edge)]
    let cells = try VoronoiTessellation(of: crystal(vectors, moved))
    #expect(cells.effectiveCoordinationNumbers.allSatisfy { abs($0 - 12) < 0.05 })
    #expect(cells.coordinationNumbers() == [12, 12, 12, 12])
    let environment = cells.environments()[0]
    #expect(environment.coordination == 12)
    #expect(environment.neighbors.allSatisfy { abs($0.distance - edge / 2.0.squareRoot()) < 1e-3 })
  }

  @Test("Refuses two sites at one place")
  func refuses() throws {
    let doubled = try crystal(Self.cube, [.zero, SIMD3(1, 0, 0)])
    #expect(throws: VoronoiError.self) { try VoronoiTessellation(of: doubled) }
  }
}
