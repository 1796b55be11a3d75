public import Matter

/// Smooth overlap of atomic positions: the power spectrum of the density of atoms around a center.
///
/// Each element's atoms are Gaussians, weighted by distance and by their share of a site. The
/// density is expanded in orthonormal radial functions `g_nl` times real spherical harmonics,
/// `c_nlm`, and the features are `p_nn'l = π √(8 / (2l + 1)) Σ_m c_nlm c_n'lm` for every pair of
/// elements. Bartók, Kondor and Csányi, Phys. Rev. B 87, 184115 (2013) with its erratum; radial
/// functions, order and normalization are those of DScribe 2.1 (Himanen et al., Comput. Phys.
/// Commun. 247, 106949, 2020), where atoms count up to ``reach``. Unlike there, shared sites count
/// by their shares, and derivatives exist for every setting.
///
/// Goals in order: exact derivatives, equal results on any number of threads, speed, memory that
/// does not grow with the number of structures.
public struct SOAP: Sendable {
  public let configuration: Configuration

  /// The elements that are told apart, by atomic number.
  public let elements: [Element]

  let tables: SOAPTables

  /// - Parameters:
  ///   - elements: In any order, each once; `configuration.elementWeights` follows the order of
  ///     atomic numbers.
  /// - Throws: ``SOAPError`` when a setting is not usable.
  public init(_ configuration: Configuration = Configuration(), elements: [Element])
    throws(SOAPError)
  {
    let sorted = elements.sorted()
    guard !sorted.isEmpty else { throw .noElements }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first == second {
      throw .repeatedElement(first)
    }
    try configuration.validate(elements: sorted.count)
    self.configuration = configuration
    self.elements = sorted
    tables = try SOAPTables(configuration, elementCount: sorted.count)
  }

  /// How far from a center atoms count, Å: the cutoff and the tail of their Gaussians down to 10⁻³.
  public var reach: Double { tables.reach }

  /// How many numbers describe a center.
  public var featureCount: Int { tables.featureCount }

  /// What each feature is of, in order: two densities with their radial functions, and a degree.
  public var columns: [String] {
    let names: [String]
    switch configuration.compression {
    case .mu2: names = ["all"]
    case .mu1nu1: names = elements.map(\.symbol) + ["all"]
    case .off, .crossover: names = elements.map(\.symbol)
    }
    var columns: [String] = []
    columns.reserveCapacity(featureCount)
    for block in tables.blocks {
      for l in 0...configuration.lMax {
        for n in 1...configuration.nMax {
          for other in (block.isSymmetric ? n : 1)...configuration.nMax {
            columns.append("soap \(names[block.left])\(n) \(names[block.right])\(other) l\(l)")
          }
        }
      }
    }
    return columns
  }

  static let greatestCutoff = 100.0
  static let radialCounts = 1...24
  static let degrees = 0...20
  /// Of Gaussians, in cutoffs: tables and rules grow as they get narrower.
  static let leastWidth = 1.0 / 200
}

extension SOAP: Hashable {
  public static func == (a: SOAP, b: SOAP) -> Bool {
    a.configuration == b.configuration && a.elements == b.elements
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(configuration)
    hasher.combine(elements)
  }
}

extension SOAP: Codable {
  private enum CodingKeys: CodingKey {
    case configuration, elements
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(Configuration.self, forKey: .configuration),
      elements: container.decode([Element].self, forKey: .elements))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(configuration, forKey: .configuration)
    try container.encode(elements, forKey: .elements)
  }
}
