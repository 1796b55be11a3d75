import Matter
import Simulation
import Testing

@Suite("setfl tables")
struct SetflTests {
  @Test("The table holds what its header says, with the functions' values")
  func writesTable() throws {
    let elements = try ["Ni", "Al"].map { try #require(Element(symbol: $0)) }
    let potential = try EmbeddedAtomPotential(elements)
    var configuration = Setfl.Configuration()
    configuration.distancePoints = 301
    configuration.densityPoints = 201
    let text = Setfl(potential, configuration: configuration).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[3] == "2 Ni Al")
    let grid = lines[4].split(separator: " ").compactMap { Double($0) }
    try #require(grid.count == 5)
    #expect(grid[0] == 201 && grid[2] == 301 && grid[4] == potential.cutoff)
    #expect(abs(grid[3] * 300 - grid[4]) < 1e-12)
    let words = lines[5...].joined(separator: " ").split(separator: " ")
    #expect(words.count == 2 * (4 + 201 + 301) + 3 * 301)
    #expect(words[0] == "28" && words[3] == "fcc")
    // Density of nickel at 2.5 Å and the pair energy of nickel and aluminum, on the grid.
    let point = Int((2.5 / grid[3]).rounded())
    let r = Double(point) * grid[3]
    let (nickel, aluminum) = (potential.functions[0], potential.functions[1])
    #expect(Double(words[4 + 201 + point]) == nickel.density(at: r))
    let pairs = 2 * (4 + 201 + 301)
    #expect(
      Double(words[pairs + 301 + point]) == r * aluminum.pairEnergy(with: nickel, at: r))
    #expect(Double(words[words.count - 1]) == 0)
    #expect(Double(words[4 + 100]) == nickel.embedding(100 * grid[1]).energy)
  }

  @Test("The alloy rule is symmetric and holds for a metal with itself")
  func mixes() throws {
    let all = EmbeddedAtomFunctions.all
    for (a, b) in zip(all, all.dropFirst()) {
      for r in [2.0, 2.8, 4.1, 5.5] {
        #expect(a.pairEnergy(with: b, at: r) == b.pairEnergy(with: a, at: r))
      }
      #expect(a.pairEnergy(with: b, at: max(a.cutoff, b.cutoff)) == 0)
    }
    // Copper at its neighbor distance, by hand from the paper's constants:
    // 0.396620 / (1 + 0.691218²⁰) − 0.548085 / (1 + 0.243485²⁰).
    let copper = all[0]
    #expect(abs(copper.pairEnergy(with: copper, at: 2.556162) + 0.151712) < 1e-5)
    #expect(abs(copper.density(at: 2.556162) - 1.554485) < 1e-9)
  }
}
