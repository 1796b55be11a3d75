import DenseMath
import Design
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Reading payloads")
struct PayloadScannerTests {
  private static let texts = [
    "", "furnace-1", "Highest score: predicted 2.125 ± 0.21, best so far 2.9.", "a/b", "\u{7F}",
    "two\nlines", "a \"quoted\" word", "back\\slash", "\u{1F52C}", "\u{2028}",
  ]

  private static let numbers = [
    0, -0.0, 1, -1.5, 0.1, 1e-5, 1e22, 1e23, 1.7976931348623157e308, .leastNonzeroMagnitude,
    .leastNormalMagnitude, 1 / 3.0, 123_456_789.125,
  ]

  /// Events with all members that there are, and with few.
  private static func events(seed: UInt64) throws -> [CampaignEvent] {
    var generator = SplitMix64(seed: seed)
    func text() -> String { texts[generator.index(below: texts.count)] }
    func number() -> Double {
      generator.index(below: 2) == 0
        ? numbers[generator.index(below: numbers.count)]
        : (generator.uniform() - 0.5) * pow(10, Double(generator.index(below: 40)) - 20)
    }
    func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? {
      generator.index(below: 2) == 0 ? nil : value()
    }
    func count() -> Int { generator.index(below: 1 << 20) }
    let space = try fixtureSpace()
    let value = MeasuredValue(
      number(), spread: maybe(abs(number())), unit: maybe(text()), fidelity: maybe(text()))
    let report = AttemptReport(
      attempt: count(), worker: text(), digest: ContentHash(of: text()).hex,
      seconds: maybe(number()), cost: maybe(number()))
    let roles: [Proposal.Role?] = [nil, .prior, .control, .replicate(of: count())]
    let material = space.candidate(at: generator.index(below: space.count))
    let guess = PredictedValue(
      mean: number(), deviation: number(), epistemicDeviation: number())
    return [
      .proposed(
        Proposal(
          number: count(),
          candidate: maybe(material.with(variables: [number(), number()]))
            ?? Candidate(variables: [number()]),
          predictions: maybe([text(): guess, "strength": guess]) ?? [:],
          acquisition: maybe(number()), feasibility: maybe(number()), reason: text(),
          role: roles[generator.index(below: 4)], fidelity: maybe(text()))),
      .measured(
        MeasuredResult(
          number: count(), values: [text(): value, "x": value], instrument: maybe(text()),
          report: maybe(report))),
      .failed(
        FailedResult(
          number: count(), reason: text(), raw: [text(): text()], isLost: maybe(true),
          report: maybe(report))),
      .laboratory(
        .claimed(count(), attempt: 2, token: count(), by: text(), requestKey: text())),
      .laboratory(.started(count(), attempt: 1, by: text())),
      .laboratory(
        .ended(
          .lost, count(), attempt: 1, by: text(), reason: text(), raw: maybe([text(): text()]),
          report: maybe(report))),
      .laboratory(
        .late(count(), by: text(), values: ["x": value], report: report, waits: count() % 2 == 0)),
      .laboratory(
        .prioritized(count(), -3, by: text(), reason: maybe(text()), requestKey: maybe(text()))),
      .laboratory(.stocked(text(), add: number(), by: text(), reason: nil, requestKey: nil)),
      .refit(
        RefitSummary(
          proposals: count(),
          models: [
            RefitSummary.ModelSummary(
              property: text(), fidelity: maybe(text()), count: count(), mean: number(),
              deviation: number())
          ], revision: maybe(count()))),
    ]
  }

  private static func logged(_ draft: EventDraft, payload: String? = nil) -> LoggedEvent {
    LoggedEvent(
      sequence: 1, kind: draft.kind, key: draft.key, payload: payload ?? draft.payload, time: 0,
      hash: "")
  }

  @Test("Every event is read as it was written, and most without JSONDecoder")
  func roundTrips() throws {
    var (scanned, all) = (0, 0)
    for seed in 0..<UInt64(40) {
      for event in try Self.events(seed: seed) {
        let logged = Self.logged(try event.draft())
        #expect(try CampaignEvent(logged) == event, "\(logged.payload)")
        #expect(try CampaignEvent(decoding: logged) == event)
        all += 1
        if let read = try? CampaignEvent.scanned(logged) {
          scanned += 1
          #expect(read == event)
        }
      }
    }
    // The others hold texts with escapes.
    #expect(scanned > all / 3, "\(scanned) of \(all)")
  }

  @Test("What the scanner reads from a changed payload is what JSONDecoder reads", arguments: 0..<4)
  func changes(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed, stream: 3)
    let characters = Array("0123456789.-+eE{}[]:,\"\\ ntfxé".utf8)
    for event in try (0..<6).flatMap({ try Self.events(seed: 100 * seed + $0) }) {
      let draft = try event.draft()
      for _ in 0..<40 {
        var bytes = Array(draft.payload.utf8)
        let place = generator.index(below: bytes.count)
        switch generator.index(below: 3) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(characters[generator.index(below: characters.count)], at: place)
        default: bytes[place] = characters[generator.index(below: characters.count)]
        }
        let logged = Self.logged(draft, payload: String(decoding: bytes, as: UTF8.self))
        guard let scanned = try? CampaignEvent.scanned(logged) else { continue }
        let decoded = try? CampaignEvent(decoding: logged)
        #expect(decoded == scanned, "\(logged.payload)")
      }
    }
  }

  @Test("A member twice, a null and anything behind the end are left to JSONDecoder")
  func unusual() {
    let sound = #"{"actor":"a","attempt":1,"kind":"started","number":1}"#
    let draft = EventDraft(kind: "started", payload: sound)
    #expect(throws: Never.self) { try CampaignEvent.scanned(Self.logged(draft)) }
    for change in [
      #"{"actor":"a","attempt":1,"attempt":2,"kind":"started","number":1}"#, sound + " ",
      #"{"actor":"a","attempt":null,"kind":"started","number":1}"#, " " + sound, "",
      #"{"actor":"a","attempt":01,"kind":"started","number":1}"#, String(sound.dropLast()),
    ] {
      #expect(throws: PayloadScanner.Unusual.self, "\(change)") {
        try CampaignEvent.scanned(Self.logged(draft, payload: change))
      }
    }
  }
}
