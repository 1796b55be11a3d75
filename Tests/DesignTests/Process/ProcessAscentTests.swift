import DenseMath
import Matter
import Testing

@testable import Design

@Suite("Ascent in settings that take any number")
struct ProcessAscentTests {
  private struct Refusal: Error {}

  private static func space(_ count: Int, _ constraints: [String] = []) throws -> ProcessSpace {
    try ProcessSpace(
      try (0..<count).map { try ProcessVariable("x\($0)", .interval(0, 10)) }
        + [ProcessVariable("k", .words(["a", "b"]))],
      constraints: try constraints.map { try SpaceConstraint($0) })
  }

  /// A ridge along a diagonal, a thousand times steeper across; its summit is 7, 6, 7, 6, …
  private static func ridge(_ candidate: Candidate) -> Double {
    let x = candidate.variables.dropLast(2).enumerated().map { $1 - ($0 % 2 == 0 ? 7 : 6) }
    let along = x.reduce(0, +) / Double(x.count)
    return -along * along - 1000 * x.reduce(0) { $0 + ($1 - along) * ($1 - along) }
  }

  @Test("Follows a ridge that single steps cannot, and keeps the words")
  func ridge() throws {
    let space = try Self.space(6)
    let ascent = try #require(ProcessAscent(space))
    let start = Candidate(variables: [2, 1, 2, 1, 2, 1, 0, 1])
    var asked = 0
    let summit = try #require(
      try ascent.summit(above: start) { candidates throws(Refusal) in
        asked += candidates.count
        return candidates.map(Self.ridge)
      })
    #expect(space.contains(summit) && summit.variables.suffix(2) == [0, 1])
    #expect(Self.ridge(summit) > -1e-2 && asked < 1000, "\(summit.variables) after \(asked)")
  }

  @Test("A search of a space ends on the ridge's summit, equally for equal seeds")
  func search() throws {
    let space = try Self.space(6)
    let found = SpaceSearch().best(3, in: space, excluding: [], seed: 5) { $0.map(Self.ridge) }
    #expect(try #require(found.first).score > -1e-2)
    #expect(
      found == SpaceSearch().best(3, in: space, excluding: [], seed: 5) { $0.map(Self.ridge) })
    #expect(found.allSatisfy { space.contains($0.candidate) })
  }

  @Test("Settings that follow from equations follow, and no constraint is left")
  func constrained() throws {
    let space = try Self.space(3, ["x0 + x1 + x2 = 12", "x0 <= 4"])
    let ascent = try #require(ProcessAscent(space))
    let start = try #require(
      (0..<50).map(space.candidate(at:)).first { $0.variables[0] < 3.5 })
    let summit = try #require(
      ascent.summit(above: start) { candidates throws(Never) in
        candidates.map { candidate in
          let (x, y) = (candidate.variables[0] - 3, candidate.variables[1] - 5)
          return -(x * x + y * y)
        }
      })
    #expect(space.contains(summit))
    #expect(abs(summit.variables[0] - 3) < 0.01 && abs(summit.variables[1] - 5) < 0.01)
    #expect(abs(summit.variables[2] - 4) < 0.02)
  }

  @Test("Passes errors on, and stays away where nothing can move")
  func refusals() throws {
    let space = try Self.space(2)
    let ascent = try #require(ProcessAscent(space))
    #expect(throws: Refusal.self) {
      try ascent.summit(above: space.candidate(at: 0)) { _ throws(Refusal) in throw Refusal() }
    }
    let words = try ProcessSpace([ProcessVariable("k", .words(["a", "b"]))])
    #expect(ProcessAscent(words) == nil)
    #expect(space.box == nil && words.box == nil)
    let box = try ProcessSpace([ProcessVariable("x", .interval(-1, 1))])
    #expect(box.box == [-1...1] && box.member(near: [3]).variables == [1])
  }
}
