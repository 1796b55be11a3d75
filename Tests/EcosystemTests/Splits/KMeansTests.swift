import DenseMath
import Ecosystem
import Formats
import Testing

@Suite("Clusters of rows")
struct KMeansTests {
  /// Points around some centers, and the center of each.
  private func points(
    _ rows: Int, width: Int, centers: Int, spread: Double, seed: UInt64
  ) -> (Matrix, [Int]) {
    var rng = SplitMix64(seed: seed)
    let middles = (0..<centers * width).map { _ in rng.normal() * 10 }
    let truth = (0..<rows).map { _ in rng.index(below: centers) }
    let elements = truth.flatMap { center in
      (0..<width).map { middles[center * width + $0] + spread * rng.normal() }
    }
    return (Matrix(rows: rows, columns: width, elements: elements), truth)
  }

  private func distance(_ data: Matrix, _ row: Int, _ center: [Double]) -> Double {
    zip(data.row(row), center).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  @Test("Ends where no row is nearer to the mean of another cluster", arguments: UInt64(0)..<6)
  func isFixedPoint(seed: UInt64) {
    // Overlapping clouds, so that many rows change sides on the way.
    var (data, _) = points(400, width: 7, centers: 6, spread: 9, seed: seed)
    let found = KMeans(standardizing: data, clusters: 6, seed: seed)
    for column in 0..<data.columns {
      let values = data.column(column)
      let (mean, spread) = (Statistics.mean(values), Statistics.standardDeviation(values))
      for row in 0..<data.rows { data[row, column] = (values[row] - mean) / spread }
    }
    let means = (0..<found.count).map { cluster -> [Double] in
      let own = (0..<data.rows).filter { found.assignment[$0] == cluster }
      return (0..<data.columns).map { column in
        own.reduce(0) { $0 + data[$1, column] } / Double(own.count)
      }
    }
    var inertia = 0.0
    for row in 0..<data.rows {
      let own = distance(data, row, means[found.assignment[row]])
      inertia += own
      for other in means { #expect(own <= distance(data, row, other) * (1 + 1e-9)) }
    }
    #expect(abs(inertia - found.inertia) < 1e-9 * inertia)
  }

  @Test("Many rows are clustered by a sample first, and find clouds that lie apart")
  func large() {
    let (data, truth) = points(
      KMeans.sampleSize * 3, width: 12, centers: 5, spread: 0.3, seed: 4)
    let found = KMeans(standardizing: data, clusters: 5, seed: 1)
    #expect(found.count == 5)
    let pairs = Set(zip(truth, found.assignment).map { [$0, $1] })
    #expect(pairs.count == 5, "each cloud is one cluster")
    #expect(KMeans(standardizing: data, clusters: 5, seed: 1).assignment == found.assignment)
  }

  @Test("Rows that coincide make fewer clusters; too many are refused")
  func degenerate() throws {
    let same = Matrix(rows: 9, columns: 2, elements: [Double](repeating: 3, count: 18))
    #expect(KMeans(standardizing: same, clusters: 4, seed: 0).count == 1)
    let rows = try SplitTests.rows([String](repeating: "NaCl", count: 300))
    var maker = SplitMaker(rows, recipe: SplitRecipe(.cluster, folds: 250))
    maker.features = Matrix(rows: 300, columns: 1, elements: (0..<300).map(Double.init))
    #expect(throws: SplitError.tooManyClusters(250, limit: SplitMaker.mostClusters)) {
      try maker.split()
    }
  }
}

@Suite("Names of columns")
struct ColumnNameTests {
  private func table(_ header: String) throws -> Table {
    try Table(Array("\(header)\n".utf8) + Array("1,2,3,4\n".utf8), file: "t.csv")
  }

  @Test(
    "A column is found without its unit and in the spelling of filters",
    arguments: [
      ("gap (eV)", "gap (eV)"), ("gap", "gap (eV)"), ("Tc", "Tc [K]"), ("tc", "Tc [K]"),
      ("bulk_modulus", "Bulk modulus / GPa"), ("bulk modulus", "Bulk modulus / GPa"),
      ("log10_k_", "log10(K)"),
    ])
  func finds(_ name: String, _ column: String) throws {
    let table = try table("gap (eV),Tc [K],Bulk modulus / GPa,log10(K)")
    #expect(try table.column(meaning: name) == column)
  }

  @Test("What is not there is refused with the nearest name, what is double with both")
  func refuses() throws {
    let table = try table("gap (eV),gap (meV),density (g/cm3),id")
    let double = #expect(throws: ReadingError.self) { try table.column(meaning: "gap") }
    #expect(double?.message.contains("\"gap (eV)\" or \"gap (meV)\"") ?? false)
    let typo = #expect(throws: ReadingError.self) { try table.column(meaning: "densty") }
    #expect(typo?.message.contains("Did you mean \"density (g/cm3)\"?") ?? false)
    #expect(typo?.message.contains("The columns are gap (eV), gap (meV)") ?? false)
  }
}
