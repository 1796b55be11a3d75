import DenseMath
import Design
import Foundation
import Matter

/// Whether the instruments of a campaign still give what they gave.
///
/// Each instrument has a stream (results without one share one): what was measured minus what was
/// predicted before, over the predicted standard deviation, in the order in which results came in. Three
/// detectors watch each stream from the last control sample on. A model that is wrong drifts too: a
/// control sample tells which of the two it is.
public struct DriftWatch: Sendable {
  public struct Alarm: Codable, Hashable, Sendable {
    /// Empty where results name none.
    public let instrument: String
    public let detectors: [String]

    /// The number of the result at which the first of them saw it.
    public let number: Int

    /// Mean standardized error of the stream's last third minus that of the first two.
    public let shift: Double

    /// The number of a sample to measure again: one of the stream's first half, as usual as can be.
    public let control: Int?
  }

  public struct Calibration: Codable, Hashable, Sendable {
    public let instrument: String
    public let property: String
    public let fit: Recalibration
  }

  public let alarms: [Alarm]

  /// Of every instrument and property with control samples.
  public let calibrations: [Calibration]

  public init(_ campaign: Campaign) {
    let streams = Self.streams(campaign)
    alarms = streams.compactMap { Self.alarm($0.key, $0.value) }
      .sorted { $0.instrument < $1.instrument }
    calibrations = Self.calibrations(campaign)
  }

  /// One standardized error.
  struct Entry: Hashable, Sendable {
    let number: Int
    let error: Double
  }

  /// By instrument, in the order of the results, since its last control.
  static func streams(_ campaign: Campaign) -> [String: [Entry]] {
    let name = campaign.plan.objective.expression.description
    let findings = Dictionary(
      campaign.findings.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    var streams: [String: [Entry]] = [:]
    for number in campaign.resultOrder {
      let instrument = campaign.instruments[number] ?? ""
      if campaign.proposals.role(at: number - 1) == .control { streams[instrument] = [] }
      guard let finding = findings[number], campaign.proposals.role(at: number - 1) == nil,
        let said = finding.proposal.predictions[name],
        said.deviation > 0
      else { continue }
      streams[instrument, default: []].append(
        Entry(number: number, error: (finding.value - said.mean) / said.deviation))
    }
    return streams
  }

  private static func alarm(_ instrument: String, _ stream: [Entry]) -> Alarm? {
    var first: Int?
    var names: [String] = []
    let found = [
      (PageHinkley.name, alarmPlace(PageHinkley(), stream)),
      (AdaptiveWindow.name, alarmPlace(AdaptiveWindow(), stream)),
      (ConformalMartingale.name, alarmPlace(ConformalMartingale(), stream)),
    ]
    for (name, place) in found {
      guard let place else { continue }
      names.append(name)
      first = min(first ?? place, place)
    }
    guard let first else { return nil }
    let split = max(1, stream.count * 2 / 3)
    let old = stream[..<split].map(\.error)
    let new = stream[split...].map(\.error)
    let usual = stream.prefix(max(1, first / 2)).min {
      (abs($0.error), $0.number) < (abs($1.error), $1.number)
    }
    return Alarm(
      instrument: instrument, detectors: names, number: stream[first].number,
      shift: Statistics.mean(Array(new.isEmpty ? old : new)) - Statistics.mean(Array(old)),
      control: usual?.number)
  }

  private static func alarmPlace(_ detector: some DriftDetector, _ stream: [Entry]) -> Int? {
    var detector = detector
    return stream.indices.first { detector.add(stream[$0].error) }
  }

  private static func calibrations(_ campaign: Campaign) -> [Calibration] {
    let findings = campaign.findings
    var pairs: [String: [String: [(before: Double, now: Double)]]] = [:]
    for control in campaign.controls {
      guard
        let first = findings.first(where: {
          campaign.proposals.role(at: $0.number - 1) == nil && $0.candidate == control.candidate
        })
      else { continue }
      let instrument = campaign.instruments[control.number] ?? ""
      for (property, value) in control.values {
        guard let before = first.values[property]?.value else { continue }
        pairs[instrument, default: [:]][property, default: []].append((before, value.value))
      }
    }
    return pairs.sorted { $0.key < $1.key }.flatMap { instrument, properties in
      properties.sorted { $0.key < $1.key }.map {
        Calibration(instrument: instrument, property: $0.key, fit: Recalibration($0.value))
      }
    }
  }
}
