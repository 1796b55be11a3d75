public import Matter

extension Candidate {
  /// Equal for equal materials under equal conditions, in any program: the reduced formula, the sites of a
  /// crystal and the bits of the variables.
  public var contentKey: String {
    let crystal = crystal.map { ContentHash(of: StoredStructure.bytes($0)).hex } ?? ""
    let bits = variables.map { String($0.bitPattern, radix: 16) }.joined(separator: ",")
    return "\(hasMaterial ? composition.reducedFormula : "")|\(crystal)|\(bits)"
  }
}
