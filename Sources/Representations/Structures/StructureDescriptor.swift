public import DenseMath

/// One row of numbers for each structure, whatever its number of sites.
///
/// Laws: the same settings and structure give the same row, and so do rotations, translations and a
/// new order of the sites; the width is that of ``columns`` for every structure.
public protocol StructureDescriptor: Sendable {
  /// The name in recipes and on the command line.
  var name: String { get }

  /// Changes whenever the meaning of a column does; part of ``columnHash``.
  var version: Int { get }

  /// What changes the numbers and does not show in the names of the columns, written out; part of
  /// ``columnHash``.
  var settings: String { get }

  /// Names in the order of the numbers of a row, each once.
  var columns: [String] { get }

  /// - Returns: `columns.count` numbers; NaN where a value is missing.
  /// - Throws: An error whose description says what about the structure the descriptor cannot do.
  func row(of structure: AtomicStructure) throws -> [Double]

  /// Rows of several structures in their order, or why there is none: one that has no row does not
  /// cost the others.
  ///
  /// - Parameter threads: At least 1; the result does not depend on it.
  func results(of structures: [AtomicStructure], threads: Int) throws -> [Result<
    [Double], any Error
  >]
}

/// A descriptor that can also say something about each site.
public protocol SiteDescriptor: StructureDescriptor {
  /// Names in the order of the numbers of a site's row; ``StructureDescriptor/columns`` unless a
  /// structure's row holds more than means over the sites.
  var siteColumns: [String] { get }

  /// - Returns: `[sites, siteColumns]`.
  func siteRows(of structure: AtomicStructure) throws -> Matrix
}

extension SiteDescriptor {
  public var siteColumns: [String] { columns }
}

extension StructureDescriptor {
  public var version: Int { 1 }
  public var settings: String { "" }

  public func results(
    of structures: [AtomicStructure], threads: Int
  ) throws -> [Result<[Double], any Error>] {
    try parallelMap(structures, threads: threads) { structure in Result { try row(of: structure) } }
  }

  /// The rows as a matrix, `[structures, columns]`; NaN where a value is missing.
  ///
  /// - Parameter threads: At least 1; the result does not depend on it.
  /// - Throws: The error of the first structure that has no row.
  public func matrix(_ structures: [AtomicStructure], threads: Int = 1) throws -> Matrix {
    let rows = try parallelMap(structures, threads: threads) { try row(of: $0) }
    return Matrix(
      rows: structures.count, columns: columns.count, elements: rows.flatMap { $0 })
  }

  /// 16 hexadecimal digits that name the columns, their version and the settings behind them: a
  /// model that was trained on other columns is found out.
  ///
  /// FNV-1a, 64 bits, of name, version, settings and column names.
  public var columnHash: String {
    var hash = StableHash()
    hash.add("\(name)/\(version)/\(settings)/\(columns.joined(separator: "\u{1F}"))")
    return hash.hexadecimal
  }
}

/// Why a structure has no descriptor.
public enum StructureDescriptorError: Error, Hashable, Sendable {
  /// A descriptor of fixed width got more sites than it was made for.
  case tooManySites(Int, most: Int, descriptor: String)

  /// An element that the descriptor's list does not hold.
  case elementOutside(String, descriptor: String)

  /// A descriptor of cells got a structure without one.
  case notPeriodic(descriptor: String)

  /// Two sites in one place, counted from 0.
  case coincidentSites(Int, Int)

  /// A setting that makes no sense, in words.
  case badSetting(String)

  /// A sum that would need more memory or time than is sensible, in words.
  case tooLarge(String)
}

extension StructureDescriptorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManySites(let count, let most, let descriptor):
      "The structure has \(count) sites and \(descriptor) was made for at most \(most); raise the "
        + "largest number of sites or leave the structure out."
    case .elementOutside(let element, let descriptor):
      "The structure holds \(element), which is not among the elements of \(descriptor); add it to "
        + "the list or leave the structure out."
    case .notPeriodic(let descriptor):
      "The structure has no cell, and \(descriptor) describes periodic crystals only; give a "
        + "crystal or choose another descriptor."
    case .coincidentSites(let first, let second):
      "Sites \(first + 1) and \(second + 1) lie in one place; write them as one shared site."
    case .badSetting(let words), .tooLarge(let words): words
    }
  }
}
