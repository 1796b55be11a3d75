import DenseMath
import Ecosystem
import Foundation
import Matter
import Representations
import TestKit
import Testing
import Torch

@testable import Learning

/// Values of PyTorch 2.13 on the neighbor lists of pymatgen; see Tests/Fixtures/script_encoder.py.
@Suite("TorchScript networks as encoders")
struct ScriptEncoderTests {
  static let module = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/script_encoder.pt").path

  static let archive = (try? AtomicFile.read(module, limit: 1 << 20)) ?? []

  static func crystals() throws -> [AtomicStructure] {
    let elements = try [#require(Element(symbol: "Na")), #require(Element(symbol: "Cl"))]
    let potassium = try #require(Element(symbol: "K"))
    let edge = 4.11
    let first = try Crystal(
      lattice: Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge)),
      elements: elements, positions: [.zero, SIMD3(repeating: 0.5)])
    let second = try Crystal(
      lattice: Lattice(a: SIMD3(3, 0, 0), b: SIMD3(0.5, 4, 0), c: SIMD3(-0.4, 0.6, 5)),
      elements: [potassium, elements[1], elements[0]],
      positions: [SIMD3(0.1, 0.2, 0.3), SIMD3(0.6, 0.55, 0.7), SIMD3(0.9, 0.1, 0.8)])
    return [AtomicStructure(first), AtomicStructure(second)]
  }

  static let means = [
    [-4.978977680206299, -3.578866958618164, 4.669771194458008, -2.5386457443237305],
    [-5.315484523773193, -4.1925435066223145, 4.962109088897705, -3.6500988006591797],
  ]
  static let sums = [
    [-9.957955360412598, -7.157733917236328, 9.339542388916016, -5.077291488647461],
    [-15.946453094482422, -12.577630996704102, 14.886326789855957, -10.950296401977539],
  ]
  static let maxima = [
    [-4.585729598999023, -3.094255208969116, 7.247372627258301, -0.8817864060401917],
    [-4.9334492683410645, -2.7983107566833496, 6.335160732269287, 2.0484042167663574],
  ]

  /// A description in a folder of its own, beside a copy of the module.
  static func folder(_ description: String, module: [UInt8] = archive) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "script-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(description.utf8).write(to: folder.appendingPathComponent("tiny.json"))
    try Data(module).write(to: folder.appendingPathComponent("m.pt"))
    return folder.path
  }

  static func encoder(_ description: String, module: [UInt8] = archive) throws -> ScriptEncoder {
    let folder = try folder(description)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try ScriptEncoder(
      ScriptDescription(contentsOf: folder + "/tiny.json"), archive: module, file: "tiny.json")
  }

  static let elements = #""element_numbers": {"Na": 0, "Cl": 1, "K": 2}"#

  static func sites(_ pooling: String, _ more: String = "") -> String {
    """
    {"module": "m.pt", "cutoff": 4.0, \(elements), "pooling": "\(pooling)", \(more)
     "inputs": [{"quantity": "element_index"}, {"quantity": "edge_index"},
                {"quantity": "edge_lengths"}]}
    """
  }

  static func dictionary(_ output: String, _ pooling: String) -> String {
    """
    {"module": "m.pt", "method": "pooled", "cutoff": 4.0, "elements": ["Na", "Cl", "K"],
     "pooling": "\(pooling)", "output": "\(output)",
     "inputs": [{"name": "z", "quantity": "element_one_hot"},
                {"name": "positions", "quantity": "positions", "type": "float64"},
                {"name": "edge_index", "quantity": "edge_index"},
                {"name": "shifts", "quantity": "shifts", "type": "float64"},
                {"name": "batch", "quantity": "batch"}, {"name": "ptr", "quantity": "ptr"}]}
    """
  }

  static func expectClose(_ found: [Result<[Double], any Error>], _ expected: [[Double]]) throws {
    #expect(found.count == expected.count)
    for (row, expected) in zip(found, expected) {
      let row = try row.get()
      #expect(row.count == expected.count)
      for (a, b) in zip(row, expected) { #expect(abs(a - b) < 2e-5 * (1 + abs(b)), "\(a), \(b)") }
    }
  }

  // MARK: Values

  @Test(
    "Gives PyTorch's values, sites pooled",
    arguments: [("mean", means), ("sum", sums), ("max", maxima)])
  func pools(pooling: String, expected: [[Double]]) throws {
    let encoder = try Self.encoder(Self.sites(pooling))
    #expect(encoder.width == 4)
    try Self.expectClose(encoder.results(of: Self.crystals()), expected)
    try Self.expectClose(
      encoder.results(of: Self.crystals().reversed(), threads: 2), expected.reversed())
  }

  @Test(
    "Gives them from a dictionary and in batches",
    arguments: [("energy", "none"), ("sites", "sum")])
  func takesDictionaries(output: String, pooling: String) throws {
    let encoder = try Self.encoder(Self.dictionary(output, pooling))
    #expect(encoder.description.takesBatches && encoder.description.takesDictionary)
    let crystals = try Self.crystals()
    try Self.expectClose(
      encoder.results(of: crystals + crystals), Self.sums + Self.sums)
  }

  @Test(
    "Differentiates inside where the description says so; the sign and order of edges can change")
  func differentiates() throws {
    func description(_ more: String, index: String = "", shifts: String = "") -> String {
      """
      {"module": "m.pt", "method": "forces", "cutoff": 4.0, "output": 1, "pooling": "sum", \(more)
       "inputs": [{"quantity": "positions", "type": "float64"}, {"quantity": "edge_index"\(index)},
                  {"quantity": "shifts", "type": "float64"\(shifts)}]}
      """
    }
    let expected = [[0.0], [0.06889127564852139]]
    let gradients = #""gradients": true,"#
    try Self.expectClose(
      Self.encoder(description(gradients)).results(of: Self.crystals()), expected)
    try Self.expectClose(
      Self.encoder(
        description(
          gradients, index: #", "order": "neighbor_first""#, shifts: #", "direction": "inward""#)
      ).results(of: Self.crystals()), expected)
    #expect(throws: ScriptError.self) { try Self.encoder(description("")) }
  }

  @Test("Takes compositions where nodes are elements")
  func compositions() throws {
    let encoder = try Self.encoder(
      """
      {"module": "m.pt", "method": "refuses", "nodes": "elements", "pooling": "mean",
       \(Self.elements), "inputs": [{"quantity": "element_index"}]}
      """)
    let results = try encoder.results(of: [
      Composition(formula: "NaCl"), Composition(formula: "KCl"), Composition(formula: "NaF"),
    ])
    #expect(try results[0].get() == [0.5])
    let refused = #expect(throws: ScriptError.self) { try results[1].get() }
    #expect("\(refused!)".contains("no potassium, please"))
    #expect(throws: ScriptError.unknownElement("F")) { try results[2].get() }
  }

  // MARK: Bad input

  @Test(
    "Says what does not fit",
    arguments: [
      (#"{"module": "m.pt", "inputs": [{"quantity": "atomic_numbers"}]}"#, "takes 3 inputs"),
      (#"{"module": "m.pt", "inputs": [{"quantity": "edge_index"}]}"#, "no \"cutoff\""),
      (#"{"module": "m.pt", "inputs": []}"#, "names no inputs"),
      (#"{"module": "m.pt", "inputs": [{"quantity": "weight"}]}"#, "no such quantity"),
      (#"{"module": "m.pt", "inputs": [{"quantity": "batch", "sort": 1}]}"#, "Unknown key"),
      (#"{"module": "m.pt", "elements": ["Xx"], "inputs": []}"#, "not an element"),
      (#"{"module": "m.pt", "inputs": [{"quantity": "element_index"}]}"#, "needs a list"),
      (#"{"module": "m.pt", "method": "g", "inputs": [{"quantity": "batch"}]}"#, "no such method"),
      (
        #"{"module": "m.pt", "method": "infinite", "inputs": [{"quantity": "atomic_numbers"}], "#
          + #""output": "x"}"#, "no such output"
      ),
      (sites("none"), ""),
      (dictionary("heat", "none"), "a dictionary with energy, sites"),
      (dictionary("sites", "none"), "one for each structure"),
      (dictionary("energy", "mean"), "one for each site"),
    ])
  func refuses(description: String, words: String) throws {
    guard !words.isEmpty else {
      // One by one, an answer of another size is seen where structures differ in size.
      let results = try Self.encoder(description).results(of: Self.crystals())
      #expect(try results[0].get().count == 8)
      #expect(throws: ScriptError.width(12, expected: 8)) { try results[1].get() }
      return
    }
    let error = #expect(throws: (any Error).self) { try Self.encoder(description) }
    #expect("\(error!)".contains(words), "\(error!)")
  }

  @Test("A structure that the module cannot take does not cost the others")
  func refusesStructures() throws {
    let encoder = try Self.encoder(Self.dictionary("energy", "none"))
    var structures = try Self.crystals()
    let lattice = try #require(structures[0].lattice)
    let (na, k) = try (#require(Element(symbol: "Na")), #require(Element(symbol: "Cs")))
    structures.insert(
      AtomicStructure(try Crystal(lattice: lattice, elements: [k], positions: [.zero])), at: 1)
    structures.append(
      AtomicStructure(
        try Crystal(
          lattice: lattice, occupants: [Occupant(Species(na), occupancy: 0.5)], counts: [1],
          positions: [.zero])))
    structures.append(
      AtomicStructure(try Molecule(elements: [na, na], positions: [.zero, SIMD3(3, 0, 0)])))
    let results = try encoder.results(of: structures)
    try Self.expectClose([results[0], results[2]], Self.sums)
    #expect(throws: ScriptError.unknownElement("Cs")) { try results[1].get() }
    #expect(throws: ScriptError.disordered(site: 0)) { try results[3].get() }
    #expect(throws: ScriptError.noCell) { try results[4].get() }
    let infinite = try Self.encoder(
      #"{"module": "m.pt", "inputs": [{"quantity": "atomic_numbers"}], "method": "infinite"}"#)
    #expect(throws: ScriptError.notFinite) {
      try infinite.results(of: Array(structures.prefix(1)))[0].get()
    }
  }

  @Test("An archive that is cut off or changed is refused, and brings nothing down")
  func corruptArchives() throws {
    #expect(Self.archive.count > 10_000 && Self.archive.count < 20_000)
    #expect(throws: Never.self) { try ScriptArchive(Self.archive, file: "m.pt") }
    for length in stride(from: 0, to: Self.archive.count, by: 97) {
      #expect(throws: (any Error).self) {
        try ScriptArchive(Array(Self.archive.prefix(length)), file: "m.pt")
      }
    }
    var changed = 0
    for place in stride(from: 5, to: Self.archive.count, by: 41) {
      var bytes = Self.archive
      bytes[place] ^= 0x55
      // What is padding or a name may change; libtorch then sees it.
      if (try? ScriptArchive(bytes, file: "m.pt")) == nil { changed += 1 }
      _ = try? ScriptEncoder(
        ScriptDescription(
          module: "m.pt", inputs: [.init(.atomicNumbers, .int64)], pooling: .mean),
        archive: bytes, file: "t", width: 1)
    }
    #expect(changed > 100)
    let error = #expect(throws: ScriptError.self) {
      try Self.encoder(Self.sites("mean"), module: Array("no module".utf8))
    }
    #expect("\(error!)".contains("torch.jit.script"))
  }

  @Test("A module that does more than compute is refused before it runs")
  func refusesFiles() throws {
    let path = Self.module.replacing("script_encoder.pt", with: "script_saver.pt")
    let saver = try AtomicFile.read(path, limit: 1 << 20)
    let error = #expect(throws: ScriptError.self) {
      try Self.encoder(
        #"{"module": "m.pt", "inputs": [{"quantity": "atomic_numbers"}]}"#, module: saver)
    }
    #expect("\(error!)".contains("aten::save"))
    #expect(!FileManager.default.fileExists(atPath: "athanor-was-here"))
  }

  // MARK: Models

  @Test("A model remembers the module by its hash and refuses another one")
  func modelsRemember() throws {
    let folder = try Self.folder(Self.sites("mean"))
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let features = CandidateFeatures.joined([
      .named(["stoichiometry"]),
      .script(try ScriptFeatures(describedBy: folder + "/tiny.json")),
    ])
    let candidates = try Self.candidates()
    let matrix = try features.matrix(candidates)
    #expect(try features.columns().suffix(4) == ["tiny 1", "tiny 2", "tiny 3", "tiny 4"])
    #expect(try features.columns().count == matrix.columns && features.readsCrystals)
    for (row, means) in Self.means.enumerated() {
      for (column, mean) in means.enumerated() {
        #expect(abs(matrix[row, matrix.columns - 4 + column] - mean) < 1e-4)
      }
    }
    let text = try JSONEncoder().encode(features)
    let again = try JSONDecoder().decode(CandidateFeatures.self, from: text)
    #expect(try again == features && again.columnHash() == features.columnHash())
    #expect(!String(decoding: text, as: UTF8.self).contains("torch"))

    let hash = try ScriptArchive(Self.archive, file: "m.pt").hash
    func changed(_ old: String, _ new: String) throws -> CandidateFeatures {
      let text = String(decoding: text, as: UTF8.self).replacing(old, with: new)
      return try JSONDecoder().decode(CandidateFeatures.self, from: Data(text.utf8))
    }
    let other = try changed(hash, String(hash.reversed()))
    #expect(throws: ScriptFileError.self) { try other.matrix(candidates) }
    let error = #expect(throws: ScriptFileError.self) {
      try changed("\"width\":4", "\"width\":5").scriptMoved().matrix(candidates)
    }
    #expect("\(error!)".contains("is not here"))
  }

  private static func candidates() throws -> [Candidate] {
    try crystals().map { structure in
      let lattice = try #require(structure.lattice)
      return Candidate(
        try Crystal(
          lattice: lattice, elements: structure.occupants.map(\.element),
          positions: structure.positions.map(lattice.fractional)))
    }
  }
}

extension CandidateFeatures {
  /// With a module at a place where none is.
  fileprivate func scriptMoved() throws -> CandidateFeatures {
    let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    return try JSONDecoder().decode(
      CandidateFeatures.self, from: Data(text.replacing("m.pt", with: "gone.pt").utf8))
  }
}
