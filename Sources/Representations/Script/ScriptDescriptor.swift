public import Matter

/// The rows of a network of somebody else's as columns of structures.
///
/// Unlike fixed descriptors it promises nothing about rotations or a new order of the sites: that is
/// the network's own affair.
public struct ScriptDescriptor: StructureDescriptor {
  public let name: String
  public let settings: String
  public let columns: [String]
  private let encoder: ScriptEncoder

  /// - Parameters:
  ///   - title: What columns are called by.
  ///   - hash: Of the module and the description.
  public init(_ encoder: ScriptEncoder, title: String, hash: String) {
    self.encoder = encoder
    name = "script:\(title)"
    settings = hash
    columns = (0..<encoder.width).map { "\(title) \($0 + 1)" }
  }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try encoder.results(of: [structure])[0].get()
  }

  public func results(
    of structures: [AtomicStructure], threads: Int
  ) throws -> [Result<[Double], any Error>] {
    try encoder.results(of: structures, threads: threads)
  }
}

/// The same of compositions, for a network over their elements.
public struct ScriptCompositionDescriptor: FixedDescriptor {
  public let name: String
  public let version = 1
  public let columns: [String]
  public let constantsHash: UInt64
  private let encoder: ScriptEncoder

  /// - Parameters: As of ``ScriptDescriptor``.
  public init(_ encoder: ScriptEncoder, title: String, hash: String) {
    self.encoder = encoder
    name = "script:\(title)"
    columns = (0..<encoder.width).map { "\(title) \($0 + 1)" }
    var stable = StableHash()
    stable.add(hash)
    constantsHash = stable.value
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(compositions.count * columns.count)
    let results: [Result<[Double], any Error>]
    do {
      results = try encoder.results(of: compositions)
    } catch {
      throw .refused(formula: compositions.first?.formula ?? "", reason: "\(error)")
    }
    for (composition, result) in zip(compositions, results) {
      switch result {
      case .success(let row): values += row
      case .failure(let error):
        throw .refused(formula: composition.formula, reason: "\(error)")
      }
    }
    return values
  }
}
