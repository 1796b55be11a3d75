import Foundation
import Matter
import Representations
import Testing

@Suite("Alloy descriptor")
struct AlloyDescriptorTests {
  private func value(_ column: String, _ formula: String) throws -> Double {
    let descriptor = AlloyDescriptor()
    let place = try #require(descriptor.columns.firstIndex(of: column))
    return try descriptor.rows([Composition(formula: formula)])[place]
  }

  /// Parameters of Miedema's model: de Boer et al., Cohesion in Metals, North-Holland (1988).
  private struct Metal {
    let volume: Double
    let density: Double
    let potential: Double
    let slope: Double
  }

  private static let metals = [
    "Fe": Metal(volume: 7.09, density: 5.55, potential: 4.93, slope: 0.04),
    "Ni": Metal(volume: 6.60, density: 5.36, potential: 5.20, slope: 0.04),
    "Co": Metal(volume: 6.70, density: 5.36, potential: 5.10, slope: 0.04),
    "Cr": Metal(volume: 7.23, density: 5.18, potential: 4.65, slope: 0.04),
    "Ti": Metal(volume: 10.58, density: 3.51, potential: 3.80, slope: 0.04),
    "Zr": Metal(volume: 14.00, density: 2.80, potential: 3.45, slope: 0.04),
    "Cu": Metal(volume: 7.12, density: 3.18, potential: 4.45, slope: 0.07),
    "Nb": Metal(volume: 10.87, density: 4.41, potential: 4.05, slope: 0.04),
    "Mo": Metal(volume: 9.40, density: 5.55, potential: 4.65, slope: 0.04),
  ]

  /// ΔH of the liquid A50B50 of two transition metals, kJ/mol: P = 14.2, Q/P = 9.4.
  private func formula(_ a: Metal, _ b: Metal) -> Double {
    let (va, vb) = (pow(a.volume, 2.0 / 3), pow(b.volume, 2.0 / 3))
    let (na, nb) = (cbrt(a.density), cbrt(b.density))
    let difference = a.potential - b.potential
    let surfaceA = va / (va + vb)
    let alloyedA = va * (1 + a.slope * (1 - surfaceA) * difference)
    let alloyedB = vb * (1 - b.slope * surfaceA * difference)
    let coveredA = alloyedB / (alloyedA + alloyedB)
    let strength =
      14.2 * (9.4 * (na - nb) * (na - nb) - difference * difference) * 2 / (1 / na + 1 / nb)
    return 0.5 * alloyedA * coveredA * strength
  }

  /// Values printed in Takeuchi and Inoue, Mater. Trans. 46, 2817 (2005), and beside them Miedema's
  /// formula; ΔH of an equiatomic pair is ΔH_ij itself.
  @Test(
    "Pairs are those of the literature, and of the formula for transition metals",
    arguments: [
      ("Fe", "Ni", -2.0), ("Co", "Cr", -4), ("Zr", "Ni", -49), ("Ti", "Ni", -35),
      ("Cu", "Fe", 13), ("Cr", "Ni", -7), ("Cu", "Co", 6), ("Mo", "Nb", -6), ("Zr", "Cu", -23),
    ])
  func pairs(_ a: String, _ b: String, _ expected: Double) throws {
    #expect(abs(try value("mixing enthalpy", a + b) - expected) < 1e-9)
    let (first, second) = (try #require(Self.metals[a]), try #require(Self.metals[b]))
    #expect(abs(formula(first, second) - expected) < 0.6)
  }

  @Test(
    "Other pairs of the literature",
    arguments: [("AlNi", -22.0), ("AlTi", -30), ("FeB", -26), ("FeSi", -35), ("ZrAl", -44)])
  func otherPairs(_ formula: String, _ expected: Double) throws {
    #expect(abs(try value("mixing enthalpy", formula) - expected) < 1e-9)
  }

  /// matminer 0.10.1, `YangSolidSolution`; it takes R as 8.314 J/(mol K).
  @Test(
    "Size mismatch and Ω agree with matminer",
    arguments: [
      ("AlCoCrFeNi", 1.8291101866377455, 0.04703284097280658),
      ("CoCrFeMnNi", 5.793658001760474, 0.02249639513229989),
      ("Fe0.7Ni0.2Al0.1", 1.908901691827777, 0.03745849238813223),
      ("TiZrHfNbTa", 12.41173784795377, 0.048591337695420504),
      ("Cu50Zr50", 0.4366931477822561, 0.11267605633802819),
      ("Mg65Cu25Y10", 1.396425408957264, 0.10938170621336175),
    ])
  func agreesWithMatminer(_ formula: String, _ omega: Double, _ mismatch: Double) throws {
    #expect(abs(try value("omega", formula) / omega - 1) < 1e-4)
    #expect(abs(try value("size mismatch", formula) - mismatch) < 1e-12)
  }

  /// Zhang et al., Prog. Mater. Sci. 61, 1 (2014): −12.32 kJ/mol for AlCoCrFeNi, −4.16 for
  /// CoCrFeMnNi; R ln 5 = 13.38 J/(mol K). VEC by hand: (3 + 9 + 6 + 8 + 10) / 5.
  @Test("High-entropy alloys")
  func highEntropy() throws {
    #expect(abs(try value("mixing enthalpy", "AlCoCrFeNi") + 12.32) < 1e-9)
    #expect(abs(try value("mixing enthalpy", "CoCrFeMnNi") + 4.16) < 1e-9)
    #expect(abs(try value("mixing entropy", "CoCrFeMnNi") - 13.3814) < 1e-3)
    #expect(abs(try value("VEC", "AlCoCrFeNi") - 7.2) < 1e-12)
    #expect(try value("transition metal fraction", "AlCoCrFeNi") == 0.8)
  }

  @Test("An element mixes with nothing")
  func element() throws {
    for column in ["mixing enthalpy", "mixing entropy", "omega", "size mismatch", "VEC deviation"] {
      #expect(try value(column, "Al") == 0, "\(column)")
    }
    #expect(try value("solid angle ratio", "Al") == 1)
  }

  @Test("Moduli need nine tenths of the atoms; fluorides have no Miedema enthalpy")
  func missing() throws {
    #expect(try value("shear modulus", "Fe0.95N0.05") > 0)
    #expect(try value("shear modulus", "FeN").isNaN)
    #expect(try value("mixing enthalpy", "CaF2").isNaN)
    #expect(try value("VEC", "CaF2") > 0)
  }
}
