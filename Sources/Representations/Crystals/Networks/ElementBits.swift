import Foundation
import Matter

/// Elements as 92 bits, one set in each of nine groups, as in CGCNN: Xie and Grossman, Phys. Rev.
/// Lett. 120, 145301 (2018), table S2, with the groups of its public files.
///
/// Group of the periodic table (0 in the f-block), period, electronegativity, covalent radius,
/// valence electrons, ionization energy, electron affinity, block, atomic volume. Values are those of
/// this project's tables; where one is unknown, no bit is set.
enum ElementBits {
  static let count = 92

  /// `[118, 92]`
  static let table: [Float] = Element.all.flatMap { bits(of: $0) }

  private static func bits(of element: Element) -> [Float] {
    let place = element.atomicNumber - 1
    let radius = element.covalentRadius.map { $0 * 100 }
    // 1 eV per atom is 96.485 kJ/mol.
    let affinity = known(ElementConstants.electronAffinity, place).map { $0 / 96.485 }
    let ionization = known(ElementConstants.firstIonizationEnergy, place).map { log($0) }
    let volume = known(ElementConstants.molarVolume, place).map { log($0) }
    let groups: [(bit: Int?, count: Int)] = [
      (element.isFBlock ? 0 : element.column, 19),
      (element.period - 1, 7),
      (bin(element.electronegativity, 0.5...4, 10), 10),
      (bin(radius, 25...250, 10), 10),
      (min(max(valence(of: element), 1), 12) - 1, 12),
      (bin(ionization, 1.3...3.3, 10), 10),
      (bin(affinity, -3...3.7, 10), 10),
      (block(of: element), 4),
      (bin(volume, 1.5...4.3, 10), 10),
    ]
    return groups.flatMap { group in
      (0..<group.count).map { $0 == group.bit ? Float(1) : 0 }
    }
  }

  private static func known(_ values: [Double], _ place: Int) -> Double? {
    guard values.indices.contains(place), values[place].isFinite else { return nil }
    return values[place]
  }

  /// Values outside of the range count to the nearest bin.
  private static func bin(_ value: Double?, _ range: ClosedRange<Double>, _ count: Int) -> Int? {
    guard let value else { return nil }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return Int(min(max(share * Double(count), 0), Double(count) - 0.5))
  }

  /// s, p, d, f.
  private static func block(of element: Element) -> Int {
    if element.isFBlock { return 3 }
    if element.column <= 2 || element.atomicNumber == 2 { return 0 }
    return element.column <= 12 ? 2 : 1
  }

  /// Electrons outside of closed shells, d¹⁰ and f¹⁴ below p counted as closed.
  private static func valence(of element: Element) -> Int {
    if element.isFBlock {
      let electrons = [ElementProperty.sValence, .dValence, .fValence].map(element.value(of:))
      return Int(electrons.reduce(0) { $0 + ($1 ?? 0) })
    }
    if element.atomicNumber == 2 { return 2 }
    return element.column <= 12 ? element.column : element.column - 10
  }
}
