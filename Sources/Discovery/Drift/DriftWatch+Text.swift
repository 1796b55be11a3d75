import Foundation

extension DriftWatch {
  /// For people, a sentence for each alarm and each recalibration.
  public var warnings: [String] {
    alarms.map(Self.text) + calibrations.map(Self.text)
  }

  private static func text(_ alarm: Alarm) -> String {
    let stream = alarm.instrument.isEmpty ? "The results" : "Instrument \(alarm.instrument)"
    let verb = alarm.instrument.isEmpty ? "drift" : "drifts"
    let control = alarm.control.map { ". Measure number \($0) again as a control" } ?? ""
    return "\(stream) \(verb): errors of the predictions moved by "
      + "\(String(format: "%+.1f", alarm.shift)) standard deviations (seen at number \(alarm.number) by "
      + "\(alarm.detectors.joined(separator: ", ")))\(control)."
  }

  private static func text(_ calibration: Calibration) -> String {
    let fit = calibration.fit
    let stream = calibration.instrument.isEmpty ? "" : " of instrument \(calibration.instrument)"
    let error = fit.error.map { String(format: " ± %.2g", $0) } ?? ""
    let samples = fit.pairs == 1 ? "one control sample" : "\(fit.pairs) control samples"
    let line =
      fit.scale == 1
      ? String(format: "now reads %.4g", fit.offset) + "\(error) more than before"
      : String(format: "now reads %.4g + %.4g times what it read before", fit.offset, fit.scale)
        + (error.isEmpty ? "" : " (\(error.dropFirst()) at their mean)")
    return "\(calibration.property)\(stream) \(line), by \(samples)."
  }

  /// The proposals that would tell whether instruments drift: a control sample for each alarm.
  ///
  /// None for an instrument whose control is on its way.
  func controls(_ campaign: Campaign) -> [Proposal] {
    let waiting = campaign.pending.filter { $0.role == .control }.map(\.candidate)
    var number = campaign.proposals.count
    return alarms.compactMap { alarm in
      guard let sample = alarm.control else { return nil }
      let candidate = campaign.proposals[sample - 1].candidate
      guard !waiting.contains(candidate) else { return nil }
      number += 1
      let instrument = alarm.instrument.isEmpty ? "" : " with instrument \(alarm.instrument)"
      return Proposal(
        number: number, candidate: candidate,
        reason: "Control: number \(sample) measured again\(instrument), since results drift by "
          + "\(String(format: "%+.1f", alarm.shift)) standard deviations.", role: .control)
    }
  }
}
