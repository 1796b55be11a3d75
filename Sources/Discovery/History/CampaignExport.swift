import Design
public import Ecosystem
public import Formats
import Foundation
import Matter

/// All that a ledger holds, as files that other programs read.
///
/// Equal ledgers give equal bytes.
public struct CampaignExport: Sendable {
  public let campaign: Campaign
  let laboratory: Laboratory
  private let events: [LoggedEvent]

  /// Of the proposals and of their results, microseconds since 1970.
  private let proposalTimes: [Int64]
  private let resultEvents: [Int: LoggedEvent]

  /// - Throws: ``CampaignError``.
  public init(_ events: [LoggedEvent]) throws {
    self.events = events
    laboratory = try Laboratory(folding: events)
    campaign = laboratory.campaign
    proposalTimes = events.lazy.filter { $0.kind == "proposed" }.map(\.time)
    var results: [Int: LoggedEvent] = [:]
    for event in events where ["measured", "failed", "corrected", "withdrawn"].contains(event.kind)
    {
      switch try CampaignEvent(event) {
      case .measured(let result): results[result.number] = event
      case .failed(let result): results[result.number] = event
      case .laboratory(let happening): results[happening.number] = event
      default: break
      }
    }
    resultEvents = results
  }

  /// Every result, one row each: the candidate, what was measured and how it counts.
  public var measurements: CSVText {
    let properties = campaign.plan.properties
    let findings = Dictionary(
      uniqueKeysWithValues: (campaign.findings + campaign.controls).map { ($0.number, $0) }
    )
    var text = CSVText(
      header: ["number", "role"] + campaign.candidateColumns.names
        + properties.flatMap { [titled($0), "± \(titled($0))"] }
        + [
          "objective", "keeps limits", "outcome", "reason", "worker or instrument", "time", "event",
        ])
    for (proposal, outcome) in zip(campaign.proposals, campaign.outcomes) {
      guard let outcome else { continue }
      let (word, reason, values) = Self.words(outcome)
      let event = resultEvents[proposal.number]
      let finding = findings[proposal.number]
      let cells = properties.flatMap { property -> [String] in
        guard let value = values[property] else { return ["", ""] }
        return [CSVText.number(value.value), value.spread.map { CSVText.number($0) } ?? ""]
      }
      text.append(
        [String(proposal.number), Self.role(proposal)]
          + campaign.candidateColumns.cells(of: proposal.candidate) + cells
          + [
            finding.map { CSVText.number($0.value) } ?? "",
            finding.map { $0.isFeasible ? "yes" : "no" } ?? "", word, reason,
            worker(proposal.number), event.map { LedgerTime.text($0.time) } ?? "",
            event.map { String($0.sequence) } ?? "",
          ])
    }
    return text
  }

  /// Every proposal, one row each: the candidate, what was predicted and why it was chosen.
  public var proposals: CSVText {
    let expressions = campaign.plan.modeled.map(\.description)
    var text = CSVText(
      header: ["number", "role"] + campaign.candidateColumns.names + ["acquisition", "feasibility"]
        + expressions.flatMap {
          ["predicted \($0)", "deviation of \($0)", "epistemic deviation of \($0)"]
        } + ["state", "reason", "time"])
    for (place, proposal) in campaign.proposals.enumerated() {
      let predictions = expressions.flatMap { expression -> [String] in
        guard let said = proposal.predictions[expression] else { return ["", "", ""] }
        return [said.mean, said.deviation, said.epistemicDeviation].map { CSVText.number($0) }
      }
      text.append(
        [String(proposal.number), Self.role(proposal)]
          + campaign.candidateColumns.cells(of: proposal.candidate)
          + [proposal.acquisition, proposal.feasibility].map { $0.map { CSVText.number($0) } ?? "" }
          + predictions
          + [
            laboratory[place + 1]?.status.rawValue ?? "", proposal.reason,
            LedgerTime.text(proposalTimes[place]),
          ])
    }
    return text
  }

  /// The ledger as JSON lines: each event with its hash, and its payload as the text that was hashed.
  public var eventLines: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var bytes: [UInt8] = []
      for event in events {
        bytes.append(contentsOf: try encoder.encode(event))
        bytes.append(10)
      }
      return bytes
    }
  }

  /// The inverse of ``eventLines``.
  public static func events(fromLines bytes: [UInt8]) throws -> [LoggedEvent] {
    try bytes.split(separator: 10).map {
      try JSONDecoder().decode(LoggedEvent.self, from: Data($0))
    }
  }

  /// Plan and provenance: what the campaign was made of, as the ledger has it.
  public var creation: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return Array(try encoder.encode(campaign.creation)) + [10]
    }
  }

  /// Crystals among the candidates as CIF, by the name of the file.
  public var crystals: [(name: String, bytes: [UInt8])] {
    campaign.proposals.compactMap { proposal in
      guard let crystal = proposal.candidate.crystal else { return nil }
      let name = String(format: "%06d", proposal.number)
      let entry = StructureEntry(name: name, arrangement: .crystal(crystal))
      return ("\(name).cif", Array(CIF.text([entry]).utf8))
    }
  }

  /// The same crystals as frames of extended XYZ with what was measured; those whose sites are shared
  /// are left out. Empty without crystals.
  public var frames: [UInt8] {
    let frames = zip(campaign.proposals, campaign.outcomes).compactMap(Self.frame)
    return frames.isEmpty ? [] : Array(ExtendedXYZ.text(frames).utf8)
  }

  private static func frame(_ proposal: Proposal, _ outcome: Campaign.Outcome?) -> AtomicFrame? {
    guard let crystal = proposal.candidate.crystal, let elements = crystal.elements else {
      return nil
    }
    var info = [
      AtomicFrame.Info("number", .integer(proposal.number)),
      AtomicFrame.Info("formula", .text(proposal.candidate.composition.formula)),
    ]
    if case .measured(let values)? = outcome {
      for (property, value) in values.sorted(by: { $0.key < $1.key }) {
        info.append(AtomicFrame.Info(RecordSubject.name(property), .real(value.value)))
      }
    }
    let lattice = crystal.lattice
    return AtomicFrame(
      symbols: elements.map(\.symbol), positions: crystal.cartesianPositions,
      cell: AtomicFrame.Cell(a: lattice.a, b: lattice.b, c: lattice.c), info: info)
  }

  /// A property with its unit, unless its name has it.
  private func titled(_ property: String) -> String {
    guard let unit = campaign.knownUnits[property], !unit.isEmpty, !property.contains("(\(unit))")
    else { return property }
    return "\(property) (\(unit))"
  }

  private func worker(_ number: Int) -> String {
    if let instrument = campaign.instruments[number] { return instrument }
    return laboratory[number]?.attempts.last { $0.ending == .measured || $0.ending == .failed }?
      .worker
      ?? ""
  }

  private static func words(
    _ outcome: Campaign.Outcome
  ) -> (outcome: String, reason: String, values: [String: MeasuredValue]) {
    switch outcome {
    case .measured(let values): ("measured", "", values)
    case .failed(let reason): ("failed", reason, [:])
    case .withdrawn(let reason): ("withdrawn", reason, [:])
    case .cancelled(let reason): ("cancelled", reason, [:])
    }
  }

  private static func role(_ proposal: Proposal) -> String {
    switch proposal.role {
    case nil: "suggestion"
    case .prior?: "prior"
    case .control?: "control"
    case .replicate(let original)?: "replicate of \(original)"
    }
  }
}
