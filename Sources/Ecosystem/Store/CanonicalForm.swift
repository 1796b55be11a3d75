import Foundation
import Matter

/// Bytes that are equal for equal crystals, whatever order and direction they were written in.
///
/// Numbers are cut into steps: 1e-4 Å for lengths, 1e-3° for angles, 1/30,000 of a cell vector for
/// positions, so that thirds, eighths, twelfths and short decimals lie inside a step, not at its
/// edge. The edge stands at 0.4555 of a step rather than at one half, where rounded decimals pile up.
enum CanonicalForm {
  static func bytes(of crystal: Crystal) -> [UInt8] {
    var text = ByteText("crystal 1\n")
    let p = crystal.lattice.parameters
    for length in [p.a, p.b, p.c] { text.append(step(length, 1e4)) }
    for angle in [p.alpha, p.beta, p.gamma] { text.append(step(angle * 180 / .pi, 1e3)) }
    let isRightHanded =
      dot(crystal.lattice.a, cross(crystal.lattice.b, crystal.lattice.c)) > 0
    text.append(isRightHanded ? 1 : 0)
    for site in sites(of: crystal).sorted(by: precedes) {
      text.newLine()
      for value in site { text.append(value) }
    }
    return text.bytes
  }

  static func bytes(of molecule: Molecule) -> [UInt8] {
    var text = ByteText("molecule 1")
    let count = Double(molecule.positions.count)
    let middle = molecule.positions.reduce(SIMD3<Double>()) { $0 + $1 / count }
    let atoms = zip(molecule.elements, molecule.positions).map { element, position in
      let place = position - middle
      return [element.atomicNumber] + [place.x, place.y, place.z].map { step($0, 1e4) }
    }
    for atom in atoms.sorted(by: precedes) {
      text.newLine()
      for value in atom { text.append(value) }
    }
    return text.bytes
  }

  /// Position, magnetic moment and occupants of each site as whole numbers.
  private static func sites(of crystal: Crystal) -> [[Int]] {
    crystal.positions.indices.map { site in
      let position = crystal.positions[site]
      var values = [wrapped(position.x), wrapped(position.y), wrapped(position.z)]
      if let moment = crystal.magneticMoments?[site] {
        values += [moment.x, moment.y, moment.z].map { step($0, 100) }
      }
      return values + occupants(crystal.occupants(of: site))
    }
  }

  /// Atomic number, isotope and share; oxidation states are left out and shares of one element added.
  private static func occupants(_ occupants: ArraySlice<Occupant>) -> [Int] {
    if occupants.count == 1, let only = occupants.first {
      return [only.element.atomicNumber, only.species.massNumber ?? 0, step(only.occupancy, 1e4)]
    }
    var shares: [[Int]: Double] = [:]
    let ordered = occupants.sorted {
      ($0.element.atomicNumber, $0.occupancy) < ($1.element.atomicNumber, $1.occupancy)
    }
    for occupant in ordered {
      let name = [occupant.element.atomicNumber, occupant.species.massNumber ?? 0]
      shares[name, default: 0] += occupant.occupancy
    }
    return shares.map { $0.key + [step($0.value, 1e4)] }.sorted(by: precedes).flatMap { $0 }
  }

  private static func precedes(_ a: [Int], _ b: [Int]) -> Bool { a.lexicographicallyPrecedes(b) }

  private static let cellSteps = 30_000.0

  private static func wrapped(_ fraction: Double) -> Int {
    let place = step(fraction - fraction.rounded(.down), cellSteps)
    return place >= Int(cellSteps) ? place - Int(cellSteps) : place
  }

  /// The step that a number lies in; numbers beyond what an integer holds share the last one.
  private static func step(_ value: Double, _ stepsPerUnit: Double) -> Int {
    Int(max(-9e18, min(9e18, (value * stepsPerUnit + 0.5445).rounded(.down))))
  }
}

/// Whole numbers as text, with spaces between them.
private struct ByteText {
  private(set) var bytes: [UInt8]

  init(_ start: String) {
    bytes = Array(start.utf8)
  }

  mutating func append(_ value: Int) {
    bytes.append(contentsOf: String(value).utf8)
    bytes.append(32)
  }

  mutating func newLine() {
    bytes.append(10)
  }
}
