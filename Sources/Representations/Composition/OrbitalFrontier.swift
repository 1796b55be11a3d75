internal import Matter

/// The highest occupied and the lowest unoccupied orbital of the free atoms of a composition.
struct OrbitalFrontier {
  struct Orbital: Hashable {
    /// eV.
    let energy: Double

    /// 0 s, 1 p, 2 d, 3 f.
    let angularMomentum: Int

    let element: Element
  }

  let highest: Orbital

  /// `nil` where every orbital of the table is full (helium).
  let lowest: Orbital?

  /// CODATA 2018.
  private static let electronvoltsPerHartree = 27.211386245988

  /// Electrons closer than this to a full shell fill it, as a share of all.
  private static let tolerance = 1e-9

  /// - Returns: `nil` where the table lacks an element (beyond uranium).
  init?(_ composition: Composition) {
    let offsets = AtomicOrbitalTable.offsets
    var next: [Int] = []
    var ends: [Int] = []
    var electrons = 0.0
    for (element, amount) in zip(composition.elements, composition.amounts) {
      let number = element.atomicNumber
      guard offsets[number - 1] < offsets[number] else { return nil }
      next.append(offsets[number - 1])
      ends.append(offsets[number])
      electrons += amount * Double(number)
    }
    let slack = electrons * Self.tolerance
    var highest: Orbital?
    while let (place, index) = Self.lowest(&next, ends) {
      let momentum = AtomicOrbitalTable.angularMomenta[index]
      let orbital = Orbital(
        energy: AtomicOrbitalTable.energies[index] * Self.electronvoltsPerHartree,
        angularMomentum: momentum, element: composition.elements[place])
      if let highest, electrons <= slack {
        self.highest = highest
        lowest = orbital
        return
      }
      electrons -= composition.amounts[place] * Double(2 * (2 * momentum + 1))
      highest = orbital
      if electrons < -slack {
        self.highest = orbital
        lowest = orbital
        return
      }
    }
    guard let highest else { return nil }
    self.highest = highest
    lowest = nil
  }

  /// Takes the lowest of the orbitals that are left.
  private static func lowest(
    _ next: inout [Int], _ ends: [Int]
  ) -> (place: Int, index: Int)? {
    let energies = AtomicOrbitalTable.energies
    var best: Int?
    for place in next.indices where next[place] < ends[place] {
      if let current = best, energies[next[place]] >= energies[next[current]] { continue }
      best = place
    }
    guard let best else { return nil }
    defer { next[best] += 1 }
    return (best, next[best])
  }
}
