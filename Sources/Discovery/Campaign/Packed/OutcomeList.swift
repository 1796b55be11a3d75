/// What became of the proposals of a campaign, in order of their numbers; `nil` of those on their way.
///
/// Kept as bytes: an outcome is put together where it is asked for.
public struct OutcomeList: RandomAccessCollection, Sendable {
  private var rows = PackedRows<Row>()

  fileprivate struct Row {
    let outcome: Campaign.Outcome?
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  /// - Parameter place: 0 for proposal 1.
  public internal(set) subscript(place: Int) -> Campaign.Outcome? {
    get { rows[place].outcome }
    set { rows[place] = Row(outcome: newValue) }
  }

  /// Whether a proposal waits for its outcome.
  public func isPending(_ place: Int) -> Bool { rows.lead(place) == Row.pending }

  func isMeasured(_ place: Int) -> Bool { rows.lead(place) == Row.measured }

  mutating func appendPending() { rows.append(Row(outcome: nil)) }
}

extension OutcomeList: Hashable, CustomStringConvertible {
  public static func == (a: OutcomeList, b: OutcomeList) -> Bool { a.elementsEqual(b) }

  public func hash(into hasher: inout Hasher) { for outcome in self { hasher.combine(outcome) } }

  public var description: String { Array(self).description }
}

extension OutcomeList.Row: Packed {
  static let pending: UInt8 = 0
  static let measured: UInt8 = 1

  func pack(into writer: inout PackWriter) {
    switch outcome {
    case nil: writer.byte(Self.pending)
    case .measured(let values)?:
      writer.byte(Self.measured)
      writer.integer(values.count)
      for (property, value) in values { Self.pack(property, value, into: &writer) }
    case .failed(let reason)?: Self.pack(2, reason, into: &writer)
    case .withdrawn(let reason)?: Self.pack(3, reason, into: &writer)
    case .cancelled(let reason)?: Self.pack(4, reason, into: &writer)
    }
  }

  private static func pack(_ kind: UInt8, _ reason: String, into writer: inout PackWriter) {
    writer.byte(kind)
    writer.text(reason)
  }

  private static func pack(
    _ property: String, _ value: MeasuredValue, into writer: inout PackWriter
  ) {
    writer.text(property)
    writer.byte(
      (value.spread == nil ? 0 : 1) | (value.unit == nil ? 0 : 2)
        | (value.fidelity == nil ? 0 : 4))
    writer.double(value.value)
    if let spread = value.spread { writer.double(spread) }
    if let unit = value.unit { writer.text(unit) }
    if let fidelity = value.fidelity { writer.text(fidelity) }
  }

  init(_ reader: inout PackReader) {
    switch reader.byte() {
    case Self.pending: outcome = nil
    case Self.measured: outcome = .measured(Self.values(&reader))
    case 2: outcome = .failed(reason: reader.text())
    case 3: outcome = .withdrawn(reason: reader.text())
    default: outcome = .cancelled(reason: reader.text())
    }
  }

  private static func values(_ reader: inout PackReader) -> [String: MeasuredValue] {
    let count = reader.integer()
    var values = [String: MeasuredValue](minimumCapacity: count)
    for _ in 0..<count {
      let property = reader.text()
      let flags = reader.byte()
      values[property] = MeasuredValue(
        reader.double(), spread: flags & 1 == 0 ? nil : reader.double(),
        unit: flags & 2 == 0 ? nil : reader.text(), fidelity: flags & 4 == 0 ? nil : reader.text())
    }
    return values
  }
}
