import Ecosystem
import Formats
import Testing

@Suite("Dataset grouping and units")
struct DatasetGroupingTests {
  private func read(_ rows: [String], unit: String? = nil) throws -> Dataset {
    let text = "formula,gap (eV)\n" + rows.joined(separator: "\n") + "\n"
    var columns = Dataset.Columns(target: "gap (eV)")
    columns.unit = unit
    return try Dataset(Table(Array(text.utf8), file: "a.csv"), columns: columns)
  }

  @Test("Rows of one composition share a key, whatever the size of the formula unit")
  func groups() throws {
    let different = ["Si,1.1", "Ge,0.7", "GaAs,1.4", "ZnS,3.6", "CdS,2.4"]
    #expect(try read(different).repeatedCompositions == nil)
    let keys = try #require(try read(different + ["Zn2S2,3.7"]).repeatedCompositions)
    #expect(keys[3] == keys[5] && Set(keys).count == 5)
    #expect(try read(["Si,1.1", "Si,1.2", "Ge,0.7"]).repeatedCompositions == nil)
  }

  @Test("A unit that contradicts the column's name is refused")
  func units() throws {
    #expect(try read(["Si,1.1"], unit: "eV").unit == "eV")
    #expect(throws: ReadingError.self) { try read(["Si,1.1"], unit: "meV") }
  }
}
