import DenseMath
import Foundation
import Matter
import Torch

@testable import Representations

/// Small crystals to try networks on.
enum CrystalFixture: String, CaseIterable, Sendable {
  case rockSalt, perovskite, diamond, hexagonal, random

  var crystal: Crystal {
    get throws {
      switch self {
      case .rockSalt:
        let corners = [SIMD3(0, 0, 0), SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0)]
        return try make(
          cube(5.64), [("Na", corners), ("Cl", corners.map { $0 + SIMD3(0.5, 0.5, 0.5) })])
      case .perovskite:
        return try make(
          cube(3.905),
          [
            ("Sr", [SIMD3(0, 0, 0)]), ("Ti", [SIMD3(0.5, 0.5, 0.5)]),
            ("O", [SIMD3(0.5, 0.5, 0), SIMD3(0.5, 0, 0.5), SIMD3(0, 0.5, 0.5)]),
          ])
      case .diamond:
        let half = 5.431 / 2
        return try make(
          try Lattice(a: SIMD3(0, half, half), b: SIMD3(half, 0, half), c: SIMD3(half, half, 0)),
          [("Si", [SIMD3(0, 0, 0), SIMD3(0.25, 0.25, 0.25)])])
      case .hexagonal:
        let (a, c) = (3.209, 5.211)
        return try make(
          try Lattice(
            a: SIMD3(a, 0, 0), b: SIMD3(-a / 2, a * 3.0.squareRoot() / 2, 0), c: SIMD3(0, 0, c)),
          [("Mg", [SIMD3(1.0 / 3, 2.0 / 3, 0.25), SIMD3(2.0 / 3, 1.0 / 3, 0.75)])])
      case .random:
        return try make(
          try Lattice(a: SIMD3(5.1, 0, 0), b: SIMD3(0.7, 6.2, 0), c: SIMD3(-0.4, 0.9, 5.7)),
          [
            ("Fe", [SIMD3(0.02, 0.11, 0.07), SIMD3(0.49, 0.58, 0.13)]),
            ("O", [SIMD3(0.31, 0.12, 0.55), SIMD3(0.77, 0.43, 0.61)]),
            ("Y", [SIMD3(0.21, 0.71, 0.83)]),
          ])
      }
    }
  }

  private func cube(_ edge: Double) throws -> Lattice {
    try Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
  }

  private func make(
    _ lattice: Lattice, _ sites: [(symbol: String, positions: [SIMD3<Double>])]
  ) throws -> Crystal {
    try Crystal(
      lattice: lattice,
      elements: sites.flatMap { site in
        site.positions.compactMap { _ in Element(symbol: site.symbol) }
      },
      positions: sites.flatMap(\.positions))
  }
}

extension Crystal {
  /// The same crystal in other words.
  var sayings: [(name: String, crystal: Crystal)] {
    get throws {
      let elements = elements ?? []
      func turned(_ v: SIMD3<Double>) -> SIMD3<Double> {
        let (s, c) = (sin(0.7), cos(0.7))
        let w = SIMD3(c * v.x - s * v.y, s * v.x + c * v.y, v.z)
        return SIMD3(w.x, c * w.y - s * w.z, s * w.y + c * w.z)
      }
      let (a, b, c) = (lattice.a, lattice.b, lattice.c)
      let order = Array(elements.indices.reversed())
      return [
        (
          "turned",
          try Crystal(
            lattice: try Lattice(a: turned(a), b: turned(b), c: turned(c)), elements: elements,
            positions: positions)
        ),
        (
          "moved",
          try Crystal(
            lattice: lattice, elements: elements,
            positions: positions.map { $0 + SIMD3(0.37, -1.21, 0.08) })
        ),
        (
          "reordered",
          try Crystal(
            lattice: lattice, elements: order.map { elements[$0] },
            positions: order.map { positions[$0] })
        ),
        (
          "sheared",
          try Crystal(
            lattice: try Lattice(a: a, b: b + a, c: c - b), elements: elements,
            // x a + y b + z c = (x − y − z) a + (y + z) (b + a) + z (c − b)
            positions: positions.map { SIMD3($0.x - $0.y - $0.z, $0.y + $0.z, $0.z) })
        ),
        (
          "doubled",
          try Crystal(
            lattice: try Lattice(a: a, b: b * 2, c: c), elements: elements + elements,
            positions: positions.map { SIMD3($0.x, $0.y / 2, $0.z) }
              + positions.map { SIMD3($0.x, $0.y / 2 + 0.5, $0.z) })
        ),
      ]
    }
  }
}

extension CrystalEncoder.Configuration {
  /// The architecture in small.
  static func small(_ architecture: CrystalEncoder.Architecture) -> Self {
    var result = Self(architecture)
    (result.width, result.edgeWidth, result.hidden) = (12, 12, 10)
    if architecture == .megnet { result.edgeWidth = 8 }
    (result.layers, result.heads, result.depth) = (2, 2, 2)
    result.angleLayers = architecture == .alignn ? 1 : 0
    return result
  }

  func packed(
    _ crystals: [Crystal], folds: Bool = false
  ) throws -> PackedCrystals {
    var settings = graphs
    settings.foldsSites = folds
    settings.foldsEdges = folds && settings.foldsEdges
    return try PackedCrystals(
      CrystalBatch(try crystals.map { try CrystalGraph(of: $0, settings) }))
  }
}

/// The largest difference between two lists, relative to the largest number where that is over 1.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  let scale = max(1, a.map(abs).max() ?? 1)
  return zip(a, b).map { abs($0 - $1) }.max().map { $0 / scale } ?? 0
}
