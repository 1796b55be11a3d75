public import Matter

/// The proposals of a campaign, in order of their numbers.
///
/// Kept as bytes but for the candidates, which models are trained on: a proposal is put together where it is
/// asked for. ``candidate(at:)`` and ``role(at:)`` need not do so.
public struct ProposalList: RandomAccessCollection, Sendable {
  private var candidates: [Candidate] = []

  /// Lists of elements, each kept once for all candidates of these.
  private var elements: Set<[Element]> = []
  private var details = PackedRows<Detail>()

  /// Everything but number and candidate.
  fileprivate struct Detail {
    let predictions: [String: PredictedValue]
    let acquisition: Double?
    let feasibility: Double?
    let reason: String
    let role: Proposal.Role?
    let fidelity: String?
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { candidates.count }

  /// - Parameter place: 0 for proposal 1.
  public subscript(place: Int) -> Proposal {
    let detail = details[place]
    return Proposal(
      number: place + 1, candidate: candidates[place], predictions: detail.predictions,
      acquisition: detail.acquisition, feasibility: detail.feasibility, reason: detail.reason,
      role: detail.role, fidelity: detail.fidelity)
  }

  public func candidate(at place: Int) -> Candidate { candidates[place] }

  public func role(at place: Int) -> Proposal.Role? {
    details.lead(place) & Detail.hasRole == 0 ? nil : details[place].role
  }

  func fidelity(at place: Int) -> String? {
    details.lead(place) & Detail.hasFidelity == 0 ? nil : details[place].fidelity
  }

  /// - Parameters:
  ///   - proposal: The next number.
  ///   - candidate: Its own, as ``sharing(_:)`` gave it.
  mutating func append(_ proposal: Proposal, _ candidate: Candidate) {
    candidates.append(candidate)
    details.append(
      Detail(
        predictions: proposal.predictions, acquisition: proposal.acquisition,
        feasibility: proposal.feasibility, reason: proposal.reason, role: proposal.role,
        fidelity: proposal.fidelity))
  }

  /// An equal candidate that has its elements in common with those before.
  mutating func sharing(_ candidate: Candidate) -> Candidate {
    guard candidate.crystal == nil, candidate.hasMaterial else { return candidate }
    let composition = candidate.composition
    let list = elements.insert(composition.elements).memberAfterInsert
    return Candidate(
      Composition(ordered: list, amounts: composition.amounts), variables: candidate.variables)
  }
}

extension ProposalList: Hashable, CustomStringConvertible {
  public static func == (a: ProposalList, b: ProposalList) -> Bool { a.elementsEqual(b) }

  public func hash(into hasher: inout Hasher) { hasher.combine(candidates) }

  public var description: String { Array(self).description }
}

extension ProposalList.Detail: Packed {
  private static let hasAcquisition: UInt8 = 1
  private static let hasFeasibility: UInt8 = 2
  static let hasFidelity: UInt8 = 4
  private static let isPrior: UInt8 = 8
  private static let isControl: UInt8 = 16
  private static let isReplicate: UInt8 = 32
  static let hasRole: UInt8 = 8 + 16 + 32

  func pack(into writer: inout PackWriter) {
    writer.byte(
      (acquisition == nil ? 0 : Self.hasAcquisition)
        | (feasibility == nil ? 0 : Self.hasFeasibility)
        | (fidelity == nil ? 0 : Self.hasFidelity) | roleFlag)
    if case .replicate(let original)? = role { writer.integer(original) }
    if let acquisition { writer.double(acquisition) }
    if let feasibility { writer.double(feasibility) }
    if let fidelity { writer.text(fidelity) }
    writer.text(reason)
    writer.integer(predictions.count)
    for (name, value) in predictions {
      writer.text(name)
      writer.double(value.mean)
      writer.double(value.deviation)
      writer.double(value.epistemicDeviation)
    }
  }

  private var roleFlag: UInt8 {
    switch role {
    case nil: 0
    case .prior?: Self.isPrior
    case .control?: Self.isControl
    case .replicate?: Self.isReplicate
    }
  }

  init(_ reader: inout PackReader) {
    let flags = reader.byte()
    role =
      switch flags & Self.hasRole {
      case Self.isPrior: .prior
      case Self.isControl: .control
      case Self.isReplicate: .replicate(of: reader.integer())
      default: nil
      }
    acquisition = flags & Self.hasAcquisition == 0 ? nil : reader.double()
    feasibility = flags & Self.hasFeasibility == 0 ? nil : reader.double()
    fidelity = flags & Self.hasFidelity == 0 ? nil : reader.text()
    reason = reader.text()
    var said: [String: PredictedValue] = [:]
    for _ in 0..<reader.integer() {
      let name = reader.text()
      said[name] = PredictedValue(
        mean: reader.double(), deviation: reader.double(), epistemicDeviation: reader.double())
    }
    predictions = said
  }
}
