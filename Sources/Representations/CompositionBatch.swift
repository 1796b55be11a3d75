import Foundation
public import Matter
public import Torch

/// Compositions packed one after the other, elements in order of atomic number; nothing is padded.
///
/// Only the stoichiometry enters: `Fe2O3` and `Fe4O6` give the same rows.
public struct CompositionBatch: Hashable, Sendable {
  /// `[n]`, one for each element of each composition.
  public private(set) var atomicNumbers: [Int64]

  /// `[n]`, summing to 1 in each composition.
  public private(set) var fractions: [Float]

  /// `[b + 1]`: composition `i` holds the rows `offsets[i] ..< offsets[i + 1]`.
  public private(set) var offsets: [Int64]

  /// - Parameters: as the properties; the elements of a composition in any order.
  init(atomicNumbers: [Int64], fractions: [Float], offsets: [Int64]) {
    self.atomicNumbers = atomicNumbers
    self.fractions = fractions
    self.offsets = offsets
  }

  public init(_ compositions: [Composition]) {
    atomicNumbers = []
    fractions = []
    offsets = [0]
    offsets.reserveCapacity(compositions.count + 1)
    for composition in compositions {
      let total = composition.totalAtoms
      for (element, amount) in zip(composition.elements, composition.amounts) {
        atomicNumbers.append(Int64(element.atomicNumber))
        fractions.append(Float(amount / total))
      }
      offsets.append(Int64(atomicNumbers.count))
    }
  }

  /// How many compositions there are.
  public var count: Int { offsets.count - 1 }

  /// The compositions at `items`, in that order.
  public func selecting(_ items: some Collection<Int>) -> CompositionBatch {
    var result = CompositionBatch([])
    result.offsets.reserveCapacity(items.count + 1)
    for item in items {
      let rows = Int(offsets[item])..<Int(offsets[item + 1])
      result.atomicNumbers.append(contentsOf: atomicNumbers[rows])
      result.fractions.append(contentsOf: fractions[rows])
      result.offsets.append(Int64(result.atomicNumbers.count))
    }
    return result
  }
}

/// A ``CompositionBatch`` as tensors.
public struct PackedCompositions {
  /// `[n]`: atomic number − 1.
  public let elements: Tensor

  /// `[n, 3]`: the fraction, its square root and a shifted logarithm, all of order 1.
  public let amounts: Tensor

  /// `[n, 1]`: natural logarithm of the fraction.
  public let logFractions: Tensor

  /// `[b + 1]`.
  public let offsets: Tensor

  public init(_ batch: CompositionBatch) throws(TorchError) {
    let rows = batch.fractions.count
    var amounts = [Float](repeating: 0, count: rows * 3)
    var logarithms = [Float](repeating: 0, count: rows)
    for (row, fraction) in batch.fractions.enumerated() {
      // An amount can be too small for single precision.
      let fraction = max(fraction, 1e-12)
      let logarithm = log(fraction)
      logarithms[row] = logarithm
      amounts[row * 3] = fraction
      amounts[row * 3 + 1] = fraction.squareRoot()
      amounts[row * 3 + 2] = 1 + logarithm / 5
    }
    elements = try Tensor(batch.atomicNumbers.map { $0 - 1 }, shape: [rows])
    self.amounts = try Tensor(amounts, shape: [rows, 3])
    logFractions = try Tensor(logarithms, shape: [rows, 1])
    offsets = try Tensor(batch.offsets, shape: [batch.offsets.count])
  }
}
