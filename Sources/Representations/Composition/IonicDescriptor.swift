internal import Foundation
internal import Matter

/// Whether the elements can form a neutral compound, and how ionic their bonds are.
///
/// - `compound possible`: 1 where each element can take one of its common states (Magpie's list) so
///   that charges cancel, 0 otherwise; 1 for an element.
/// - `max ionic char`, `avg ionic char`: Pauling's 1 − exp(−¼ Δχ²) of the pairs of elements, the
///   largest and the sum weighted by both fractions, each pair once.
///
/// Ward et al., npj Comput. Mater. 2, 16028 (2016); names and sums of matminer's `IonProperty`, with
/// Magpie's electronegativities. More than ``NeutralStates/limit`` assignments are not tried: a
/// compound of so many elements counts as possible where charges of both signs can be had.
public struct IonicDescriptor: RowDescriptor {
  public let name = "ionic"
  public let version = 1
  public let columns = ["compound possible", "max ionic char", "avg ionic char"]

  private static let electronegativities = Element.all.map { $0.electronegativity ?? .nan }
  private static let tableHash: UInt64 = {
    var hash = StableHash()
    hash.add(electronegativities)
    hash.add(OxidationStateTable.commonOffsets)
    hash.add(OxidationStateTable.commonStates)
    return hash.value
  }()

  public var constantsHash: UInt64 { Self.tableHash }

  public init() {}

  func append(_ composition: Composition, to values: inout [Double]) {
    let elements = composition.elements
    guard elements.count > 1 else {
      values.append(contentsOf: [1, 0, 0])
      return
    }
    var search = NeutralStates(composition)
    values.append(search.exist() ? 1 : 0)
    let table = Self.electronegativities
    let fractions = composition.fractions
    var largest = 0.0
    var sum = 0.0
    for i in elements.indices {
      for j in 0..<i {
        let difference =
          table[elements[i].atomicNumber - 1] - table[elements[j].atomicNumber - 1]
        let character = 1 - exp(-0.25 * difference * difference)
        largest = max(largest, character)
        sum += fractions[i] * fractions[j] * character
      }
    }
    values.append(sum.isNaN ? .nan : largest)
    values.append(sum)
  }
}

/// Looks for one common state of each element such that charges cancel.
///
/// Depth first; a branch ends where the states that remain cannot bring the charge back to zero.
struct NeutralStates {
  /// The most assignments that are tried.
  static let limit = 4096

  /// The charge per atom that counts as none.
  private static let tolerance = 1e-8

  private let fractions: [Double]
  private let states: [ArraySlice<Int>]

  /// The lowest and the highest charge that the elements from a place on can have.
  private var lowest: [Double]
  private var highest: [Double]
  private var tried = 0

  init(_ composition: Composition) {
    fractions = composition.fractions
    states = composition.elements.map { element in
      let number = element.atomicNumber
      return OxidationStateTable.commonStates[
        OxidationStateTable.commonOffsets[number - 1]..<OxidationStateTable.commonOffsets[number]]
    }
    lowest = [Double](repeating: 0, count: fractions.count + 1)
    highest = lowest
    for place in fractions.indices.reversed() {
      let fraction = fractions[place]
      lowest[place] = lowest[place + 1] + fraction * Double(states[place].min() ?? 0)
      highest[place] = highest[place + 1] + fraction * Double(states[place].max() ?? 0)
    }
  }

  mutating func exist() -> Bool {
    guard !states.contains(where: \.isEmpty) else { return false }
    return search(from: 0, charge: 0)
  }

  private mutating func search(from place: Int, charge: Double) -> Bool {
    guard charge + lowest[place] <= Self.tolerance, charge + highest[place] >= -Self.tolerance
    else { return false }
    tried += 1
    if place == fractions.count || tried > Self.limit { return true }
    for state in states[place] {
      if search(from: place + 1, charge: charge + fractions[place] * Double(state)) { return true }
    }
    return false
  }
}
