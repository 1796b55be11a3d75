import DenseMath
import Ecosystem
import Matter

@testable import Discovery

/// What a robot asks of the service.
enum RobotRequest: Sendable {
  case claim(key: String, count: Int)
  case heartbeat(Laboratory.Claim)
  case report(Laboratory.Claim, Laboratory.Report)
}

/// What the service answers.
enum RobotAnswer: Sendable {
  case claimed([Laboratory.Claim])
  case nothing(isOver: Bool)
  case alive
  case reported(Experiment.Receipt.Outcome)
  case refused(LaboratoryError)

  /// The ledger cannot be written just now: send it again.
  case later

  /// Whether there is an event of it.
  var isRecorded: Bool {
    switch self {
    case .claimed, .reported: true
    default: false
    }
  }
}

/// A robot between claim and report, without clock, network or randomness of its own.
///
/// It sends what was not answered again, as it was, until it is answered.
struct RobotMind {
  struct Letter: Sendable {
    let robot: Int

    /// Of the robot's lives: a restart forgets everything.
    let life: Int
    let serial: Int
    let request: RobotRequest
  }

  enum Effect {
    case send(Letter)

    /// Milliseconds from now.
    case wake(after: Int)
  }

  private enum State {
    case idle
    case asking(Letter)
    case measuring(Laboratory.Claim, until: Int, isSilent: Bool)
    case over
  }

  let number: Int
  let name: String

  /// Milliseconds between two signs of life.
  let beat: Int
  private(set) var life = 0
  private var state = State.idle
  private var claims: [Laboratory.Claim] = []
  private var serial = 0

  init(_ number: Int, beat: Int) {
    self.number = number
    name = "robot-\(number)"
    self.beat = beat
  }

  var isOver: Bool {
    if case .over = state { return true }
    return false
  }

  /// Loses all that it knew.
  mutating func crash() {
    life += 1
    claims = []
    state = .idle
  }

  /// Does what is due.
  ///
  /// - Parameters:
  ///   - now: Milliseconds.
  ///   - work: How a measurement goes: milliseconds, whether signs of life are left out, and what
  ///     comes of it.
  mutating func wake(
    now: Int, work: (Laboratory.Claim) -> (duration: Int, isSilent: Bool, Laboratory.Report),
    using generator: inout SplitMix64
  ) -> [Effect] {
    switch state {
    case .over: return []
    case .asking(let letter): return [.send(letter), .wake(after: 5000)]
    case .idle:
      guard let claim = claims.first else {
        let count = 1 + (generator.index(below: 5) == 0 ? 1 : 0)
        return ask(.claim(key: "\(name)/\(life)/\(serial + 1)", count: count))
      }
      let (duration, isSilent, _) = work(claim)
      state = .measuring(claim, until: now + duration, isSilent: isSilent)
      return isSilent
        ? [.wake(after: duration)] : [.send(letter(.heartbeat(claim)))] + nextBeat(duration)
    case .measuring(let claim, let end, let isSilent):
      if now >= end { return ask(.report(claim, work(claim).2)) }
      return isSilent ? [] : [.send(letter(.heartbeat(claim)))] + nextBeat(end - now)
    }
  }

  private func nextBeat(_ left: Int) -> [Effect] { [.wake(after: min(beat, left))] }

  private mutating func letter(_ request: RobotRequest) -> Letter {
    serial += 1
    return Letter(robot: number, life: life, serial: serial, request: request)
  }

  private mutating func ask(_ request: RobotRequest) -> [Effect] {
    let letter = letter(request)
    state = .asking(letter)
    return [.send(letter), .wake(after: 5000)]
  }

  /// Takes an answer in, unless it is one to an earlier question.
  mutating func hear(_ answer: RobotAnswer, to letter: Letter) -> [Effect] {
    guard letter.life == life else { return [] }
    if case .heartbeat(let claim) = letter.request { return hear(answer, aboutLifeOf: claim) }
    guard case .asking(let asked) = state, asked.serial == letter.serial else { return [] }
    switch answer {
    case .later, .alive: return []
    case .claimed(let new):
      claims = new
      state = .idle
      return [.wake(after: 1)]
    case .nothing(let isOver):
      state = isOver ? .over : .idle
      return isOver ? [] : [.wake(after: 3000)]
    case .reported, .refused:
      if !claims.isEmpty { claims.removeFirst() }
      state = .idle
      return [.wake(after: 100)]
    }
  }

  /// Gives up what it is told that it does not have any more.
  private mutating func hear(
    _ answer: RobotAnswer, aboutLifeOf claim: Laboratory.Claim
  ) -> [Effect] {
    guard case .refused = answer, case .measuring(claim, _, _) = state else { return [] }
    claims.removeFirst()
    state = .idle
    return [.wake(after: 1000)]
  }
}
