public import Ecosystem
import Foundation
public import Matter

/// Asks a service over HTTP: a POST with a ``WorkOrder``, answered with values.
public struct ServiceOracle: Oracle {
  public struct Configuration: Codable, Hashable, Sendable {
    public var address: String
    public var timeLimitSeconds = 600.0

    /// How often it is asked where the network or the service fails.
    public var attempts = 3

    /// The environment variable that holds its token; `nil` for none.
    public var tokenVariable: String?

    public init(address: String) {
      self.address = address
    }
  }

  public let configuration: Configuration
  private let url: URL
  private let variableNames: [String]
  private let transport: any HTTPTransport

  /// - Throws: ``CampaignError/plan(_:)`` where the address is none.
  public init(
    _ configuration: Configuration, variableNames: [String] = [],
    transport: (any HTTPTransport)? = nil
  ) throws(CampaignError) {
    guard let url = URL(string: configuration.address), url.host != nil,
      ["http", "https"].contains(url.scheme ?? "")
    else { throw .plan("\"\(configuration.address)\" is no address of a service") }
    self.configuration = configuration
    self.url = url
    self.variableNames = variableNames
    // The address is the user's own word, and instruments stand in the house.
    var policy = AddressPolicy(base: url)
    policy.allowsPrivateNetwork = true
    policy.allowsPlainHTTP = true
    self.transport = transport ?? SessionTransport(policy: policy)
  }

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    let first = WorkOrder(candidate, variableNames: variableNames, seed: seed)
    let key = ContentHash(of: Array(try first.json)).hex
    for attempt in 1...configuration.attempts {
      do {
        return try ask(
          WorkOrder(candidate, variableNames: variableNames, seed: seed, attempt: attempt),
          key: key)
      } catch let error as WorkError where error.canRetry && attempt < configuration.attempts {
        Thread.sleep(forTimeInterval: min(30, 0.2 * Double(1 << min(attempt, 10))))
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }

  /// - Parameter key: Of the measurement: equal for all its attempts, also after a restart.
  private func ask(_ order: WorkOrder, key: String) throws -> Observation {
    var request = HTTPRequest(url)
    request.body = Array(try order.json)
    request.timeLimit = configuration.timeLimitSeconds
    request.idleLimit = configuration.timeLimitSeconds
    request.headers = [
      "Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key,
    ]
    if let name = configuration.tokenVariable,
      let token = ProcessInfo.processInfo.environment[name]
    {
      request.headers["Authorization"] = "Bearer \(token)"
    }
    let response = try transport.response(waitingFor: request)
    guard (200..<300).contains(response.head.status) else {
      throw WorkError.answered(response.head.status)
    }
    return try WorkAnswer(response.body, of: "the answer of \(url.host ?? "")").observation
  }
}
