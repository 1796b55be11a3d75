import DenseMath
import Ecosystem
import Matter

@testable import Discovery

extension SimulatedLaboratory {
  /// Lets something go wrong, and plans when the next thing does.
  func trouble() {
    guard !isQuiet else { return healAll() }
    agenda.plan(.trouble, at: now + 300 + generator.index(below: 20_000))
    switch generator.index(below: 12) {
    case 0: crash(isPowerLoss: false)
    case 1: crash(isPowerLoss: true)
    case 2, 3:
      service.disk.fail(
        SimulatedDisk.Fault(after: generator.index(below: 60), isCrash: true))
    case 4, 5: failSomeCalls()
    case 6: fillDisk()
    case 7, 8: jump()
    case 9: crashRobot(generator.index(below: robots.count))
    default: giveOrder()
    }
  }

  private func failSomeCalls() {
    let calls = SimulatedDisk.Call.allCases
    let call = calls[generator.index(below: calls.count)]
    service.disk.fail(
      SimulatedDisk.Fault(
        call: call, after: generator.index(below: 10), count: 1 + generator.index(below: 5)))
  }

  private func fillDisk() {
    service.disk.limit(to: service.disk.used + generator.index(below: 20_000))
    agenda.plan(.heal, at: now + 1000 + generator.index(below: 30_000))
  }

  /// The wall clock: an hour forth or back, ten years back, beyond 2038, a leap second, time zones.
  private func jump() {
    let hour: Int64 = 3_600_000_000
    let jumps = [
      hour, -hour, -10 * 8766 * hour, 80 * 8766 * hour, -1_000_000, 1_000_000, 13 * hour,
      -11 * hour,
    ]
    service.time.jump(to: service.time.now() + jumps[generator.index(below: jumps.count)])
  }

  func healAll() {
    service.disk.fail(nil)
    service.disk.limit(to: .max)
  }

  /// What a person does now and then.
  private func giveOrder() {
    guard service.isUp else { return }
    let number = 1 + generator.index(below: max(1, watch.proposals))
    let value = 2 + generator.uniform()
    let orders: [Laboratory.Order] = [
      .pause, .resume, .prioritize(number, generator.index(below: 3)), .cancel(number),
      .withdraw(number), .correct(number, strength(value).values),
    ]
    give(orders[generator.index(below: orders.count)])
  }

  private func give(_ order: Laboratory.Order) {
    guard service.isUp, let store = service.store else { return }
    let key = "order/\(now)/\(generator.index(below: 1 << 30))"
    watch.ordered(order, key)
    let isDone = service.ask { () async -> Bool in
      do {
        try await store.order(order, by: "Ann", reason: "I say so.", requestKey: key)
        return true
      } catch {
        return false
      }
    }
    guard service.isUp else { return }
    if isDone { watch.acknowledged(order, key) }
  }

  /// Lets go on what people have stopped, and approves what waits for them.
  func settle() {
    healAll()
    let mayWait = watch.isPaused || configuration.plan.laboratory?.needsApproval == true
    guard mayWait, service.isUp, let store = service.store else { return }
    let (isPaused, waiting) = service.ask { () async -> (Bool, [Int]) in
      (try? await store.read { laboratory in
        (
          laboratory.pause != nil,
          laboratory.experiments.filter { $0.status == .awaitingApproval }.map(\.number)
        )
      }) ?? (false, [])
    }
    if isPaused { give(.resume) }
    for number in waiting { give(.approve(number)) }
  }

  /// Judges the whole run.
  func conclude() {
    outcome.brokenCalls += service.disk.failures
    outcome.seconds = Double(now) / 1000
    guard service.isUp, let store = service.store else { return fault("the service is down") }
    healAll()
    do {
      let events = try store.events()
      outcome.events = events.count
      outcome.hash = events.last?.hash ?? ""
      outcome.results = events.count { $0.kind == "measured" }
      outcome.acknowledged = watch.memories.count
      outcome.faults += watch.conclude(events)
      let laboratory = service.ask { () async -> Laboratory? in try? await store.read { $0 } }
      let folded = try Laboratory(folding: events)
      if laboratory?.campaign != folded.campaign || laboratory?.counts != folded.counts {
        fault("the laboratory is not the fold of its ledger")
      }
      comparePasts(with: folded, store)
      if configuration.mustEnd, folded.campaign.stop == nil || folded.openCount > 0 {
        fault("the campaign did not end")
      }
      guard configuration.path == nil else { return }
      try SimulatedFileSystem.mount(SimulatedDisk(service.disk.content)) { address in
        _ = try SQLiteEventLog(path: address).verify()
      }
    } catch {
      fault("the ledger cannot be read: \(error)")
    }
  }

  /// What the store says of an experiment, read again from the ledger where it was left there, is what a
  /// fold of the whole ledger keeps: of each, or in a long campaign of some hundreds.
  private func comparePasts(with folded: Laboratory, _ store: LaboratoryStore) {
    let all = folded.experiments
    for place in stride(from: 0, to: all.count, by: max(1, all.count / 300)) {
      let (experiment, number) = (all[place], place + 1)
      let told = service.ask { () async -> Experiment? in
        try? await store.read { try $0.experiment(number) }
      }
      if told != experiment { fault("experiment \(number) has another past than its ledger says") }
    }
  }
}
