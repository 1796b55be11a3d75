internal import Foundation
internal import Matter

/// The number of elements and norms of the vector of atomic fractions.
///
/// p = 0, 2, 3, 5, 7, 10; p = 0 counts elements. Ward et al., npj Comput. Mater. 2, 16028 (2016),
/// section "stoichiometric attributes".
public struct StoichiometryDescriptor: RowDescriptor {
  public let name = "stoichiometry"
  public let version = 1
  public let columns = ["0-norm", "2-norm", "3-norm", "5-norm", "7-norm", "10-norm"]

  private static let powers: [Double] = [2, 3, 5, 7, 10]

  public init() {}

  func append(_ composition: Composition, to values: inout [Double]) {
    let fractions = composition.fractions
    values.append(Double(fractions.count))
    for power in Self.powers {
      values.append(pow(fractions.reduce(0) { $0 + pow($1, power) }, 1 / power))
    }
  }
}
