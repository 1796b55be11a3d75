import DenseMath
import Learning
import Matter

/// A surrogate whose posterior is jointly normal, with covariances in closed form.
protocol JointSurrogate: Surrogate {
  /// Covariances of the property without measurement noise, in the unit of the target squared.
  ///
  /// - Returns: `[a.count, b.count]`.
  func covariance(_ a: [Candidate], _ b: [Candidate]) throws -> Matrix
}

extension GaussianProcessSurrogate: JointSurrogate {
  /// In blocks of the first list, each with the whole second one: O(a b n) for a short second list.
  func covariance(_ a: [Candidate], _ b: [Candidate]) throws -> Matrix {
    let scale = targetStandardization.scale * targetStandardization.scale
    let second = try points(b)
    var elements: [Double] = []
    elements.reserveCapacity(a.count * b.count)
    for start in stride(from: 0, to: a.count, by: 200) {
      let first = try points(Array(a[start..<min(start + 200, a.count)]))
      let joint = process.posterior(
        Matrix(
          rows: first.rows + second.rows, columns: first.columns,
          elements: first.elements + second.elements)
      ).covariance
      for row in 0..<first.rows {
        elements += joint.row(row).suffix(second.rows).map { $0 * scale }
      }
    }
    return Matrix(rows: a.count, columns: b.count, elements: elements)
  }

  /// Standardized inputs: `[n, d]`.
  private func points(_ candidates: [Candidate]) throws -> Matrix {
    inputStandardization(try features.matrix(candidates, variables: variables))
  }
}
