import Ecosystem
import Testing

@Suite("Families of protocols")
struct ProtocolFamilyTests {
  @Test("Labels that mean one functional are one family, with what they state beside it")
  func groups() throws {
    let labels =
      [String](repeating: "PBE+U (U_Fe = 4.3 eV), PAW, 520 eV, 6x6x4", count: 3)
      + ["pbe/PAW 400 eV", "PBE", "", "ordered_exp", "mystery"]
    let families = ProtocolFamily.all(in: labels)
    #expect(families.map(\.name) == ["PBE+U", "PBE", "experiment", "unknown"])
    #expect(families.map(\.rows) == [3, 2, 1, 1])
    #expect(families[0].hubbardU == ["Fe 4.3 eV"] && families[0].kMeshes == ["6×6×4"])
    #expect(families[0].details.hasPrefix("PAW; k-mesh 6×6×4; cutoff 520 eV; U Fe 4.3 eV"))
    #expect(families[1].labels == ["PBE", "pbe/PAW 400 eV"] && families[1].cutoffs == [400])
    #expect(families[2].kind == .experiment && families[3].unread == ["mystery"])
    #expect(ProtocolFamily.all(in: ["", ""]).isEmpty)
  }

  @Test("A label that is not understood stays a method of its own")
  func unknown() {
    #expect(MethodLabel.family(of: "pbe/PAW 400 eV") == "PBE")
    #expect(MethodLabel.family(of: "mystery") == "mystery")
  }
}
