public import Ecosystem
import Formats
import Foundation
public import Matter

/// Measures with an instrument that speaks the node contract of MADSci over HTTP.
///
/// It starts an action with the candidate as arguments, asks for its state until it has ended, and takes
/// its result. What it never does: send an argument outside the recipe's limits or one that the node does
/// not know; start while the node is stopped, locked or in error; start a second time what may be under way; lift
/// a stop. In these cases it throws ``OracleHalt``, and a person goes on. A node that is paused, or busy
/// with an action of somebody else, is waited for; time in a pause does not count.
///
/// An action's name is noted between its making and its start, and is used up by the start. After a restart the
/// node is asked by this name first: what runs or has ended is taken up, what was never started is started now,
/// and of what the node has forgotten nobody knows whether it moved, so that a person has to say.
///
/// Vescovi et al., Digit. Discov. 2, 1980 (2023), doi:10.1039/D3DD00142C, describe the contract's forerunner;
/// routes and states are those of `madsci_node_module` 0.8.
public struct NodeOracle: Oracle {
  public struct Configuration: Codable, Hashable, Sendable {
    /// Of the node: `http://127.0.0.1:2000`.
    public var address: String
    public var action: String

    /// By the action's arguments: a variable of the space, or `formula`, `composition`, `cif`, `seed`. An
    /// argument that is not named gets what has its own name.
    public var arguments: [String: String] = [:]

    /// Least and most of an argument.
    public var limits: [String: ClosedRange<Double>] = [:]

    /// By the campaign's properties: what the result calls them, where it has another name.
    public var results: [String: String] = [:]
    public var timeLimitSeconds = 3600.0

    /// Between two looks at the state: nodes allow a hundred questions a minute, and a look is two.
    public var pollSeconds = 2.0

    /// The environment variable that holds its token; `nil` for none.
    public var tokenVariable: String?

    public init(address: String, action: String) {
      self.address = address
      self.action = action
    }
  }

  public let configuration: Configuration
  let variableNames: [String]
  let properties: [String]
  let client: NodeClient

  /// - Parameter properties: What the campaign measures.
  /// - Throws: ``CampaignError/plan(_:)`` where the address is none, or a limit is on no argument.
  public init(
    _ configuration: Configuration, variableNames: [String], properties: [String],
    transport: (any HTTPTransport)? = nil
  ) throws(CampaignError) {
    guard let url = URL(string: configuration.address), url.host != nil,
      ["http", "https"].contains(url.scheme ?? "")
    else { throw .plan("\"\(configuration.address)\" is no address of a node") }
    self.configuration = configuration
    self.variableNames = variableNames
    self.properties = properties
    var policy = AddressPolicy(base: url)
    // The address is the user's own word, and instruments stand in the house.
    policy.allowsPrivateNetwork = true
    policy.allowsPlainHTTP = true
    client = NodeClient(
      url: url, tokenVariable: configuration.tokenVariable,
      transport: transport ?? SessionTransport(policy: policy))
  }

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    try measure(candidate, seed: seed, notes: .forgotten)
  }

  public func measure(
    _ proposal: Proposal, seed: UInt64, notes: ActionNotes
  ) throws -> Observation {
    try measure(proposal.candidate, seed: seed, notes: notes)
  }

  private func measure(
    _ candidate: Candidate, seed: UInt64, notes: ActionNotes
  ) throws -> Observation {
    var run = NodeRun(configuration, client, notes)
    if let result = try run.earlierResult() { return try observation(result) }
    let order = WorkOrder(candidate, variableNames: variableNames, seed: seed)
    let arguments = try NodeArguments(order, configuration, offered: run.offeredArguments())
    return try observation(run.result(of: arguments))
  }

  /// The campaign's properties in the result of an action.
  private func observation(_ result: NodeResult) throws -> Observation {
    guard let content = result.content else {
      throw WorkError.unreadable("the node's result of \(configuration.action) is empty.")
    }
    if let only = properties.first, properties.count == 1, content.double != nil {
      return Observation([only: try WorkAnswer.value(content, of: only, "the node's result")])
    }
    var values: [String: MeasuredValue] = [:]
    for property in properties {
      let name = configuration.results[property] ?? property
      guard let value = content[name] ?? content["data"]?[name] else { continue }
      values[property] = try WorkAnswer.value(value, of: name, "the node's result")
    }
    return Observation(values)
  }
}
