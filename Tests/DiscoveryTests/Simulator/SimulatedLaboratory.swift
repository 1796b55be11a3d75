import DenseMath
import Ecosystem
import Matter

@testable import Discovery

/// A whole campaign from one seed: robots that sleep, break and send things twice, a network that
/// loses, delays, repeats and reorders, a disk that fails and fills up, a service that is killed and
/// loses power, a wall clock that jumps, people who change their minds.
///
/// Time is virtual, and one queue decides what happens next: equal seeds give equal ledgers, hash for
/// hash. After a time everything heals, so that the campaign must come to its end.
final class SimulatedLaboratory {
  struct Configuration {
    var seed: UInt64
    var plan: CampaignPlan
    var robots = 4
    var bug: SeededBug?

    /// Milliseconds after which nothing breaks any more; 0 for a laboratory where nothing does.
    var quiet = 150_000

    /// Milliseconds by which the campaign must have ended.
    var limit = 1_500_000

    /// Milliseconds between two looks at leases and at the queue.
    var tick = 1000

    /// Whether all that was said is kept and compared with the ledger at the end.
    var remembers = true

    /// Whether it has to come to its end by itself.
    var mustEnd = true

    /// A file on the machine's disk for the ledger, where it is too large for one in memory.
    var path: String?

    /// Of the compositions that may be proposed.
    var step = 0.1

    /// How long a measurement takes, seconds.
    var duration = 3.0..<30.0
  }

  /// What a run led to.
  struct Outcome: Hashable {
    var faults: [String] = []

    /// Of the last event.
    var hash = ""
    var events = 0
    var acknowledged = 0
    var results = 0
    var restarts = 0
    var brokenCalls = 0

    /// Of the laboratory, seconds.
    var seconds = 0.0
  }

  enum Happening {
    case wake(robot: Int, turn: Int)
    case arrive(RobotMind.Letter)
    case hear(RobotAnswer, RobotMind.Letter)
    case tick
    case trouble
    case restart
    case heal
  }

  let configuration: Configuration
  let service: SimulatedService
  var generator: SplitMix64
  var agenda = Agenda<Happening>()
  var now = 0
  var robots: [RobotMind]
  private var turns: [Int]
  var watch: LaboratoryWatch
  var outcome = Outcome()

  /// Whether ticks have gone well without a break, so that leases end in time.
  private var isSteady = false

  /// Gets the number of each month that is over.
  var onMonth: (Int) -> Void = { _ in }
  private var month = 0
  static let monthMilliseconds = 2_629_800_000

  init(_ configuration: Configuration) {
    self.configuration = configuration
    service = SimulatedService(configuration)
    generator = SplitMix64(seed: configuration.seed, stream: 77)
    let lease = configuration.plan.laboratory?.leaseSeconds ?? 900
    robots = (0..<configuration.robots).map { RobotMind($0, beat: Int(1000 * lease / 3)) }
    turns = robots.map { _ in 0 }
    watch = LaboratoryWatch(
      lease: lease, slack: 1.5 * Double(configuration.tick) / 1000,
      remembers: configuration.remembers)
  }

  var isQuiet: Bool { now >= configuration.quiet }

  /// Runs the campaign to its end.
  func run() -> Outcome {
    agenda.plan(.restart, at: 0)
    agenda.plan(.tick, at: 1)
    for robot in robots.indices { agenda.plan(.wake(robot: robot, turn: 0), at: 10 * robot + 10) }
    if configuration.quiet > 0 { agenda.plan(.trouble, at: 1500) }
    while let time = agenda.nextTime, time <= configuration.limit, !isOver {
      advance(to: time)
      let happenings = agenda.removeNext()
      deliver(happenings.compactMap { if case .arrive(let letter) = $0 { letter } else { nil } })
      for happening in happenings {
        if service.hasDied { crash(isPowerLoss: generator.index(below: 2) == 0) }
        take(happening)
      }
    }
    conclude()
    return outcome
  }

  private var isOver: Bool { service.isUp && watch.isEnded && robots.allSatisfy(\.isOver) }

  private func advance(to time: Int) {
    service.clock.advance(Double(time - now) / 1000)
    service.time.jump(to: service.time.now() + Int64(time - now) * 1000)
    now = time
    let month = now / Self.monthMilliseconds
    if month > self.month { onMonth(month) }
    self.month = month
  }

  private func take(_ happening: Happening) {
    switch happening {
    case .arrive: break
    case .wake(let robot, let turn): if turns[robot] == turn { wake(robot) }
    case .hear(let answer, let letter):
      carryOut(robots[letter.robot].hear(answer, to: letter), of: letter.robot)
    case .tick: tick()
    case .trouble: trouble()
    case .restart: restart()
    case .heal: service.disk.limit(to: .max)
    }
  }

  private func wake(_ robot: Int) {
    let (seed, duration, isQuiet) = (configuration.seed, configuration.duration, isQuiet)
    let plan = configuration.plan
    let effects = robots[robot].wake(
      now: now,
      work: { Self.work($0, seed: seed, duration, isQuiet: isQuiet, plan) }, using: &generator)
    carryOut(effects, of: robot)
  }

  /// How an attempt goes, which hangs on its token alone.
  private static func work(
    _ claim: Laboratory.Claim, seed: UInt64, _ duration: Range<Double>, isQuiet: Bool,
    _ plan: CampaignPlan
  ) -> (Int, Bool, Laboratory.Report) {
    var generator = SplitMix64(seed: seed, stream: UInt64(1000 + claim.token))
    let seconds =
      duration.lowerBound
      + (duration.upperBound - duration.lowerBound) * generator.uniform()
    let (fate, value) = (generator.index(below: 20), 2 + generator.uniform())
    if isQuiet { return (Int(1000 * seconds), false, strength(value)) }
    switch fate {
    case 0: return (Int(1000 * seconds), false, Laboratory.Report(failure: "It broke."))
    case 1: return (Int(1000 * seconds), false, strength(.nan))
    case 2, 3: return (Int(5000 * seconds), true, strength(value))
    default: return (Int(1000 * seconds), false, strength(value))
    }
  }

  /// Has a robot's letters sent and its alarm set; only the latest alarm counts.
  private func carryOut(_ effects: [RobotMind.Effect], of robot: Int) {
    for effect in effects {
      switch effect {
      case .wake(let after):
        turns[robot] += 1
        agenda.plan(.wake(robot: robot, turn: turns[robot]), at: now + max(1, after))
      case .send(let letter):
        if case .report(let claim, let report) = letter.request {
          watch.sent(report, of: claim)
        }
        transmit(.arrive(letter))
      }
    }
  }

  /// Restarts a robot that forgets everything.
  func crashRobot(_ robot: Int) {
    guard !robots[robot].isOver else { return }
    robots[robot].crash()
    carryOut([.wake(after: 1000 + generator.index(below: 40_000))], of: robot)
  }

  /// Loses, delays and repeats what goes over the network.
  private func transmit(_ happening: Happening) {
    guard !isQuiet else { return agenda.plan(happening, at: now + 5) }
    let fate = generator.index(below: 100)
    if fate < 8 { return }
    for _ in 0..<(fate < 18 ? 2 : 1) {
      let isSlow = generator.index(below: 12) == 0
      let delay = 20 * (1 + generator.index(below: isSlow ? 2000 : 10))
      agenda.plan(happening, at: (now + delay) / 20 * 20)
    }
  }

  private func deliver(_ letters: [RobotMind.Letter]) {
    guard !letters.isEmpty, service.isUp else { return }
    let answers = service.answer(letters.map { (robots[$0.robot].name, $0.request) })
    guard service.isUp else { return }
    for (letter, answer) in zip(letters, answers) {
      let worker = robots[letter.robot].name
      watch.answered(answer, to: letter.request, worker, at: service.clock.seconds())
      transmit(.hear(answer, letter))
    }
    if answers.contains(where: \.isRecorded) { look() }
  }

  private func tick() {
    agenda.plan(.tick, at: now + configuration.tick)
    guard service.isUp else { return }
    do {
      let count = try service.tick()
      if count != watch.eventCount { look() }
      if isSteady { watch.checkLeases(at: service.clock.seconds()) }
      isSteady = service.isUp
    } catch is EventLogError {
      isSteady = false
    } catch {
      fault("the planner failed: \(error)")
    }
    if isQuiet { settle() }
  }

  /// Reads what is new in the ledger.
  private func look() {
    guard service.isUp, let store = service.store else { return }
    do {
      try service.disk.undisturbed { try watch.read(from: store, at: service.clock.seconds()) }
    } catch {
      fault("the ledger cannot be read: \(error)")
    }
  }

  func fault(_ sentence: String) {
    outcome.faults.append("\(sentence), at \(Double(now) / 1000) s")
  }

  /// Ends the service at whatever it is.
  func crash(isPowerLoss: Bool) {
    outcome.brokenCalls += service.disk.failures
    let content =
      isPowerLoss
      ? service.disk.contentAfterPowerLoss(using: &generator) : service.disk.content
    service.crash(leaving: content)
    isSteady = false
    agenda.plan(.restart, at: now + 500 + generator.index(below: 8000))
  }

  private func restart() {
    guard service.store == nil else { return }
    if isQuiet { healAll() }
    do {
      try service.start()
      outcome.restarts += 1
      look()
      watch.restarted(at: service.clock.seconds())
      try service.store.map { try watch.compare(with: $0.events()) }
    } catch is EventLogError where service.disk.isDead {
      crash(isPowerLoss: true)
    } catch is EventLogError where !isQuiet {
      agenda.plan(.restart, at: now + 1000)
    } catch {
      fault("the service does not start: \(error)")
    }
  }
}
