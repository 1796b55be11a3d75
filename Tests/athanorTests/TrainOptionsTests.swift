import Foundation
import Testing

@Suite("athanor train: classes, methods, repeats, logarithms and interruptions")
struct TrainOptionsTests {
  /// Oxides and metals, 60 rows; a class, a number with gaps, a method, a weight and a number that
  /// spans twelve decades.
  private static var table: String {
    let metals = ["Li", "Na", "Mg", "Al", "Ti", "Fe", "Ni", "Cu", "Zn", "Zr"]
    var text = "formula,kind,gap (eV),method,weight,resistance\n"
    for (place, metal) in metals.enumerated() {
      for other in ["O", "O2", "S", "Al2", "Ni3", "Cu"] {
        let isSalt = other.hasPrefix("O") || other == "S"
        let gap = isSalt ? 1.5 + Double(place) / 4 + (other == "S" ? -0.8 : 0) : 0
        let method = (place + other.count) % 2 == 0 ? "PBE" : "experiment"
        let gapText = place == 3 && other == "O" ? "" : "\(gap)"
        text += "\(metal)\(other),\(isSalt ? "salt" : "metal"),\(gapText),\(method),"
        text += "\(1 + place % 2),\(pow(10, 3 * gap - 4))\n"
      }
    }
    return text
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    return folder
  }

  private func train(_ folder: TemporaryFolder, _ options: String...) throws -> ProgramRun {
    try folder.run(["train", "t.csv", "-o", "m.safetensors"] + options)
  }

  /// Starts a training and kills it as soon as it has finished a fit; it may end before.
  private func killAfterFirstFit(_ arguments: [String], in folder: TemporaryFolder) throws {
    let part = folder.url.appendingPathComponent("m.safetensors.part").path
    let process = try ProgramRun.start(arguments, in: folder.url)
    func hasFit() -> Bool {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: part)) ?? []
      return names.contains { $0.hasSuffix(".fit") }
    }
    while process.isRunning, !hasFit() { usleep(2000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private func json(_ run: ProgramRun) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let rows = value as? [[String: Any]]
    return try #require(value as? [String: Any] ?? rows?.first, "\(run.output) \(run.errors)")
  }

  @Test("Texts are classes: chances, a set, figures of classes")
  func classes() throws {
    let folder = try folder()
    let trained = try train(folder, "--target", "kind", "--with", "trees")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("balanced accuracy") && trained.output.contains("ROC-AUC"))
    let predicted = try json(folder.run("predict", "m.safetensors", "CaO", "--json"))
    #expect(predicted["label"] as? String == "salt")
    let chances = try #require(predicted["chances"] as? [String: Double])
    #expect(abs(chances.values.reduce(0, +) - 1) < 1e-9 && Set(chances.keys) == ["metal", "salt"])
    let judged = try folder.run("evaluate", "m.safetensors", "t.csv")
    #expect(judged.status == 0 && judged.output.contains("salt:"))
    try folder.write("formula,kind\nCaO,glass\n", to: "new.csv")
    let unknown = try folder.run("evaluate", "m.safetensors", "new.csv")
    #expect(unknown.status == 1 && unknown.errors.contains("does not know the class \"glass\""))
  }

  @Test("Rows without a value are counted, methods are asked for by name")
  func methods() throws {
    let folder = try folder()
    let trained = try train(
      folder, "--target", "gap", "--with", "gp", "--fidelity", "method=experiment")
    #expect(trained.status == 0 && trained.errors.contains("1 of 60 rows have no gap (eV)"))
    let plain = try json(folder.run("predict", "m.safetensors", "CaO", "--json"))
    let named = try json(
      folder.run("predict", "m.safetensors", "CaO", "--json", "--fidelity", "experiment"))
    let other = try json(
      folder.run("predict", "m.safetensors", "CaO", "--json", "--fidelity", "PBE"))
    func mean(_ row: [String: Any]) -> Double? {
      (row["prediction"] as? [String: Any])?["mean"] as? Double
    }
    #expect(mean(plain) != nil && mean(plain) == mean(named) && mean(plain) != mean(other))
    let unknown = try folder.run("predict", "m.safetensors", "CaO", "--fidelity", "GW")
    #expect(unknown.status == 1 && unknown.errors.contains("PBE, experiment"))
    #expect(try folder.run("evaluate", "m.safetensors", "t.csv").status == 0)
    let refused = try train(folder, "--target", "gap", "--fidelity", "method=GW")
    #expect(refused.status == 1 && refused.errors.contains("\"GW\""))
  }

  @Test("One method is learned with the help of the others, and against doing without")
  func helpOfMethods() throws {
    let folder = try folder()
    let trained = try train(
      folder, "--target", "gap", "--with", "trees", "--features", "magpie", "--folds", "3",
      "--fidelity", "method", "--predict-fidelity", "experiment")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("trees + lower values") && trained.output.contains("PBE ("))
    let row = try json(folder.run("predict", "m.safetensors", "CaO", "--json"))
    #expect((row["prediction"] as? [String: Any])?["mean"] is Double)
    let other = try folder.run("predict", "m.safetensors", "CaO", "--fidelity", "PBE")
    #expect(other.status == 1 && other.errors.contains("experiment alone"))
    let judged = try json(folder.run("evaluate", "m.safetensors", "t.csv", "--json"))
    let own = Self.table.split(separator: "\n").filter {
      let cells = $0.split(separator: ",", omittingEmptySubsequences: false)
      return cells[3] == "experiment" && !cells[2].isEmpty
    }
    #expect(judged["rows"] as? Int == own.count)
    let card = try folder.run("inspect", "m.safetensors")
    #expect(card.output.contains("Values of experiment, with the help of PBE"))
    let unknown = try train(
      folder, "--target", "gap", "--fidelity", "method", "--predict-fidelity", "GW")
    #expect(unknown.status == 1 && unknown.errors.contains("GW"))
    let lone = try train(folder, "--target", "gap", "--predict-fidelity", "PBE")
    #expect(lone.status != 0 && lone.errors.contains("--fidelity COLUMN"))
  }

  @Test("A wide target is offered its logarithm; with --log predictions are raised again")
  func logarithms() throws {
    let folder = try folder()
    let plain = try train(folder, "--target", "resistance", "--with", "gp")
    #expect(plain.errors.contains("spans") && plain.errors.contains("--log"))
    let trained = try train(folder, "--target", "resistance", "--with", "gp", "--log")
    #expect(trained.status == 0 && trained.output.contains("decades"))
    let row = try json(folder.run("predict", "m.safetensors", "MgO", "--json"))
    let prediction = try #require(row["prediction"] as? [String: Any])
    let lower = try #require(prediction["lowerBound"] as? Double)
    let mean = try #require(prediction["mean"] as? Double)
    #expect(lower > 0 && mean > lower)
    let zero = try train(folder, "--target", "gap", "--log")
    #expect(zero.status == 1 && zero.errors.contains("no logarithm"))
  }

  @Test("Weights change the model, and are refused where they cannot be used")
  func weights() throws {
    let folder = try folder()
    func predicted(_ learner: String, _ options: String...) throws -> String {
      let run = try folder.run(
        ["train", "t.csv", "-o", "m.safetensors", "--target", "gap", "--with", learner] + options)
      #expect(run.status == 0, "\(run.errors)")
      return try folder.run("predict", "m.safetensors", "CaO").output
    }
    for learner in ["trees", "gp"] {
      #expect(try predicted(learner) != predicted(learner, "--weight", "weight"))
    }
    let zero = try train(folder, "--target", "gap", "--weight", "gap")
    #expect(zero.status == 1)
  }

  @Test("Several targets are a model each")
  func targets() throws {
    let folder = try folder()
    let run = try folder.run(
      "train", "t.csv", "--target", "gap", "--target", "kind", "--with", "trees", "--json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(folder.names.contains("gap.safetensors") && folder.names.contains("kind.safetensors"))
    #expect(try train(folder, "--target", "gap", "--target", "kind").status == 2)
  }

  @Test("Targets of numbers can be learned together")
  func jointTargets() throws {
    let folder = try folder()
    let arguments = [
      "train", "t.csv", "--target", "gap", "--target", "resistance", "--with", "ensemble",
      "--joint",
      "--folds", "2",
    ]
    let run = try folder.run(arguments + ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    let card = try #require(json(run)["card"] as? [String: Any])
    let settings = try #require(card["settings"] as? String)
    #expect(settings.contains("\"resistance\"") && settings.contains("--joint"))
    for name in ["gap", "resistance"] {
      #expect(try folder.run("predict", "\(name).safetensors", "CaO").status == 0)
    }
    #expect(try train(folder, "--target", "gap", "--with", "ensemble", "--joint").status == 2)
    let classes = try folder.run(
      "train", "t.csv", "--target", "gap", "--target", "kind", "--with", "ensemble", "--joint")
    #expect(classes.status == 1 && classes.errors.contains("classes"), "\(classes.errors)")
  }

  @Test("Repeats follow the rule that is given")
  func repeats() throws {
    let folder = try folder()
    let twice =
      Self.table
      + Self.table.split(separator: "\n").dropFirst().prefix(5)
      .map { $0.replacing("salt,", with: "salt,9") }.joined(separator: "\n")
    try folder.write(twice, to: "t.csv")
    let kept = try train(folder, "--target", "gap", "--with", "gp", "--json")
    #expect(kept.errors.contains("different values"))
    let joined = try train(
      folder, "--target", "gap", "--with", "gp", "--repeats", "median", "--json")
    func rows(_ run: ProgramRun) throws -> Int? {
      (try json(run)["card"] as? [String: Any])?["rows"] as? Int
    }
    #expect(try rows(kept) == 64)
    #expect(try rows(joined) == 59)
  }

  @Test("A training that was killed goes on with --resume and ends with the same bytes")
  func resumes() throws {
    let folder = try folder()
    let arguments = [
      "train", "t.csv", "--target", "gap", "--with", "trees", "--threads", "1", "-o",
      "m.safetensors",
    ]
    let whole = try folder.run(arguments)
    #expect(whole.status == 0, "\(whole.errors)")
    let model = folder.url.appendingPathComponent("m.safetensors")
    let bytes = try Data(contentsOf: model)
    try FileManager.default.removeItem(at: model)
    try killAfterFirstFit(arguments, in: folder)
    let resumed = try folder.run(arguments + ["--resume"])
    // Killed after its end, there is nothing to go on with.
    let words = ["going on; ", "nothing to go on with"]
    #expect(
      resumed.status == 0 && words.contains(where: resumed.errors.contains), "\(resumed.errors)")
    #expect(try Data(contentsOf: model) == bytes)
    #expect(!folder.names.contains("m.safetensors.part"))
  }

  @Test("What a learner sees can be named: sets of columns, a distance, vectors of a file")
  func features() throws {
    let folder = try folder()
    let symbols = ["Li", "Na", "Mg", "Al", "Ti", "Fe", "Ni", "Cu", "Zn", "Zr", "O", "S"]
    try folder.write(
      "element,0,1\n"
        + symbols.enumerated().map { "\($1),\($0 % 3),\(Double($0) / 4)\n" }.joined(),
      to: "toy.csv")
    for (learner, features) in [
      ("gp", "pettifor"), ("gp", "elements:toy.csv,stoichiometry"), ("trees", "magpie"),
    ] {
      let trained = try train(
        folder, "--target", "gap", "--with", learner, "--features", features)
      #expect(trained.status == 0, "\(trained.errors)")
    }
    let shown = try folder.run("evaluate", "m.safetensors", "t.csv", "--splits", "--folds", "2")
    #expect(shown.status == 0 && shown.output.contains("trees"), "\(shown.errors)")
    // The vectors are in the model: the file is not needed any more.
    let kept = try train(
      folder, "--target", "gap", "--with", "gp", "--features", "elements:toy.csv")
    #expect(kept.status == 0, "\(kept.errors)")
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("toy.csv"))
    let predicted = try json(folder.run("predict", "m.safetensors", "MgO", "--json"))
    #expect(predicted["formula"] as? String == "MgO")
    let unknown = try folder.run("predict", "m.safetensors", "BaO")
    #expect(unknown.status == 1 && unknown.errors.contains("BaO"), "\(unknown.errors)")
    for (options, word) in [
      (["--with", "gp", "--features", "magpi"], "magpi"),
      (["--with", "gp", "--features", ","], "names no set"),
      (["--with", "auto", "--features", "magpie"], "--with gp, trees or boosted"),
      (["--features", "magpie"], "--with gp, trees or boosted"),
      (["--with", "trees", "--features", "elements:none.csv"], "none.csv"),
    ] {
      let refused = try folder.run(["train", "t.csv", "--target", "gap"] + options)
      #expect(refused.status != 0 && refused.errors.contains(word), "\(refused.errors)")
    }
  }

  @Test("A device that cannot be used is refused before anything is read or written")
  func devices() throws {
    let folder = try folder()
    let refused = try train(folder, "--target", "gap", "--with", "gp", "--device", "cuda")
    #expect(refused.status == 1, "\(refused.errors)")
    #expect(refused.errors.hasPrefix("athanor: cuda: ") && refused.errors.contains("--device cpu"))
    #expect(folder.names == ["t.csv"])
    let bench = try folder.run("bench", "matbench", "--data", "none", "--device", "cuda")
    #expect(bench.status == 1 && bench.errors.hasPrefix("athanor: cuda: "), "\(bench.errors)")
    #expect(try train(folder, "--target", "gap", "--device", "tpu").status == 2)
    #expect(try train(folder, "--target", "gap", "--with", "gp", "--device", "cpu").status == 0)
  }

  @Test("What networks cannot start from is refused")
  func starts() throws {
    let folder = try folder()
    #expect(try train(folder, "--target", "gap", "--with", "trees").status == 0)
    func start(_ options: String...) throws -> ProgramRun {
      try folder.run(
        ["train", "t.csv", "-o", "n.safetensors", "--start-from", "m.safetensors"] + options)
    }
    for (run, status, words) in try [
      (start("--target", "resistance", "--with", "ensemble"), Int32(1), "holds no networks"),
      (start("--target", "gap", "--with", "ensemble"), 1, "these very rows"),
      (start("--target", "gap", "--with", "gp"), 2, "--with ensemble or auto"),
      (start("--target", "gap", "--with", "ensemble", "--encoder", "roost"), 2, "--encoder"),
      (
        folder.run("train", "t.csv", "--target", "gap", "--start-from", "none.safetensors"), 1,
        "none.safetensors"
      ),
    ] {
      #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
    }
    #expect(folder.names == ["m.safetensors", "t.csv"])
  }

  @Test("Fits of other groups are not gone on with")
  func otherGroups() throws {
    let folder = try folder()
    let arguments = ["train", "t.csv", "--target", "gap", "--with", "trees", "-o", "m.safetensors"]
    try killAfterFirstFit(arguments, in: folder)
    try? FileManager.default.removeItem(
      at: folder.url.appendingPathComponent("m.safetensors"))
    let other = try folder.run(arguments + ["--group", "method", "--resume"])
    #expect(other.status == 0, "\(other.errors)")
    let model = folder.url.appendingPathComponent("m.safetensors")
    let resumed = try Data(contentsOf: model)
    let fresh = try folder.run(arguments + ["--group", "method"])
    #expect(fresh.status == 0, "\(fresh.errors)")
    #expect(try Data(contentsOf: model) == resumed)
  }
}
