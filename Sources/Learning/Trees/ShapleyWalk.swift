/// One walk of a row through all branches of a tree, which keeps the weights of all coalitions.
///
/// The names are those of Lundberg, Erion and Lee, arXiv:1802.03888, algorithm 2.
struct ShapleyWalk {
  private struct Step {
    var feature: Int
    var zero: Double
    var one: Double
    var weight: Double
  }

  private let tree: DecisionTree
  private let scale: Double
  private let outputStride: Int

  /// Room for the paths of all depths at once: 1 + 2 + … + (depth + 2) steps.
  private let scratch: UnsafeMutablePointer<Step>
  private var row: UnsafePointer<Float>?
  private var sums: UnsafeMutablePointer<Double>?

  init(tree: DecisionTree, scale: Double, outputStride: Int) {
    self.tree = tree
    self.scale = scale
    self.outputStride = outputStride
    let depth = tree.depth + 2
    scratch = .allocate(capacity: depth * (depth + 1) / 2 + 1)
  }

  func deallocate() { scratch.deallocate() }

  /// Adds the contributions of each feature to `sums`, and of output k to `sums` further on by
  /// k strides.
  mutating func add(row: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Double>) {
    self.row = row
    self.sums = sums
    visit(0, scratch, length: 0, zero: 1, one: 1, feature: -1)
  }

  private func visit(
    _ place: Int, _ path: UnsafeMutablePointer<Step>, length: Int, zero: Double, one: Double,
    feature: Int
  ) {
    extend(path, length, zero, one, feature)
    let node = tree.nodes[place]
    guard !node.isLeaf, let row else { return addLeaf(place, path, length) }
    let hot = node.next(row)
    let cold = hot == Int(node.left) ? Int(node.right) : Int(node.left)
    let split = Int(node.feature)
    var (zeroBefore, oneBefore, kept) = (1.0, 1.0, length)
    if let seen = (1..<length + 1).first(where: { path[$0].feature == split }) {
      (zeroBefore, oneBefore) = (path[seen].zero, path[seen].one)
      unwind(path, length, seen)
      kept -= 1
    }
    for (child, one) in [(hot, oneBefore), (cold, 0)] {
      let share = tree.share(of: Int32(child), in: place)
      // A side that neither the row nor any other row takes adds nothing.
      if share == 0, one == 0 { continue }
      let next = path + kept + 1
      next.update(from: path, count: kept + 1)
      visit(
        child, next, length: kept + 1, zero: zeroBefore * share, one: one, feature: split)
    }
  }

  private func addLeaf(_ place: Int, _ path: UnsafeMutablePointer<Step>, _ length: Int) {
    guard length > 0, let sums else { return }
    for index in 1...length {
      let step = path[index]
      let weight = unwoundSum(path, length, index) * (step.one - step.zero) * scale
      for k in 0..<tree.width {
        sums[k * outputStride + step.feature] += weight * tree.values[place * tree.width + k]
      }
    }
  }

  private func extend(
    _ path: UnsafeMutablePointer<Step>, _ length: Int, _ zero: Double, _ one: Double,
    _ feature: Int
  ) {
    path[length] = Step(feature: feature, zero: zero, one: one, weight: length == 0 ? 1 : 0)
    let size = Double(length + 1)
    for i in stride(from: length - 1, through: 0, by: -1) {
      path[i + 1].weight += one * path[i].weight * Double(i + 1) / size
      path[i].weight = zero * path[i].weight * Double(length - i) / size
    }
  }

  /// Takes a feature out of the path again.
  private func unwind(_ path: UnsafeMutablePointer<Step>, _ length: Int, _ index: Int) {
    let (zero, one) = (path[index].zero, path[index].one)
    let size = Double(length + 1)
    var next = path[length].weight
    for i in stride(from: length - 1, through: 0, by: -1) {
      if one != 0 {
        let weight = path[i].weight
        path[i].weight = next * size / (Double(i + 1) * one)
        next = weight - path[i].weight * zero * Double(length - i) / size
      } else {
        path[i].weight = path[i].weight * size / (zero * Double(length - i))
      }
    }
    for i in index..<length {
      path[i].feature = path[i + 1].feature
      path[i].zero = path[i + 1].zero
      path[i].one = path[i + 1].one
    }
  }

  /// The sum of the weights that ``unwind(_:_:_:)`` would leave.
  private func unwoundSum(
    _ path: UnsafeMutablePointer<Step>, _ length: Int, _ index: Int
  ) -> Double {
    let (zero, one) = (path[index].zero, path[index].one)
    let size = Double(length + 1)
    var (next, total) = (path[length].weight, 0.0)
    for i in stride(from: length - 1, through: 0, by: -1) {
      if one != 0 {
        let weight = next * size / (Double(i + 1) * one)
        total += weight
        next = path[i].weight - weight * zero * Double(length - i) / size
      } else if zero != 0 {
        total += path[i].weight * size / (zero * Double(length - i))
      }
    }
    return total
  }
}
