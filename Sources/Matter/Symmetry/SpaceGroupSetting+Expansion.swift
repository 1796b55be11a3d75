import CSpglib
import Foundation

extension SpaceGroupSetting {
  /// Expands a Hall symbol by its rules.
  ///
  /// - Parameter name: Hermann–Mauguin symbol of the setting; that of the group where there is none.
  init?(expanding hallSymbol: String, name: String?) {
    guard let operations = (try? HallSymbol(hallSymbol))?.operations else { return nil }
    if let place = Self.byOperations[operations] {
      self = Self.all[place]
      return
    }
    guard let hallNumber = Self.standardHallNumber(operations) else { return nil }
    let standard = Self.all[hallNumber - 1]
    self.init(
      hallNumber: nil, number: standard.number, shortSymbol: standard.shortSymbol,
      fullSymbol: name ?? standard.fullSymbol, hallSymbol: hallSymbol, choice: "",
      pointGroup: standard.pointGroup, schoenfliesSymbol: standard.schoenfliesSymbol,
      operations: operations)
  }

  /// Settings in cells larger than those of Hall's list, by their letters: from the list of
  /// R. W. Grosse-Kunstleve and the CCP4 library (`syminfo.lib`), as in gemmi 0.7.
  static let furtherHallSymbols: [String: (name: String, hall: String)] = {
    let settings = [
      ("A 1", "A 1"), ("B 1", "B 1"), ("C 1", "C 1"), ("F 1", "F 1"), ("I 1", "I 1"),
      ("A -1", "-A 1"), ("B -1", "-B 1"), ("C -1", "-C 1"), ("F -1", "-F 1"), ("I -1", "-I 1"),
      ("B 1 2 1", "B 2y"), ("C 1 1 2", "C 2"), ("B 1 2_1 1", "B 2yb"), ("C 1 1 2_1", "C 2c"),
      ("F 1 2 1", "F 2y"), ("F 1 m 1", "F -2y"), ("F 1 d 1", "F -2yuw"), ("F 1 2/m 1", "-F 2y"),
      ("I 1 2_1 1", "I 2yb"), ("C 1 2_1 1", "C 2yb"), ("A b a m", "-A 2 2ab"),
      ("C 4 2 2", "C 4 2"), ("C 4 2 2_1", "C 4a 2"), ("F 4 2 2", "F 4 2"),
      ("C -4 2 m", "C -4 2"), ("C -4 2 b", "C -4 2ya"), ("F 4/m m m", "-F 4 2"),
    ]
    return Dictionary(
      settings.map { (compact($0.0.lowercased()), (name: $0.0, hall: $0.1)) },
      uniquingKeysWith: { first, _ in first })
  }()

  private static let byOperations: [[SymmetryOperation]: Int] = Dictionary(
    all.enumerated().map { ($0.element.operations.sorted(), $0.offset) }, uniquingKeysWith: min)

  /// The Hall number that spglib finds for a group of operations in any cell.
  ///
  /// spglib wants a lattice; the metric `Σ RᵀR` over the group is one that all rotations keep.
  static func standardHallNumber(_ operations: [SymmetryOperation]) -> Int? {
    guard let basis = invariantBasis(operations) else { return nil }
    var lattice = SpglibValues.matrix(basis)
    var rotations = operations.map { SpglibValues.rotation($0.rotation) }
    var translations = operations.map { SpglibValues.vector($0.translation) }
    let type = withUnsafeMutablePointer(to: &lattice) { lattice in
      lattice.withMemoryRebound(to: SpglibVector.self, capacity: 3) { lattice in
        spg_get_spacegroup_type_from_symmetry(
          &rotations, &translations, Int32(operations.count), lattice, 1e-5)
      }
    }
    return (1...530).contains(Int(type.hall_number)) ? Int(type.hall_number) : nil
  }

  private static func invariantBasis(_ operations: [SymmetryOperation]) -> Lattice? {
    var rows = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
    for operation in operations {
      for row in [operation.rotation.x, operation.rotation.y, operation.rotation.z] {
        let r = SIMD3<Double>(row) / Double(operations.count)
        rows.0 += r.x * SIMD3<Double>(row)
        rows.1 += r.y * SIMD3<Double>(row)
        rows.2 += r.z * SIMD3<Double>(row)
      }
    }
    let (a, b, c) = (rows.0.x.squareRoot(), rows.1.y.squareRoot(), rows.2.z.squareRoot())
    return try? Lattice(
      Lattice.Parameters(
        a: a * 5, b: b * 5, c: c * 5, alpha: acos(rows.1.z / (b * c)),
        beta: acos(rows.0.z / (a * c)), gamma: acos(rows.0.y / (a * b))))
  }
}
