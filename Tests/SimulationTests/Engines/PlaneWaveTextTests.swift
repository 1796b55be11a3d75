import Matter
import Testing

@testable import Simulation

/// What is written for `pw.x` and read from it, without the program.
@Suite("Texts of pw.x")
struct PlaneWaveTextTests {
  @Test(
    "Reads headers of both versions of UPF",
    arguments: [
      (
        "<UPF>\n<PP_HEADER\nelement=\"Si\"\npseudo_type=\"NC\"\nhas_so=\"false\"\n"
          + "functional=\" SLA  PZ   NOGX NOGC\"\n/>", ExchangeFunctional.lda,
        Pseudopotential.Kind.normConserving
      ),
      (
        "<PP_HEADER>\n   0  Version Number\n  Si  Element\n   US  Ultrasoft\n    T  Nonlinear\n"
          + " SLA  PW   PBE  PBE  PBE  Exchange-Correlation functional\n</PP_HEADER>", .pbe,
        .ultrasoft
      ),
    ])
  func headers(
    _ text: String, _ functional: ExchangeFunctional, _ kind: Pseudopotential.Kind
  ) throws {
    let found = try #require(Pseudopotential(header: text, file: "Si.UPF"))
    #expect(found.element.symbol == "Si" && found.functional == functional && found.kind == kind)
    let relativistic = text.replacing("has_so=\"false\"", with: "has_so=\"true\"")
    if relativistic != text { #expect(Pseudopotential(header: relativistic, file: "Si") == nil) }
    #expect(Pseudopotential(header: String(text.prefix(30)), file: "Si") == nil)
    #expect(Pseudopotential(header: text, file: "my file.UPF") == nil)
  }

  @Test("Points lie at most the spacing apart")
  func grid() throws {
    let lattice = try Lattice(a: SIMD3(2, 0, 0), b: SIMD3(0, 4, 0), c: SIMD3(0, 0, 40))
    #expect(PlaneWaveInput.grid(lattice, spacing: 0.5) == [7, 4, 1])
  }

  @Test("Reads energy, forces and stress in eV and Å, and the last of each")
  func reads() throws {
    let task = try EngineTask(Engines.diamond("Si", edge: 5.4))
    let report = try PlaneWaveReport(Self.output, of: task)
    #expect(report.missing == nil && report.version == "Quantum ESPRESSO 6.7MaX")
    #expect(abs(report.evaluation.energy + 15 * 13.605693) < 1e-5)
    #expect(abs(report.evaluation.forces[0].y - 0.01 * 25.711043) < 1e-6)
    // 100 kbar of pressure are −10 GPa of stress.
    #expect(abs(report.evaluation.stress.xx * Stress.gigapascals + 10) < 1e-3)
    #expect(abs(report.evaluation.stress.pressureGPa - 10) < 1e-3)
  }

  @Test("Texts that are cut off anywhere are refused or say what is missing, and never trap")
  func cutOff() throws {
    let task = try EngineTask(Engines.diamond("Si", edge: 5.4), .relaxation(.full))
    let characters = Array(Self.output)
    var refused = 0
    for count in stride(from: 0, to: characters.count, by: 17) {
      do throws(EngineError) {
        _ = try PlaneWaveReport(String(characters[..<count]), of: task)
      } catch {
        refused += 1
      }
    }
    #expect(refused > characters.count / 34)
  }

  @Test("Errors are classified by their words")
  func errors() {
    let text = " %%%%%%\n Error in routine readpp (1):\n file x.UPF not found\n %%%%%%\n stopping"
    #expect(
      PlaneWaveReport.error(in: text)
        == .crashed("pw.x", lastWords: "Error in routine readpp (1): file x.UPF not found"))
    #expect(PlaneWaveReport.error(in: Self.output) == nil)
  }

  static let output = """
         Program PWSCF v.6.7MaX starts on  1Jan2026 at  0: 0: 0
    !    total energy              =     -14.00000000 Ry
         convergence has been achieved in   7 iterations
    !    total energy              =     -15.00000000 Ry
         Forces acting on atoms (cartesian axes, Ry/au):

         atom    1 type  1   force =    -0.00105452    0.01000000    0.01448017
         atom    2 type  1   force =     0.00105452   -0.01000000   -0.01448017
         Total force =     0.028999     Total SCF correction =     0.000000

              total   stress  (Ry/bohr**3)                   (kbar)     P=      100.00
       0.00067978   0.00000000   0.00000000          100.00        0.00        0.00
       0.00000000   0.00067978   0.00000000            0.00      100.00        0.00
       0.00000000   0.00000000   0.00067978            0.00        0.00      100.00
         JOB DONE.
    """
}
