import Design
import Ecosystem
import Matter

extension CampaignRecipe {
  /// A space with what else is to be known of it.
  struct MadeSpace {
    let space: any Space
    var variableNames: [String] = []

    /// Of the members of a list.
    var contentHash: String?

    init(_ space: any Space, variableNames: [String] = []) {
      self.space = space
      self.variableNames = variableNames
    }

    init(_ listed: ListedSpace) {
      space = listed.list
      variableNames = listed.facts.variableNames
      contentHash = listed.facts.contentHash
    }
  }

  func makeSpace(
    _ datasets: [Dataset], threads: Int, _ lists: KeptLists
  ) throws -> MadeSpace {
    if case .replay(let table, _) = targetOracle {
      guard case .table(let own) = space else {
        throw CampaignError.plan(
          "a replayed table answers for its own rows alone; leave out space, or give it the table")
      }
      if own == table, let first = datasets.first {
        return MadeSpace(
          ListedSpace(
            try CandidateList(first.candidates), variableNames: first.variableNames))
      }
    }
    return try make(space, threads: threads, lists)
  }

  private func make(
    _ space: SpaceRecipe, threads: Int, _ lists: KeptLists
  ) throws -> MadeSpace {
    switch space {
    case .simplex(let simplex): return MadeSpace(try simplex.space())
    case .neutral(let neutral):
      try refuseUnlessTaken("a space of neutral formulas")
      return MadeSpace(try neutral.space())
    case .process(let process, let materials):
      try refuseUnlessTaken("a space of settings")
      let space = try ProcessSpace(
        process.variables, constraints: process.constraints,
        materials: materials.map { try make($0, threads: threads, lists).space })
      return MadeSpace(space, variableNames: space.variableNames)
    case .structures(let path):
      let reading = ListReading(lists: lists, threads: threads)
      return MadeSpace(try reading.crystals(at: place(of: path), calledIn: path))
    case .table(let recipe):
      let reading = ListReading(lists: lists, threads: threads)
      return MadeSpace(try reading.rows(of: recipe, at: place(of: recipe.file)))
    }
  }

  private func refuseUnlessTaken(_ what: String) throws(CampaignError) {
    guard oracle.takesAnything else {
      throw .plan(
        "\(what) is for people to measure, or for a program, a service or a node; leave out the oracle, or "
          + "give one of these")
    }
  }
}
