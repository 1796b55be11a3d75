import DenseMath
import Matter
import Testing

@testable import Representations

@Suite("Descriptors of structures by name")
struct StructureDescriptorsTests {
  private func options() throws -> StructureDescriptors.Options {
    var options = StructureDescriptors.Options()
    options.elements = try StructureSamples.elements
    options.mostSites = 4
    (options.nMax, options.lMax, options.cutoff) = (2, 2, 4)
    return options
  }

  @Test("Each name has a descriptor with unique columns", arguments: StructureDescriptors.names)
  func names(_ name: String) throws {
    let descriptor = try #require(try StructureDescriptors.named(name, options()))
    #expect(descriptor.name == name)
    let columns = descriptor.columns
    #expect(Set(columns).count == columns.count)
    let structure = AtomicStructure(try StructureSamples.lowSymmetry())
    let row = try descriptor.row(of: structure)
    #expect(row.count == columns.count && !row.isEmpty)
    let matrix = try descriptor.matrix([structure, structure], threads: 2)
    #expect(matrix.rows == 2 && Array(matrix.row(1)).map(\.bitPattern) == row.map(\.bitPattern))
    guard let sites = descriptor as? any SiteDescriptor else { return }
    let rows = try sites.siteRows(of: structure)
    #expect(rows.rows == 4 && rows.columns == sites.siteColumns.count)
  }

  @Test("The hash of the columns tells settings apart", arguments: StructureDescriptors.names)
  func hashes(_ name: String) throws {
    var other = try options()
    (other.cutoff, other.form, other.mostSites) = (4.5, .full, 5)
    other.elements.removeLast()
    let one = try #require(try StructureDescriptors.named(name, options()))
    let two = try #require(try StructureDescriptors.named(name, other))
    #expect((one.columnHash == two.columnHash) == (name == "structure"))
    #expect(one.columnHash.count == 16)
    #expect(try StructureDescriptors.named("nothing", options()) == nil)
  }

  @Test("Joined descriptors stand side by side, with those of the composition")
  func joined() throws {
    let magpie = try #require(Descriptors.named("stoichiometry"))
    let joined = JoinedStructureDescriptor([CompositionColumns(magpie), CrystalStatistics()])
    let structure = AtomicStructure(try StructureSamples.rockSalt())
    let row = try joined.row(of: structure)
    #expect(row.count == joined.columns.count)
    #expect(Array(row.prefix(magpie.columns.count)) == (try magpie.rows([structure.composition])))
  }
}
