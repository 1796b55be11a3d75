/// Why a laboratory does not do what it was asked for.
public enum LaboratoryError: Error, Hashable, Sendable {
  case noSuchExperiment(Int)
  case staleToken(Int)
  case otherWorker(Int)
  case leaseOver(Int, ending: Experiment.Attempt.Ending)
  case differentReport(Int)
  case wrongState(Int, Experiment.Status, wanted: String)
  case keyOfAnother(String)
  case notInStock(String)
  case invalid(String)
  case ended
  case emergencyStop(String?)

  /// What experiments went through stands in the ledger alone. ``LaboratoryStore`` reads it there and
  /// asks again; nobody else meets this.
  case past([Int])
}

extension LaboratoryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchExperiment(let number): "There is no experiment \(number)."
    case .staleToken(let number):
      "The token is none of experiment \(number). Claim an experiment, and send its token."
    case .otherWorker(let number): "Another worker claimed this attempt at experiment \(number)."
    case .leaseOver(let number, let ending):
      "This attempt at experiment \(number) is over (\(ending.rawValue)). Claim another one."
    case .differentReport(let number):
      """
      This attempt at experiment \(number) has reported something else before. The first report \
      stands; send a correction to change it.
      """
    case .wrongState(let number, let status, let wanted):
      "Experiment \(number) is \(status.rawValue), and cannot be \(wanted)."
    case .keyOfAnother(let key): "The key \"\(key)\" was used for another request. Take a new one."
    case .notInStock(let item): "The laboratory keeps no stock of \"\(item)\"."
    case .invalid(let reason): reason
    case .ended: "The campaign has ended."
    case .emergencyStop(let reason):
      """
      Everything was stopped\(reason.map { ": \($0)" } ?? "."). Stop what moves; a person has to reset the \
      stop and to resume the campaign.
      """
    case .past(let numbers):
      "The past of the experiments \(numbers.map(String.init).joined(separator: ", ")) is in the ledger."
    }
  }
}
