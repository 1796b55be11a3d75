/// A convex polyhedron around the origin, cut by one plane after the other.
///
/// Faces are polygons with their own corners, so that corners where many faces meet, as in crystals
/// of high symmetry, need no special care: a corner within a small distance of a plane lies on it.
struct ConvexCell {
  struct Face {
    /// Which cut made the face; −1 for the box that the cell began as.
    let cut: Int
    /// In order around the face.
    var corners: [SIMD3<Double>]
  }

  private(set) var faces: [Face]
  /// Corners this close are one, Å.
  private let margin: Double

  /// A box of half the given edge in all directions.
  init(box half: Double, margin: Double) {
    self.margin = margin
    faces = []
    for axis in 0..<3 {
      for side in [-half, half] {
        let (u, v) = ((axis + 1) % 3, (axis + 2) % 3)
        let corners = [(-half, -half), (half, -half), (half, half), (-half, half)].map { p, q in
          var corner = SIMD3<Double>()
          corner[axis] = side
          corner[u] = p
          corner[v] = q
          return corner
        }
        faces.append(Face(cut: -1, corners: corners))
      }
    }
  }

  /// The distance of the farthest corner from the origin, Å.
  var radius: Double {
    var square = 0.0
    for face in faces {
      for corner in face.corners { square = max(square, dot(corner, corner)) }
    }
    return square.squareRoot()
  }

  /// Whether nothing is left of the box.
  var isClosed: Bool { faces.allSatisfy { $0.cut >= 0 } }

  /// Removes what lies beyond the plane through the middle of `vector`, perpendicular to it.
  mutating func cut(halfwayTo vector: SIMD3<Double>, _ cut: Int) {
    let size = length(vector)
    let normal = vector / size
    let height = size / 2
    guard
      faces.contains(where: { $0.corners.contains { dot($0, normal) - height > margin } })
    else { return }
    var rim: [SIMD3<Double>] = []
    var kept: [Face] = []
    kept.reserveCapacity(faces.count + 1)
    for var face in faces {
      clip(&face.corners, normal, height, &rim)
      if face.corners.count >= 3 { kept.append(face) }
    }
    if rim.count >= 3 { kept.append(Face(cut: cut, corners: around(rim, normal))) }
    faces = kept
  }

  /// Keeps the part of a polygon on the near side of a plane; its corners on the plane join the rim.
  private func clip(
    _ corners: inout [SIMD3<Double>], _ normal: SIMD3<Double>, _ height: Double,
    _ rim: inout [SIMD3<Double>]
  ) {
    var result: [SIMD3<Double>] = []
    result.reserveCapacity(corners.count + 2)
    var previous = corners[corners.count - 1]
    var before = dot(previous, normal) - height
    for corner in corners {
      let here = dot(corner, normal) - height
      if (before < -margin && here > margin) || (before > margin && here < -margin) {
        let crossing = previous + (corner - previous) * (before / (before - here))
        result.append(crossing)
        add(crossing, to: &rim)
      }
      if here <= margin { result.append(corner) }
      if abs(here) <= margin { add(corner, to: &rim) }
      previous = corner
      before = here
    }
    corners = result
  }

  private func add(_ corner: SIMD3<Double>, to rim: inout [SIMD3<Double>]) {
    let isKnown = rim.contains {
      let d = $0 - corner
      return dot(d, d) < 16 * margin * margin
    }
    if !isKnown { rim.append(corner) }
  }

  /// Points of a plane in order of their angle about their mean.
  private func around(_ points: [SIMD3<Double>], _ normal: SIMD3<Double>) -> [SIMD3<Double>] {
    let center = points.reduce(SIMD3<Double>(), +) / Double(points.count)
    let first = points[0] - center
    let u = first / length(first)
    let v = cross(normal, u)
    return points.map { point in
      (point, Self.turn(dot(point - center, u), dot(point - center, v)))
    }
    .sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// Grows with the angle of a vector from −π to π; no trigonometry.
  private static func turn(_ x: Double, _ y: Double) -> Double {
    let share = x / (abs(x) + abs(y))
    return y < 0 ? share - 1 : 1 - share
  }
}
