public import Matter

/// The descriptors of structures by name.
public enum StructureDescriptors {
  public static let names = [
    "structure", "soap", "coulomb", "sine", "ewald", "mbtr", "acsf", "rdf", "adf",
  ]

  /// What the descriptors can be told; each takes what concerns it.
  public struct Options: Sendable {
    /// For soap, mbtr and acsf, and for rdf and adf by elements.
    public var elements: [Element] = []

    /// For the matrices: the largest number of sites.
    public var mostSites = 0

    /// Å; `nil` for the descriptor's own.
    public var cutoff: Double?

    /// Of soap.
    public var nMax = 8
    public var lMax = 6
    public var average = SOAP.Average.outer
    public var compression = SOAP.Compression.off

    /// Of the matrices.
    public var form = SiteMatrixDescriptor.Form.eigenvalues

    /// Whether rdf and adf tell elements apart.
    public var byElements = false

    public init() {}
  }

  /// Whether a descriptor's columns depend on the elements that there are.
  public static func needsElements(_ name: String, byElements: Bool = false) -> Bool {
    ["soap", "mbtr", "acsf"].contains(name) || (byElements && ["rdf", "adf"].contains(name))
  }

  /// Whether a descriptor's width depends on the number of sites that there are at most.
  public static func needsSites(_ name: String) -> Bool {
    ["coulomb", "sine", "ewald"].contains(name)
  }

  /// - Returns: `nil` for a name that is not in ``names``.
  /// - Throws: ``StructureDescriptorError`` or ``SOAPError`` for options that make no sense.
  public static func named(
    _ name: String, _ options: Options = Options()
  ) throws -> (any StructureDescriptor)? {
    switch name {
    case "structure": return CrystalStatistics()
    case "soap": return try soap(options)
    case "coulomb": return try matrix(.coulomb, options)
    case "sine": return try matrix(.sine, options)
    case "ewald": return try matrix(.ewald(.fine), options)
    case "mbtr": return try MBTR(elements: options.elements)
    case "acsf":
      var configuration = ACSF.Configuration()
      configuration.cutoff = options.cutoff ?? configuration.cutoff
      return try ACSF(elements: options.elements, configuration)
    case "rdf":
      return try RadialDistribution(
        elements: options.byElements ? options.elements : nil, cutoff: options.cutoff ?? 8)
    case "adf":
      return try AngularDistribution(
        elements: options.byElements ? options.elements : nil, cutoff: options.cutoff ?? 5)
    default: return nil
    }
  }

  private static func soap(_ options: Options) throws -> AveragedSOAP {
    var configuration = SOAP.Configuration()
    configuration.cutoff = options.cutoff ?? configuration.cutoff
    configuration.nMax = options.nMax
    configuration.lMax = options.lMax
    configuration.compression = options.compression
    return AveragedSOAP(
      try SOAP(configuration, elements: options.elements), average: options.average)
  }

  private static func matrix(
    _ kind: SiteMatrix.Kind, _ options: Options
  ) throws -> SiteMatrixDescriptor {
    try SiteMatrixDescriptor(kind, form: options.form, mostSites: options.mostSites)
  }
}
