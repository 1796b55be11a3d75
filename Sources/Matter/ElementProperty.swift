/// The 22 properties of the elements behind the Magpie descriptor.
///
/// Raw values are the names in Magpie and matminer; the order is matminer's. Units: K, pm, eV, Å³
/// per atom, μB per atom; electron counts and positions are pure numbers. Source: matminer 0.10.1;
/// Ward et al., npj Comput. Mater. 2, 16028 (2016).
public enum ElementProperty: String, CaseIterable, Sendable {
  case number = "Number"
  case mendeleevNumber = "MendeleevNumber"
  case atomicWeight = "AtomicWeight"
  case meltingTemperature = "MeltingT"
  case column = "Column"
  case row = "Row"
  case covalentRadiusPicometers = "CovalentRadius"
  case electronegativity = "Electronegativity"
  case sValence = "NsValence"
  case pValence = "NpValence"
  case dValence = "NdValence"
  case fValence = "NfValence"
  case valence = "NValence"
  case sUnfilled = "NsUnfilled"
  case pUnfilled = "NpUnfilled"
  case dUnfilled = "NdUnfilled"
  case fUnfilled = "NfUnfilled"
  case unfilled = "NUnfilled"
  case groundStateVolume = "GSvolume_pa"
  case groundStateBandGap = "GSbandgap"
  case groundStateMagneticMoment = "GSmagmom"
  case spaceGroupNumber = "SpaceGroupNumber"

  /// How many properties there are: 22.
  public static let count = 22

  /// The place in ``allCases``.
  public var index: Int {
    // `allCases` holds every case.
    ElementProperty.allCases.firstIndex(of: self) ?? 0
  }

  /// All properties of all elements: element by element in order of atomic number, the properties in
  /// the order of ``allCases``; NaN where a value is missing.
  public static var table: [Double] { ElementTable.properties }
}

extension Element {
  /// A property, or `nil` where no value is known (all of them from rutherfordium on).
  public func value(of property: ElementProperty) -> Double? {
    let place = (atomicNumber - 1) * ElementProperty.count + property.index
    let value = ElementTable.properties[place]
    return value.isNaN ? nil : value
  }

  /// The name in American spelling: `Aluminum`.
  public var name: String { ElementTable.names[atomicNumber - 1] }

  /// Standard atomic weight, u; a mass number where none is defined. IUPAC 2021.
  public var mass: Double { ElementTable.masses[atomicNumber - 1] }

  /// Pauling's electronegativity.
  public var electronegativity: Double? { value(of: .electronegativity) }

  /// Covalent radius, Å. Cordero et al., Dalton Trans. 2832 (2008), by way of Magpie.
  public var covalentRadius: Double? {
    value(of: .covalentRadiusPicometers).map { $0 / 100 }
  }
}

extension Composition {
  /// The mass of a formula unit, u.
  public var mass: Double {
    zip(elements, amounts).reduce(0) { $0 + $1.0.mass * $1.1 }
  }
}
