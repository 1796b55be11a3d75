import DenseMath
import Foundation
import TestKit
import Testing
import Torch

@Suite("Safetensors")
struct SafetensorsTests {
  static let example = Safetensors(
    tensors: [
      "weights": StoredTensor([1, 2.5, -3, 4] as [Float], shape: [2, 2]),
      "bias": StoredTensor([0.125, 1e300] as [Double], shape: [2]),
      "ids \"ü\"\n": StoredTensor([1, -2, 3] as [Int64], shape: [3]),
      "empty": StoredTensor([] as [Float], shape: [0, 3]),
      "flag": StoredTensor(type: .bool, shape: [], bytes: [1]),
    ], metadata: ["unit": "eV/Å", "note": "line\nbreak \"quoted\" \\"])

  @Test("Reading is the inverse of writing")
  func roundTrips() throws {
    let bytes = Self.example.encoded()
    #expect(try Safetensors(bytes: bytes) == Self.example)
    #expect(try Safetensors(bytes: bytes).encoded() == bytes)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
    #expect(try Safetensors(bytes: Safetensors(tensors: [:]).encoded()).tensors.isEmpty)
  }

  @Test(
    "Answers the reference cases", .enabled(if: SharedFolder.has("golden/safetensors")))
  func matchesGolden() throws {
    let cases = try SharedFolder.goldenCases("safetensors")
    #expect(cases.count == 41)
    for (testCase, expected) in cases {
      let file = try #require(testCase["file"] as? String)
      let read = try? Safetensors(bytes: SharedFolder.bytes("golden/safetensors/\(file)"))
      #expect((read != nil) == (expected["valid"] as? Bool), "\(file)")
      guard let read, let tensors = expected["tensors"] as? [String: [String: Any]] else {
        continue
      }
      #expect(Set(read.tensors.keys) == Set(tensors.keys), "\(file)")
      for (name, wanted) in tensors {
        #expect(read.tensors[name]?.shape == wanted["shape"] as? [Int], "\(file)")
        let first = wanted["first"] as? [Double] ?? []
        if let floats = read.tensors[name]?.floats {
          #expect(Array(floats.prefix(first.count)) == first.map(Float.init), "\(file)")
        }
      }
    }
  }

  private func file(_ header: String, data: Int) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
      + [UInt8](repeating: 0, count: data)
  }

  @Test(
    "Refuses headers that lie",
    arguments: [
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        8
      ),
      (#"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8),
      (#" {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x"#, 8),
      (#"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}"#, 8),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}"#,
        8
      ),
      (#"{"__metadata__":{"a":1}}"#, 0), (#"{"__metadata__":{"a":"\ud800"}}"#, 0), (#"[]"#, 0),
      ("", 0),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7),
    ])
  func refusesLies(_ header: String, _ data: Int) {
    #expect(throws: SafetensorsError.self) { try Safetensors(bytes: file(header, data: data)) }
  }

  @Test("Accepts what the reference reader accepts")
  func acceptsVariants() throws {
    let header =
      #"{ "a" : {"shape":[2], "extra":{"x":[1,-2.5e3,true,null]}, "dtype":"F32","data_offsets":[0,8]} }"#
    #expect(try Safetensors(bytes: file(header, data: 8)).tensors["a"]?.floats == [0, 0])
    let escaped = #"{"__metadata__":{"\u00e5":"\ud83d\ude00\/"}}"#
    #expect(try Safetensors(bytes: file(escaped, data: 0)).metadata == ["å": "😀/"])
  }

  @Test("No damaged file crashes the reader", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let example = Self.example.encoded()
    let words = ["[[[[", "{\"a\":{", "-1", "99999999999999999999", "\\u0000", "\"dtype\":\"F64\""]
      .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<5000 {
      let bytes = Mutations.mutate(example, dictionary: words, using: &rng)
      if (try? Safetensors(bytes: bytes)) == nil { refused += 1 }
    }
    #expect(refused > 2000)
  }

  static let python: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let python = root.appendingPathComponent(".deps/py/bin/python")
    let packages = [
      "lib/python3.11/site-packages/safetensors", "lib/python3.11/site-packages/numpy",
    ]
    let hasPackages = packages.allSatisfy {
      FileManager.default.fileExists(atPath: root.appendingPathComponent(".deps/py/\($0)").path)
    }
    return hasPackages ? python : nil
  }()

  @Test("The Python package reads ours and we read its", .enabled(if: python != nil))
  func exchangesWithPython() throws {
    let python = try #require(Self.python)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("safetensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let ours = folder.appendingPathComponent("ours.safetensors")
    let theirs = folder.appendingPathComponent("theirs.safetensors")
    try Data(Self.example.encoded()).write(to: ours)
    let script = """
      import sys
      from safetensors import safe_open
      from safetensors.numpy import load_file, save_file
      t = load_file(sys.argv[1])
      assert t["weights"].tolist() == [[1, 2.5], [-3, 4]] and t["bias"].tolist() == [0.125, 1e300]
      assert t["empty"].shape == (0, 3) and t["flag"].shape == ()
      notes = safe_open(sys.argv[1], "np").metadata()
      assert notes["unit"] == "eV/\\u00c5"
      save_file(t, sys.argv[2], metadata=notes)
      """
    let process = Process()
    process.executableURL = python
    process.arguments = ["-c", script, ours.path, theirs.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try Safetensors(bytes: Array(Data(contentsOf: theirs))) == Self.example)
  }
}
