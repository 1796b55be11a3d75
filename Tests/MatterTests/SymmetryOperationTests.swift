import DenseMath
import Matter
import TestKit
import Testing

@Suite("Symmetry operations")
struct SymmetryOperationTests {
  @Test(
    "Reads the dialects of CIF",
    arguments: [
      ("x,y,z", "x,y,z"),
      ("-X, 1/2+Y ,-Z", "-x,y+1/2,-z"),
      (".5-x,x-y,z", "-x+1/2,x-y,z"),
      ("x-y , x , z + 0.3333", "x-y,x,z+1/3"),
      ("x,y,z+0.666", "x,y,z+2/3"),
      ("x+0.17,y+.125,z-0.0417", "x+1/6,y+1/8,z+23/24"),
      ("+x,y+1,z-1/4", "x,y,z+3/4"),
      ("-x+2*y,y,2y-z", "-x+2y,y,2y-z"),
      ("1/3+x,2/3+y,2/3+z", "x+1/3,y+2/3,z+2/3"),
      ("y,x,-z+5/12", "y,x,-z+5/12"),
      ("x+0.2,y,z", "x+0.2,y,z"),
    ])
  func readsDialects(_ text: String, _ canonical: String) throws {
    let operation = try SymmetryOperation(xyz: text)
    #expect(operation.description == canonical)
    #expect(try SymmetryOperation(xyz: operation.description) == operation)
  }

  @Test(
    "Refuses what is no operation, and says where",
    arguments: [
      ("", SymmetryOperationError.incomplete(offset: 0)),
      ("x,y", .incomplete(offset: 3)),
      ("x,y,z,", .incomplete(offset: 6)),
      ("x,,z", .incomplete(offset: 3)),
      ("x,y,z,+1", .unexpected("+", offset: 6)),
      ("x y,z,x", .unexpected("y", offset: 2)),
      ("x+x,y,z", .unexpected("x", offset: 2)),
      ("x/2,y,z", .unexpected("/", offset: 1)),
      ("1/2x,y,z", .unexpected("x", offset: 3)),
      ("x,y,z+1/0", .incomplete(offset: 9)),
      ("x,y,z+1e5", .unexpected("e", offset: 7)),
      ("x,y,z+1234567890123456789", .unexpected("9", offset: 24)),
      ("2x,y,z", .notUnimodular(determinant: 2)),
      ("x,y,0", .notUnimodular(determinant: 0)),
    ])
  func refuses(_ text: String, _ error: SymmetryOperationError) {
    #expect(throws: error) { try SymmetryOperation(xyz: text) }
  }

  @Test("Survives mutated operations")
  func survivesMutations() throws {
    var rng = SplitMix64(seed: 20)
    let letters = Array("xyzXYZ+-*/.,0123456789 \t\u{0}é'".utf8)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = Array("-x+1/2,y-x+.25,2/3-z".utf8)
      for _ in 0...rng.index(below: 4) {
        let place = rng.index(below: bytes.count)
        switch rng.index(below: 3) {
        case 0: bytes[place] = letters[rng.index(below: letters.count)]
        case 1: bytes.insert(letters[rng.index(below: letters.count)], at: place)
        default: bytes.remove(at: place)
        }
      }
      guard let operation = try? SymmetryOperation(xyz: bytes[...]) else { continue }
      accepted += 1
      #expect(abs(operation.rotation.determinant) == 1)
      #expect(operation * operation.inverse == .identity)
    }
    #expect(accepted > 500 && accepted < 15_000)
  }

  @Test("The operations of each of the 530 settings are a group of the right size")
  func settingsAreGroups() throws {
    #expect(SpaceGroupSetting.all.count == 530)
    for setting in SpaceGroupSetting.all {
      let members = Set(setting.operations)
      #expect(setting.operations.first == .identity)
      #expect(members.count == setting.operations.count, "\(setting.fullSymbol)")
      // Order of the point group times lattice points of the cell.
      let rotations = Set(setting.operations.map(\.rotation)).count
      let translations = setting.operations.filter(\.isPureTranslation).count
      #expect(rotations == Self.orders[setting.pointGroup], "\(setting.fullSymbol)")
      #expect(translations == Self.points(setting))
      #expect(members.count == rotations * translations)
      for a in setting.operations.suffix(12) {
        #expect(members.contains(a.inverse))
        #expect(setting.operations.allSatisfy { members.contains(a * $0) })
      }
    }
  }

  /// International Tables A, table 3.2.1.4: orders of the crystallographic point groups.
  private static let orders = [
    "1": 1, "-1": 2, "2": 2, "m": 2, "2/m": 4, "222": 4, "mm2": 4, "mmm": 8, "4": 4, "-4": 4,
    "4/m": 8, "422": 8, "4mm": 8, "-42m": 8, "4/mmm": 16, "3": 3, "-3": 6, "32": 6, "3m": 6,
    "-3m": 12, "6": 6, "-6": 6, "6/m": 12, "622": 12, "6mm": 12, "-62m": 12, "-6m2": 12,
    "6/mmm": 24, "23": 12, "m-3": 24, "432": 24, "-43m": 24, "m-3m": 48,
  ]

  private static func points(_ setting: SpaceGroupSetting) -> Int {
    switch setting.fullSymbol.first {
    case "P": 1
    case "F": 4
    case "R": setting.choice == "R" ? 1 : 3
    default: 2
    }
  }

  @Test("Generates a group from few operations and stops at one that never closes")
  func generates() throws {
    let threefold = try SymmetryOperation(xyz: "z,x,y")
    let fourfold = try SymmetryOperation(xyz: "-y,x,z")
    let cubic = try #require(
      SymmetryOperation.group(generatedBy: [threefold, fourfold, .inversion]))
    #expect(cubic.count == 48)
    #expect(cubic.first == .identity)
    let shear = try SymmetryOperation(xyz: "x+y,y,z")
    #expect(SymmetryOperation.group(generatedBy: [shear], limit: 50) == nil)
  }

  @Test("Applies the second of a product first")
  func composes() throws {
    let a = try SymmetryOperation(xyz: "-y,x,z+1/4")
    let b = try SymmetryOperation(xyz: "x+1/2,-y,-z")
    let point = SIMD3(0.1, 0.2, 0.3)
    let difference = (a * b).apply(to: point) - a.apply(to: b.apply(to: point))
    #expect(length(difference - difference.rounded(.toNearestOrEven)) < 1e-14)
  }
}
