public import Matter

extension CompositionSimplex {
  /// Members that one move reaches: a step of one element goes to another, or the whole share of
  /// an element goes to an element that is absent.
  public func neighbors(of candidate: Candidate) -> [Candidate] {
    guard let parts = parts(of: candidate) else { return [] }
    var reached: [Candidate] = []
    for giver in parts.indices where parts[giver] > 0 {
      for taker in parts.indices where taker != giver {
        // A share of a single step is the same move either way.
        let wholes = parts[taker] == 0 && parts[giver] > 1 ? [1, parts[giver]] : [1]
        for moved in wholes {
          var next = parts
          next[giver] -= moved
          next[taker] += moved
          if isMember(next) { reached.append(self.candidate(steps: next)) }
        }
      }
    }
    return reached
  }
}
