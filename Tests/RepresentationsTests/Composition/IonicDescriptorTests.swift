import Matter
import Representations
import Testing

@Suite("Ionic character")
struct IonicDescriptorTests {
  /// matminer 0.10.1, `IonProperty(fast=True)` with the electronegativities of its `MagpieData`.
  @Test(
    "Agrees with matminer",
    arguments: [
      ("NaCl", [1.0, 0.7115475428918885, 0.17788688572297212]),
      ("Fe2O3", [1.0, 0.47692216400686216, 0.11446131936164691]),
      ("Fe3O4", [0.0, 0.47692216400686216, 0.11679726465474173]),
      ("LiFePO4", [1.0, 0.7797297329475583, 0.13925957452579363]),
      ("GaAs", [1.0, 0.033645949486530435, 0.008411487371632609]),
      ("AlCoCrFeNi", [0.0, 0.022248762806663658, 0.003605548032600404]),
      ("CuFeS2", [1.0, 0.13118494373715683, 0.0301206980124675]),
      ("YBa2Cu3O7", [0.0, 0.8032113561415081, 0.16170342046713512]),
      ("LiNi0.5Mn1.5O4", [1.0, 0.7797297329475583, 0.15891060634043783]),
      ("MgB2", [0.0, 0.12473186537840508, 0.02771819230631224]),
      ("Si", [1.0, 0.0, 0.0]),
    ])
  func agreesWithMatminer(_ formula: String, _ expected: [Double]) throws {
    let row = try IonicDescriptor().rows([Composition(formula: formula)])
    #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(row)")
  }

  @Test("An element without an electronegativity leaves only the first column")
  func missing() throws {
    let row = try IonicDescriptor().rows([Composition(formula: "NeO")])
    #expect(row[0] == 0 && row[1].isNaN && row[2].isNaN)
  }
}
