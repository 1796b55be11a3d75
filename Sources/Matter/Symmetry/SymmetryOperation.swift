/// A rotation and a translation that map a crystal onto itself: `x' = R x + t`, in fractions of the
/// cell vectors.
///
/// Operations that differ by a lattice vector are the same: the translation lies in 0 (included) to
/// 1. Translations within 1e-9 of a multiple of 1/24 are that multiple exactly, so that the
/// operations of a space group compare and compose without rounding.
public struct SymmetryOperation: Hashable, Sendable {
  /// Determinant 1 or −1.
  public let rotation: IntegerMatrix

  /// Each component in 0 ..< 1.
  public let translation: SIMD3<Double>

  /// - Throws: ``SymmetryOperationError`` when the determinant is not 1 or −1 or the translation is
  ///   not finite.
  public init(
    rotation: IntegerMatrix, translation: SIMD3<Double> = .zero
  ) throws(SymmetryOperationError) {
    guard abs(rotation.determinant) == 1 else {
      throw .notUnimodular(determinant: rotation.determinant)
    }
    let t = translation
    guard t.x.isFinite, t.y.isFinite, t.z.isFinite else { throw .translationNotFinite }
    self.init(unchecked: rotation, translation)
  }

  /// For rotations of determinant ±1 and finite translations.
  init(unchecked rotation: IntegerMatrix, _ translation: SIMD3<Double>) {
    self.rotation = rotation
    self.translation = SIMD3(
      Self.wrapped(translation.x), Self.wrapped(translation.y), Self.wrapped(translation.z))
  }

  public static let identity = SymmetryOperation(unchecked: .identity, .zero)

  /// Inversion through the origin.
  public static let inversion = SymmetryOperation(
    unchecked: IntegerMatrix(diagonal: SIMD3(-1, -1, -1)), .zero)

  /// Where a point goes; not wrapped into the cell.
  public func apply(to position: SIMD3<Double>) -> SIMD3<Double> {
    rotation * position + translation
  }

  /// The operation that does `b` first and then `a`.
  public static func * (a: SymmetryOperation, b: SymmetryOperation) -> SymmetryOperation {
    SymmetryOperation(
      unchecked: a.rotation * b.rotation, a.rotation * b.translation + a.translation)
  }

  public var inverse: SymmetryOperation {
    // The determinant is 1 or −1 by construction, so the inverse exists.
    let inverse = rotation.inverse ?? .identity
    return SymmetryOperation(unchecked: inverse, -(inverse * translation))
  }

  /// Whether it moves every point by the same vector.
  public var isPureTranslation: Bool { rotation == .identity }

  /// All operations that products of some operations make, sorted; the identity is one of them.
  ///
  /// - Parameter limit: The most operations that a result may have; space groups in the usual cells
  ///   have at most 192.
  /// - Returns: `nil` when there are more: the operations are no space group.
  public static func group(
    generatedBy generators: [SymmetryOperation], limit: Int = 768
  ) -> [SymmetryOperation]? {
    var known: Set<SymmetryOperation> = [.identity]
    var members = [SymmetryOperation.identity]
    var next = 0
    while next < members.count {
      let member = members[next]
      next += 1
      for generator in generators {
        let product = generator * member
        guard known.insert(product).inserted else { continue }
        guard members.count < limit else { return nil }
        members.append(product)
      }
    }
    return members.sorted()
  }

  private static func wrapped(_ value: Double) -> Double {
    let fraction = value - value.rounded(.down)
    let steps = (fraction * 24).rounded()
    guard abs(fraction - steps / 24) < 1e-9 else { return fraction < 1 ? fraction : 0 }
    return steps == 24 ? 0 : steps / 24
  }
}

extension SymmetryOperation: Comparable {
  /// Rotations of determinant 1 first, then in the order of entries; the identity comes first.
  public static func < (a: SymmetryOperation, b: SymmetryOperation) -> Bool {
    a.sortKey.lexicographicallyPrecedes(b.sortKey)
  }

  private var sortKey: [Double] {
    let r = rotation
    var key = [-Double(r.determinant), r == .identity ? 0 : 1]
    for row in [r.x, r.y, r.z] {
      for k in 0..<3 { key.append(-Double(row[k])) }
    }
    return key + [translation.x, translation.y, translation.z]
  }
}
