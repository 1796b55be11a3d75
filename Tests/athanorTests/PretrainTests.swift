import Foundation
import TestKit
import Testing

@Suite("Pretraining on crystals")
struct PretrainTests {
  private static let cations = ["Li", "Na", "K", "Rb", "Mg", "Ca", "Sr", "Ba"]
  private static let anions = ["O", "S", "Se", "F", "Cl", "Br"]

  /// 48 rock salts in a column of CIF, the third with two atoms at one place.
  private static var table: String {
    let pairs = cations.flatMap { cation in anions.map { (cation, $0) } }
    return "id,cif,gap (eV)\n"
      + pairs.enumerated().map { place, pair in
        let second = place == 2 ? 0 : 0.5
        let text = """
          data_\(pair.0)\(pair.1)
          _cell_length_a \(4 + 0.01 * Double(place))
          _cell_length_b \(4 + 0.01 * Double(place))
          _cell_length_c \(4 + 0.01 * Double(place))
          _cell_angle_alpha 60
          _cell_angle_beta 60
          _cell_angle_gamma 60
          loop_
          _atom_site_label
          _atom_site_fract_x
          _atom_site_fract_y
          _atom_site_fract_z
          \(pair.0)1 0 0 0
          \(pair.1)1 \(second) \(second) \(second)

          """
        return "s\(place),\"\(text)\",\(1 + Double(place % 7) / 2)\n"
      }.joined()
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    return folder
  }

  private func pretrain(_ folder: TemporaryFolder, _ options: String...) throws -> ProgramRun {
    try folder.run(
      ["pretrain", "t.csv", "--objective", "masked", "--passes", "1", "-o", "p.safetensors"]
        + options)
  }

  @Test("Crystals, then values, then predictions")
  func wholeWay() throws {
    let folder = try folder()
    let first = try pretrain(folder, "--json")
    #expect(first.status == 0, "\(first.errors)")
    #expect(
      first.errors.contains("1 of 48 rows of t.csv are left out") && first.errors.contains("s2"))
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
    let card = try #require(result["card"] as? [String: Any])
    #expect(card["crystals"] as? Int == 47 && card["architecture"] as? String == "compact")
    let inspected = try folder.run("inspect", "p.safetensors")
    #expect(inspected.status == 0 && inspected.output.contains("1 pretrained network on crystals"))
    let refused = try folder.run("predict", "p.safetensors", "t.csv")
    #expect(refused.status == 1 && refused.errors.contains("--start-from"), "\(refused.errors)")

    // Few rows, so that networks learn in a moment.
    let lines = Self.table.components(separatedBy: "\ns").prefix(13).joined(separator: "\ns")
    try folder.write(lines + "\n", to: "few.csv")
    let trained = try folder.run(
      "train", "few.csv", "--target", "gap", "--with", "crystals", "--start-from",
      "p.safetensors", "--layer-rate", "0.7", "--folds", "2", "-o", "m.safetensors")
    #expect(trained.status == 0, "\(trained.errors)")
    let predicted = try folder.run("predict", "m.safetensors", "t.csv")
    #expect(predicted.status == 0 && predicted.output.contains("s40"), "\(predicted.errors)")
  }

  @Test("Equal seeds give equal files")
  func determinism() throws {
    let folder = try folder()
    _ = try pretrain(folder, "--networks", "2", "--threads", "1")
    let first = try Data(contentsOf: folder.url.appendingPathComponent("p.safetensors"))
    _ = try pretrain(folder, "--networks", "2", "--threads", "2")
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("p.safetensors")) == first)
  }

  @Test("What cannot be learned from, or gone on from, is refused in words")
  func refusals() throws {
    let folder = try folder()
    try folder.write("formula,gap\nNaCl,5\nKCl,6\n", to: "f.csv")
    try folder.write("nothing of this kind\n", to: "n.cif")
    func run(_ arguments: String...) throws -> ProgramRun { try folder.run(arguments) }
    for (run, status, words) in try [
      (run("pretrain", "f.csv", "-o", "x.safetensors"), Int32(1), "no crystal could be read"),
      (run("pretrain", "n.cif", "-o", "x.safetensors"), 1, "no crystal could be read"),
      (run("pretrain", "none.csv", "-o", "x.safetensors"), 1, "none.csv"),
      (run("pretrain", "t.csv", "-o", "x.csv"), 2, ".safetensors"),
      (run("pretrain", "t.csv", "--with", "gp", "-o", "x.safetensors"), 2, "--with is one of"),
      (run("pretrain", "t.csv", "--noise", "3", "-o", "x.safetensors"), 2, "--noise"),
      (
        run(
          "pretrain", "t.csv", "--with", "cgat", "--objective", "denoising", "-o",
          "x.safetensors"), 1, "see no lengths"
      ),
      (run("train", "t.csv", "--target", "gap", "--layer-rate", "0.5"), 2, "--start-from"),
    ] {
      #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
    }
    #expect(!folder.names.contains("x.safetensors"))
    #expect(try pretrain(folder).status == 0)
    for (options, words) in [
      (["--with", "ensemble"], "no use for"), (["--with", "cgcnn"], "choose --with crystals"),
    ] {
      let refused = try folder.run(
        ["train", "t.csv", "--target", "gap", "--start-from", "p.safetensors"] + options)
      #expect(refused.status == 1 && refused.errors.contains(words), "\(refused.errors)")
    }
    let formulas = try run("train", "f.csv", "--target", "gap", "--start-from", "p.safetensors")
    #expect(formulas.status == 1 && formulas.errors.contains("no row has a structure"))
  }
}
