public import Foundation

/// A robot that works for a service over HTTP: claims, gives signs of life, measures, reports.
///
/// It trusts no connection: what was not answered is sent again under the same key, so that whatever
/// happens to the service, nothing is done twice.
public struct SimulatedRobot: Sendable {
  /// What the service acknowledged.
  public struct Memory: Sendable {
    public let number: Int
    public let token: Int

    /// The value of the only property; `nil` for a claim.
    public let value: Double?
    public let worker: String
  }

  private let port: Int
  private let campaign: String
  private let name: String
  private let property: String
  private let unit: String

  public init(port: Int, campaign: String, name: String, property: String, unit: String) {
    self.port = port
    self.campaign = campaign
    self.name = name
    self.property = property
    self.unit = unit
  }

  /// Works until the campaign ends or the time is over.
  ///
  /// - Parameter measure: From the composition, by symbol.
  public func run(
    until deadline: Date, measure: ([String: Double]) -> Double
  ) -> [Memory] {
    var memories: [Memory] = []
    while Date() < deadline {
      let key = UUID().uuidString
      guard let answer = ask("claims", "{\"worker\": \"\(name)\", \"key\": \"\(key)\"}", deadline),
        answer.problem != "ended"
      else { break }
      let claims = answer.json["experiments"] as? [[String: Any]] ?? []
      if claims.isEmpty { usleep(3000) }
      for claim in claims {
        guard let number = claim["number"] as? Int, let token = claim["token"] as? Int,
          let candidate = claim["candidate"] as? [String: Any],
          let composition = candidate["composition"] as? [String: Double]
        else { continue }
        memories.append(Memory(number: number, token: token, value: nil, worker: name))
        let value = measure(composition)
        if report(number, token, value, deadline) {
          memories.append(Memory(number: number, token: token, value: value, worker: name))
        }
      }
    }
    return memories
  }

  private func report(_ number: Int, _ token: Int, _ value: Double, _ deadline: Date) -> Bool {
    let path = "experiments/\(number)"
    let about = "\"worker\": \"\(name)\", \"token\": \(token)"
    _ = ask("\(path)/heartbeat", "{\(about)}", deadline)
    let values = "{\"\(property)\": {\"value\": \(value), \"unit\": \"\(unit)\"}}"
    let answer = ask("\(path)/result", "{\(about), \"values\": \(values)}", deadline)
    return answer?.json["outcome"] as? String == "measured"
  }

  /// Sends until there is an answer that counts; `nil` where the time is over.
  private func ask(_ path: String, _ body: String, _ deadline: Date) -> RawAnswer? {
    let text = """
      POST /v1/campaigns/\(campaign)/\(path) HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      Connection: close\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
    while Date() < deadline {
      let bytes = try? RawConnection.exchange(port, Array(text.utf8), seconds: 3)
      if let answer = bytes.flatMap({ try? RawAnswer($0) }), answer.isComplete,
        ![408, 429, 503].contains(answer.status)
      {
        return answer
      }
      usleep(3000)
    }
    return nil
  }
}
