internal import DenseMath

extension RandomForest {
  private static let magic = "ATHWOODS"

  /// The model as bytes: ``init(bytes:)`` gives one with equal predictions, bit for bit.
  public func bytes() throws -> [UInt8] {
    var writer = TreeWriter(magic: RandomForest.magic)
    writer.write(text: try TreeSettings.encode(settings))
    writer.write(targets)
    writer.write(outOfBag.elements)
    writer.write(ensemble)
    for member in members {
      writer.write(member.starts)
      writer.write(member.counts)
      writer.write(member.rows)
      writer.write(member.shares)
    }
    return writer.finished()
  }

  /// - Throws: ``TreeError/damaged(reason:)`` for anything but what ``bytes()`` wrote.
  public init(bytes: [UInt8]) throws(TreeError) {
    var reader = try TreeReader(bytes, magic: RandomForest.magic)
    settings = try TreeSettings.decode(ForestSettings.self, try reader.text())
    targets = try reader.doubles()
    let outOfBag = try reader.doubles()
    ensemble = try reader.ensemble()
    do throws(TreeError) {
      try settings.check()
    } catch {
      throw .damaged(reason: "its settings are not usable")
    }
    let width = settings.outputs
    guard ensemble.outputs == width, ensemble.trees.count == settings.trees,
      ensemble.trees.allSatisfy({ $0.width == width }), targets.allSatisfy(\.isFinite),
      outOfBag.count == targets.count * width
    else { throw .damaged(reason: "the trees do not fit the settings") }
    self.outOfBag = Matrix(rows: targets.count, columns: width, elements: outOfBag)
    var members: [LeafMembers] = []
    for tree in ensemble.trees {
      let member = LeafMembers(
        starts: try reader.integers(), counts: try reader.integers(),
        rows: try reader.integers(), shares: try reader.floats())
      guard member.fits(tree, rows: targets.count) else {
        throw .damaged(reason: "the rows at the leaves do not fit the trees")
      }
      members.append(member)
    }
    guard reader.isAtEnd else { throw .damaged(reason: "bytes follow the trees") }
    self.members = members
    leafTargets =
      settings.classes > 0
      ? nil : LeafTargets(ensemble.trees, members: members, targets: targets)
  }
}

extension LeafMembers {
  /// Whether every leaf has rows of its own, all of them among the training rows.
  func fits(_ tree: DecisionTree, rows count: Int) -> Bool {
    guard starts.count == tree.nodes.count, counts.count == starts.count,
      rows.count == shares.count, rows.allSatisfy({ Int($0) < count }),
      shares.allSatisfy({ $0 > 0 && $0 <= 1 })
    else { return false }
    var total = 0
    for index in tree.nodes.indices where tree.nodes[index].isLeaf {
      let (start, length) = (Int(starts[index]), Int(counts[index]))
      guard length > 0, start + length <= rows.count else { return false }
      total += length
    }
    return total <= rows.count
  }
}
