/// The fits of a campaign, the first one first. Kept as bytes, since an open queue fits for each proposal.
public struct RefitList: RandomAccessCollection, Sendable {
  private var rows = PackedRows<RefitSummary>()

  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }
  public subscript(place: Int) -> RefitSummary { rows[place] }

  mutating func append(_ refit: RefitSummary) { rows.append(refit) }
}

extension RefitList: Hashable, CustomStringConvertible {
  public static func == (a: RefitList, b: RefitList) -> Bool { a.elementsEqual(b) }

  public func hash(into hasher: inout Hasher) { for refit in self { hasher.combine(refit) } }

  public var description: String { Array(self).description }
}

extension RefitSummary: Packed {
  func pack(into writer: inout PackWriter) {
    writer.integer(proposals)
    // 0 stands for none.
    writer.integer(revision.map { $0 + 1 } ?? 0)
    writer.integer(models.count)
    for model in models {
      writer.text(model.property)
      writer.byte(model.fidelity == nil ? 0 : 1)
      if let fidelity = model.fidelity { writer.text(fidelity) }
      writer.integer(model.count)
      writer.double(model.mean)
      writer.double(model.deviation)
    }
  }

  init(_ reader: inout PackReader) {
    let proposals = reader.integer()
    let revision = reader.integer()
    let models = (0..<reader.integer()).map { _ in
      ModelSummary(
        property: reader.text(), fidelity: reader.byte() == 0 ? nil : reader.text(),
        count: reader.integer(), mean: reader.double(), deviation: reader.double())
    }
    self.init(proposals: proposals, models: models, revision: revision == 0 ? nil : revision - 1)
  }
}
