internal import DenseMath

/// The folds of Matbench v0.1, row for row: scikit-learn's `KFold` and `StratifiedKFold` with
/// `shuffle=True, random_state=18012019` on NumPy's `RandomState`.
///
/// Dunn et al., npj Comput. Mater. 6, 138 (2020); Pedregosa et al., J. Mach. Learn. Res. 12, 2825
/// (2011), `sklearn/model_selection/_split.py`.
public enum MatbenchFolds {
  public static let seed: UInt32 = 18_012_019

  /// `KFold`: the rows are shuffled and cut into folds, the first ones longer by a row.
  ///
  /// - Returns: The fold of each row.
  public static func regression(
    count: Int, folds: Int = 5, seed: UInt32 = MatbenchFolds.seed
  ) -> [Int] {
    precondition(folds >= 2 && count >= folds, "\(count) rows do not fill \(folds) folds")
    var generator = MersenneTwister(seed: seed)
    var order = Array(0..<count)
    generator.shuffle(&order)
    var result = [Int](repeating: 0, count: count)
    var start = 0
    for fold in 0..<folds {
      let size = count / folds + (fold < count % folds ? 1 : 0)
      for place in start..<start + size { result[order[place]] = fold }
      start += size
    }
    return result
  }

  /// `StratifiedKFold`: classes in order of first occurrence; each class's share in every fold is
  /// that of a deal from the sorted classes, and is shuffled over the rows of the class.
  ///
  /// - Returns: The fold of each row.
  public static func classification(
    _ labels: [String], folds: Int = 5, seed: UInt32 = MatbenchFolds.seed
  ) -> [Int] {
    precondition(folds >= 2 && labels.count >= folds, "too few rows for \(folds) folds")
    var codes: [String: Int] = [:]
    let encoded = labels.map { label -> Int in
      if let code = codes[label] { return code }
      codes[label] = codes.count
      return codes.count - 1
    }
    var allocation = [[Int]](
      repeating: [Int](repeating: 0, count: codes.count), count: folds)
    for (place, code) in encoded.sorted().enumerated() { allocation[place % folds][code] += 1 }
    var generator = MersenneTwister(seed: seed)
    var drawn = (0..<codes.count).map { code -> ArraySlice<Int> in
      var dealt = (0..<folds).flatMap { fold in
        [Int](repeating: fold, count: allocation[fold][code])
      }
      generator.shuffle(&dealt)
      return dealt[...]
    }
    // Each class was dealt as many folds as it has rows.
    return encoded.map { drawn[$0].removeFirst() }
  }
}
