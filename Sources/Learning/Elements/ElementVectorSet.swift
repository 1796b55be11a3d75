import DenseMath
import Foundation
public import Matter
import Representations

/// Element vectors of any origin, made ready for comparison.
public struct ElementVectorSet: Sendable {
  public let name: String

  /// All of one length; nothing is missing.
  public let vectors: [Element: [Double]]

  public var width: Int { vectors.values.first?.count ?? 0 }

  /// Missing numbers become the mean of their column. Columns that have a word for a name are
  /// quantities with units of their own: each is brought to mean 0 and spread 1. Learned columns,
  /// which are numbered (`0`, `v1`), stay as they are.
  public init(name: String, columns: [String], vectors: [Element: [Double]]) {
    self.name = name
    let elements = vectors.keys.sorted()
    var table = elements.map { vectors[$0] ?? [] }
    for (place, column) in columns.enumerated() {
      let known = table.map { $0[place] }.filter(\.isFinite)
      let mean = known.reduce(0, +) / Double(max(known.count, 1))
      let variance =
        known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(known.count, 1))
      let isQuantity = !Self.isNumbered(column)
      for row in table.indices {
        let value = table[row][place]
        let filled = value.isFinite ? value : mean
        table[row][place] =
          isQuantity ? (variance > 0 ? (filled - mean) / variance.squareRoot() : 0) : filled
      }
    }
    self.vectors = Dictionary(uniqueKeysWithValues: zip(elements, table))
  }

  /// `0`, `17`, `v1`: digits behind at most one letter.
  private static func isNumbered(_ column: String) -> Bool {
    let digits = column.first?.isLetter == true ? column.dropFirst() : column[...]
    return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
  }

  /// Vectors that know nothing, and those that tabulated properties make: what learned ones are to be
  /// compared with.
  ///
  /// - Returns: `one-hot`; `random`, normal and 200 wide; `magpie`, the 22 properties of Ward et al.
  ///   (2016).
  public static func standards(_ elements: Set<Element>, seed: UInt64) -> [ElementVectorSet] {
    let ordered = elements.sorted()
    var oneHot: [Element: [Double]] = [:]
    var random: [Element: [Double]] = [:]
    var properties: [Element: [Double]] = [:]
    for (place, element) in ordered.enumerated() {
      var row = [Double](repeating: 0, count: ordered.count)
      row[place] = 1
      oneHot[element] = row
      var generator = SplitMix64(seed: seed, stream: UInt64(element.atomicNumber))
      random[element] = (0..<200).map { _ in generator.normal() }
      properties[element] = ElementProperty.allCases.map { element.value(of: $0) ?? .nan }
    }
    return [
      ElementVectorSet(
        name: "one-hot", columns: ordered.indices.map { "\($0)" }, vectors: oneHot),
      ElementVectorSet(name: "random", columns: (0..<200).map { "\($0)" }, vectors: random),
      ElementVectorSet(
        name: "magpie properties", columns: ElementProperty.allCases.map(\.rawValue),
        vectors: properties),
    ]
  }

  func restricted(to elements: Set<Element>) -> [Element: [Double]] {
    vectors.filter { elements.contains($0.key) }
  }
}
