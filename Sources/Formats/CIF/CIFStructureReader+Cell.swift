import Foundation
import Matter

/// A cell as a CIF gives it.
struct CIFCell {
  var parameters: Lattice.Parameters
  var lattice: Lattice
}

extension CIFStructureReader {
  /// Cells longer than this are damaged numbers, Å.
  private static let longestLength = 1e5

  func cell() throws(CIFFault) -> CIFCell {
    let parameters = Lattice.Parameters(
      a: try length(.lengthA, "a"), b: try length(.lengthB, "b"), c: try length(.lengthC, "c"),
      alpha: try angle(.angleAlpha, "alpha"), beta: try angle(.angleBeta, "beta"),
      gamma: try angle(.angleGamma, "gamma"))
    do {
      let lattice = try Lattice(parameters)
      return CIFCell(parameters: parameters, lattice: try exactLattice(near: lattice) ?? lattice)
    } catch let error as LatticeError {
      let token = single(.angleAlpha) ?? 0
      throw fault(token, "No cell has these angles. \(error.description)")
    } catch let error as CIFFault {
      throw error
    } catch {
      throw CIFFault(offset: offset, message: "\(error)")
    }
  }

  private func length(_ tag: CIFTag, _ name: String) throws(CIFFault) -> Double {
    guard let value = try optionalNumber(tag), let token = single(tag) else {
      throw CIFFault(offset: offset, message: "The cell has no length; give _cell_length_\(name).")
    }
    guard value > 0, value <= Self.longestLength else {
      throw fault(token, "A cell length of \(value) Å; it must be above 0 and at most 100,000.")
    }
    return value
  }

  /// Radians; the text is in degrees.
  private func angle(_ tag: CIFTag, _ name: String) throws(CIFFault) -> Double {
    guard let value = try optionalNumber(tag), let token = single(tag) else {
      throw CIFFault(offset: offset, message: "The cell has no angle; give _cell_angle_\(name).")
    }
    guard value > 0, value < 180 else {
      throw fault(token, "A cell angle of \(value)°; it must be between 0 and 180.")
    }
    return value * (.pi / 180)
  }

  /// The lattice of `_atom_sites_Cartn_tran_matrix`, where it is the same cell to 9 digits: it keeps
  /// the orientation and every bit of a crystal that was written here.
  private func exactLattice(near lattice: Lattice) throws(CIFFault) -> Lattice? {
    guard slots[.cartnMatrix11] != nil else { return nil }
    var rows: [SIMD3<Double>] = []
    for tags in [
      [CIFTag.cartnMatrix11, .cartnMatrix12, .cartnMatrix13],
      [CIFTag.cartnMatrix21, .cartnMatrix22, .cartnMatrix23],
      [CIFTag.cartnMatrix31, .cartnMatrix32, .cartnMatrix33],
    ] {
      var row = SIMD3<Double>()
      for (axis, tag) in tags.enumerated() {
        guard let value = try optionalNumber(tag) else { return nil }
        row[axis] = value
      }
      rows.append(row)
    }
    func column(_ axis: Int) -> SIMD3<Double> {
      SIMD3(rows[0][axis], rows[1][axis], rows[2][axis])
    }
    guard let exact = try? Lattice(a: column(0), b: column(1), c: column(2)),
      Self.isSame(exact, lattice)
    else { return nil }
    return exact
  }

  /// Whether lengths and angles of two lattices agree.
  private static func isSame(_ a: Lattice, _ b: Lattice) -> Bool {
    let pairs = [
      (dot(a.a, a.a), dot(b.a, b.a)), (dot(a.b, a.b), dot(b.b, b.b)),
      (dot(a.c, a.c), dot(b.c, b.c)), (dot(a.a, a.b), dot(b.a, b.b)),
      (dot(a.a, a.c), dot(b.a, b.c)), (dot(a.b, a.c), dot(b.b, b.c)),
    ]
    let scale = max(dot(a.a, a.a), dot(a.b, a.b), dot(a.c, a.c))
    return pairs.allSatisfy { abs($0 - $1) < 1e-9 * scale }
  }
}
