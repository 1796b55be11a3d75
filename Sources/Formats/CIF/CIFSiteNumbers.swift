/// Numbers of one kind for the atoms of a crystal, and for pairs of them.
public struct CIFSiteNumbers: Hashable, Sendable {
  /// Data name behind `_atom_site_` and `_geom_bond_`: letters, digits and underscores.
  public var name: String

  /// What is said of all of them: data names with their values.
  public var items: [Item]

  /// One for each of ``Crystal/occupants``; finite.
  public var occupants: [Double]

  public var bonds: [Bond]

  public struct Item: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      (self.name, self.value) = (name, value)
    }
  }

  public struct Bond: Hashable, Sendable {
    /// Sites, from 0.
    public var first, second: Int

    /// The cell of the second site, in cell vectors from that of the first.
    public var image: SIMD3<Int>

    /// Å.
    public var distance: Double
    public var value: Double

    public init(first: Int, second: Int, image: SIMD3<Int>, distance: Double, value: Double) {
      (self.first, self.second, self.image) = (first, second, image)
      (self.distance, self.value) = (distance, value)
    }
  }

  public init(name: String, items: [Item] = [], occupants: [Double], bonds: [Bond] = []) {
    (self.name, self.items, self.occupants, self.bonds) = (name, items, occupants, bonds)
  }
}
