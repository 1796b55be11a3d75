import Foundation
import Matter
import Torch

extension TrainingRows {
  /// Names of the tensors begin with this; those of surrogates do not.
  static let prefix = "athanor.rows."

  private enum Name {
    static let texts = prefix + "identifiers"
    static let starts = prefix + "starts"
    static let elements = prefix + "elements"
    static let amounts = prefix + "amounts"
    static let distances = prefix + "distances"
    static let all = [texts, starts, elements, amounts, distances]
  }

  /// Elements and amounts of all rows one after the other, where each row starts, and the names as
  /// JSON.
  var tensors: [String: StoredTensor] {
    var starts: [Int64] = [0]
    var elements: [UInt8] = []
    var amounts: [Double] = []
    for composition in compositions {
      // Atomic numbers end at 118.
      elements += composition.elements.map { UInt8($0.atomicNumber) }
      amounts += composition.amounts
      starts.append(Int64(elements.count))
    }
    let texts = (try? JSONEncoder().encode(identifiers)) ?? Data("[]".utf8)
    return [
      Name.texts: StoredTensor(Array(texts)),
      Name.starts: StoredTensor(starts, shape: [starts.count]),
      Name.elements: StoredTensor(elements),
      Name.amounts: StoredTensor(amounts, shape: [amounts.count]),
      Name.distances: StoredTensor(ownDistances, shape: [ownDistances.count]),
    ]
  }

  /// Takes the rows out of the tensors of a model file.
  ///
  /// - Returns: `nil` where the file has none.
  /// - Throws: ``TrainingRowsError`` when they do not fit together.
  static func taken(
    from tensors: inout [String: StoredTensor]
  ) throws(TrainingRowsError) -> TrainingRows? {
    guard tensors.keys.contains(where: { $0.hasPrefix(prefix) }) else { return nil }
    guard let texts = tensors[Name.texts]?.bytes, let starts = tensors[Name.starts]?.integers,
      let elements = tensors[Name.elements]?.bytes, let amounts = tensors[Name.amounts]?.doubles,
      let distances = tensors[Name.distances]?.doubles,
      let identifiers = try? JSONDecoder().decode([String].self, from: Data(texts)),
      starts.count == identifiers.count + 1, starts.first == 0,
      starts.last == Int64(elements.count), elements.count == amounts.count,
      distances.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { throw TrainingRowsError() }
    for name in Name.all { tensors[name] = nil }
    var compositions: [Composition] = []
    for (start, end) in zip(starts, starts.dropFirst()) {
      guard start < end, end <= Int64(elements.count), start >= 0 else { throw TrainingRowsError() }
      var parts: [Element: Double] = [:]
      for place in Int(start)..<Int(end) {
        guard let element = Element(atomicNumber: Int(elements[place])) else {
          throw TrainingRowsError()
        }
        parts[element] = amounts[place]
      }
      guard let composition = try? Composition(parts), parts.count == Int(end - start) else {
        throw TrainingRowsError()
      }
      compositions.append(composition)
    }
    return TrainingRows(
      identifiers: identifiers, compositions: compositions, ownDistances: distances)
  }
}

/// The training rows of a model file do not fit together.
struct TrainingRowsError: Error {}
