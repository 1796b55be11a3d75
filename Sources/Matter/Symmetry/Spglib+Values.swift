/// A row-major 3×3 matrix as spglib holds it.
typealias SpglibRotation = ((Int32, Int32, Int32), (Int32, Int32, Int32), (Int32, Int32, Int32))

/// Three numbers as spglib holds them.
typealias SpglibVector = (Double, Double, Double)

/// A row-major 3×3 matrix; a lattice has its vectors as columns.
typealias SpglibMatrix = (SpglibVector, SpglibVector, SpglibVector)

extension IntegerMatrix {
  init(_ rows: SpglibRotation) {
    self.init(
      SIMD3(Int(rows.0.0), Int(rows.0.1), Int(rows.0.2)),
      SIMD3(Int(rows.1.0), Int(rows.1.1), Int(rows.1.2)),
      SIMD3(Int(rows.2.0), Int(rows.2.1), Int(rows.2.2)))
  }
}

extension SIMD3<Double> {
  init(_ vector: SpglibVector) { self.init(vector.0, vector.1, vector.2) }
}

/// Conversions into the types of spglib.
enum SpglibValues {
  static func rotation(_ matrix: IntegerMatrix) -> SpglibRotation {
    func row(_ r: SIMD3<Int>) -> (Int32, Int32, Int32) {
      (Int32(clamping: r.x), Int32(clamping: r.y), Int32(clamping: r.z))
    }
    return (row(matrix.x), row(matrix.y), row(matrix.z))
  }

  static func vector(_ v: SIMD3<Double>) -> SpglibVector { (v.x, v.y, v.z) }

  /// The vectors of the lattice as columns.
  static func matrix(_ lattice: Lattice) -> SpglibMatrix {
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    return ((a.x, b.x, c.x), (a.y, b.y, c.y), (a.z, b.z, c.z))
  }
}

/// The text in a C array of characters, which ends at its first NUL.
func text<Characters>(of characters: Characters) -> String {
  withUnsafeBytes(of: characters) { bytes in
    let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
    let text = String(decoding: bytes[..<end], as: UTF8.self)
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
