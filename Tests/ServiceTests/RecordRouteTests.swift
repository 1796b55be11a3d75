import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Records over HTTP", .serialized)
struct RecordRouteTests {
  private func list(_ service: TestService, _ query: String) async throws -> [[String: Any]] {
    let answer = try await service.ask("GET", "/v1/records?\(query)")
    #expect(answer.status == 200, "\(query): \(answer.body)")
    return answer.json["records"] as? [[String: Any]] ?? []
  }

  private func formulas(_ service: TestService, _ query: String) async throws -> [String] {
    try await list(service, query).compactMap { $0["formula"] as? String }
  }

  @Test("are found by filters and names, and come in pages that leave none out")
  func search() async throws {
    let service = try await ServiceMaterials.service()
    #expect(
      try await formulas(service, "filter=elements%20HAS%20%22O%22") == ["TiO2", "ZnO", "MgO"])
    #expect(
      try await formulas(service, "filter=gap%20%3E%203.1%20AND%20nelements%3D2") == ["ZnO", "MgO"])
    #expect(try await formulas(service, "filter=gap+%3E+3.1+AND+nelements%3D2") == ["ZnO", "MgO"])
    #expect(try await formulas(service, "name=m4") == ["GaAs"])
    #expect(try await formulas(service, "name=O2Ti") == ["TiO2"])
    var (all, after): ([String], Int?) = ([], 0)
    while let start = after {
      let answer = try await service.ask("GET", "/v1/records?limit=2&after=\(start)").json
      let page = answer["records"] as? [[String: Any]] ?? []
      #expect(page.count <= 2)
      all += page.compactMap { $0["formula"] as? String }
      after = answer["next"] as? Int
    }
    // What nothing usable is known of is no record.
    #expect(all.count == 5 && Set(all).count == 5 && !all.contains("Si"))
  }

  @Test("are refused with the place of a damaged filter, and without that of the store")
  func badFilters() async throws {
    let service = try await ServiceMaterials.service()
    for filter in ["elements%20HAS", "colour%20%3D%201", "gap%20%3E%20%22a%22"] {
      let answer = try await service.ask("GET", "/v1/records?filter=\(filter)")
      #expect(answer.status == 422 && answer.problem == "bad-filter", "\(answer.body)")
      #expect(!answer.body.contains(service.folder) && !answer.body.contains("sqlite"))
    }
    let unknown = try await service.ask("GET", "/v1/records?name=Xenonite")
    #expect(unknown.status == 404 && !unknown.body.contains(service.folder))
    #expect(try await service.ask("GET", "/v1/records/abcdef123456").status == 404)
    #expect(try await service.ask("GET", "/v1/records/..%2f..").status == 404)
  }

  @Test("show values with their sources, the structure and the spectra of their name")
  func detail() async throws {
    let service = try await ServiceMaterials.service()
    let titania = try await list(service, "name=TiO2")
    let key = try #require(titania.first?["key"] as? String)
    let record = try await service.ask("GET", "/v1/records/\(key.prefix(8))").json
    let source = try #require((record["sources"] as? [[String: Any]])?.first)
    let value = try #require((source["measurements"] as? [[String: Any]])?.first)
    #expect(value["value"] as? Double == 3.05 && value["unit"] as? String == "eV")
    let spectra = record["spectra"] as? [[String: Any]] ?? []
    #expect(spectra.map { $0["file"] as? String } == ["TiO2.xy", "m1.xy"])
    #expect(spectra.first?["problem"] != nil)
    let pattern = try #require(spectra.last)
    let intensities = pattern["intensities"] as? [Double] ?? []
    // Thinned, with the peak of one point still there.
    #expect(pattern["pointCount"] as? Int == 9000 && intensities.count <= 4000)
    #expect(intensities.max() == 1000)
    let oxide = try await list(service, "name=ZnO")
    let other = try await service.ask("GET", "/v1/records/\(oxide.first?["key"] as? String ?? "")")
    // A link that leads out of the folder is not followed.
    #expect((other.json["spectra"] as? [Any])?.isEmpty == true)
  }

  @Test("show a crystal with its cell, sites and space group")
  func crystal() async throws {
    let service = try await ServiceMaterials.service()
    let salt = try await list(service, "filter=nsites%3D8")
    let key = try #require(salt.first?["key"] as? String)
    let record = try await service.ask("GET", "/v1/records/\(key)").json
    let structure = try #require(record["structure"] as? [String: Any])
    let cell = try #require(structure["cell"] as? [String: Any])
    #expect(cell["spaceGroupNumber"] as? Int == 225)
    #expect(abs((cell["a"] as? Double ?? 0) - 5.64) < 1e-9)
    #expect(abs((cell["volume"] as? Double ?? 0) - 5.64 * 5.64 * 5.64) < 1e-6)
    let sites = structure["sites"] as? [[String: Any]] ?? []
    #expect(sites.count == 8 && structure["siteCount"] as? Int == 8)
    let chlorine = sites.first { site in
      ((site["occupants"] as? [[String: Any]])?.first?["element"] as? String) == "Cl"
    }
    let fractional = try #require(chlorine?["fractional"] as? [Double])
    let position = try #require(chlorine?["position"] as? [Double])
    #expect(zip(fractional, position).allSatisfy { abs($0 * 5.64 - $1) < 1e-9 })
  }

  @Test("come with the files they were read from, and what was refused of them")
  func datasets() async throws {
    let service = try await ServiceMaterials.service()
    let answer = try await service.ask("GET", "/v1/datasets").json
    let runs = answer["datasets"] as? [[String: Any]] ?? []
    #expect(runs.count == 2 && runs.first?["measurements"] as? Int == 4)
    let first = try await service.ask("GET", "/v1/datasets/1").json
    let flagged = first["flagged"] as? [[String: Any]] ?? []
    #expect(flagged.count == 1 && flagged.first?["formula"] as? String == "Si")
    #expect(try await service.ask("GET", "/v1/datasets/9").status == 404)
    let store = try await service.ask("GET", "/v1/properties").json
    #expect(store["records"] as? Int == 5)
    #expect((store["properties"] as? [[String: Any]])?.first?["property"] as? String == "gap")
  }

  @Test("are not there without a store, and it is said how to have one")
  func absent() async throws {
    let service = try await TestService()
    for path in ["/v1/records", "/v1/properties", "/v1/datasets", "/v1/models"] {
      let answer = try await service.ask("GET", path)
      #expect(answer.status == 404 && answer.body.contains("--"), "\(path)")
    }
  }

  @Test("Thinning keeps the extremes of every stretch")
  func thinning() {
    let values = (0..<10_000).map { $0 == 777 ? 5.0 : $0 == 9_000 ? -5.0 : 0 }
    let kept = SpectrumAnswer.thinned(values, to: 100)
    #expect(kept.count <= 100 && kept.contains(777) && kept.contains(9_000))
    #expect(kept == kept.sorted() && SpectrumAnswer.thinned([1, 2, 3], to: 100) == [0, 1, 2])
  }
}
