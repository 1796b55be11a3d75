import Design
import Ecosystem
import Matter
import Simulation

extension CampaignRecipe {
  /// The oracle of a recipe, ready to be asked.
  ///
  /// - Throws: ``CampaignError/plan(_:)`` for what would make every measurement fail; what reading files
  ///   throws.
  func makeOracle(
    _ recipe: OracleRecipe, asking space: any Space, named names: [String]
  ) throws -> any Oracle {
    switch recipe {
    case .replay(let table, let replicates):
      return ReplayOracle(try replayed(table), replicates: replicates)
    case .virtualLaboratory(let configuration):
      try refuseUnmeasurable(configuration)
      return VirtualLaboratoryOracle(VirtualLaboratory(configuration: configuration))
    case .person: return PersonOracle()
    case .program(var configuration):
      configuration.command[0] = place(ofProgram: configuration.command[0])
      return ProgramOracle(configuration, variableNames: names)
    case .service(let configuration):
      return try ServiceOracle(configuration, variableNames: names)
    case .node(let configuration):
      return try NodeOracle(configuration, variableNames: names, properties: plan.properties)
    case .engine(let configuration):
      let engine = try EngineOracle(located(configuration))
      try engine.refuseUnmeasurable(plan, space)
      return engine
    case .fidelities(let fidelities):
      let oracles = try fidelities.map {
        ($0.name, try makeOracle($0.oracle, asking: space, named: names))
      }
      return FidelityOracle(
        Dictionary(uniqueKeysWithValues: oracles), target: plan.fidelities?.target.name ?? "")
    }
  }

  /// With the faults of a laboratory, where it is to be rehearsed.
  func rehearsed(_ oracle: any Oracle) throws -> any Oracle {
    guard let rehearsal else { return oracle }
    let named = [rehearsal.noise, rehearsal.driftPerDay, rehearsal.batchEffect].flatMap(\.keys)
    for property in named.sorted() where !plan.properties.contains(property) {
      throw CampaignError.plan(
        "the rehearsal changes \"\(property)\", which the campaign does not measure; it measures "
          + plan.properties.joined(separator: ", "))
    }
    return RehearsalOracle(oracle, rehearsal, seed: plan.seed)
  }

  /// That of the method that counts.
  var targetOracle: OracleRecipe {
    guard case .fidelities(let fidelities) = oracle else { return oracle }
    return fidelities.first { $0.name == plan.fidelities?.target.name }?.oracle ?? oracle
  }

  /// The replayed table, one dataset for each property; empty for what is no replay.
  func replayed(_ oracle: OracleRecipe) throws -> [Dataset] {
    guard case .replay(let table, _) = oracle else { return [] }
    return try replayed(table)
  }

  private func replayed(_ recipe: TableRecipe) throws -> [Dataset] {
    let table = try table(recipe.file)
    return try plan.properties.map { property in
      var columns = columns(recipe, target: property)
      columns.unit = plan.ranges.first { $0.property == property }?.unit
      return try Dataset(table, columns: columns)
    }
  }

  /// Says at once what would make every measurement fail.
  private func refuseUnmeasurable(_ configuration: VirtualLaboratory.Configuration) throws {
    try configuration.check()
    if case .simplex(let simplex) = space {
      try VirtualLaboratory(configuration: configuration).check(simplex.elements)
    }
    if !configuration.elasticConstants,
      let constant = plan.properties.first(where: VirtualLaboratoryOracle.elastic.contains)
    {
      throw CampaignError.plan(
        "\(constant) is measured only with elasticConstants: true in virtualLaboratory")
    }
    let known = VirtualLaboratoryOracle.units
    for property in plan.properties where known[property] == nil {
      throw CampaignError.plan(
        "the virtual laboratory does not measure \"\(property)\"; it measures "
          + known.keys.sorted().joined(separator: ", "))
    }
  }
}
