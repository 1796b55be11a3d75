import DenseMath
import Formats
import TestKit
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("JSON")
struct JSONDocumentTests {
  private func root(_ text: String) throws(ReadingError) -> JSONNode {
    try JSONDocument(Array(text.utf8), file: "t.json").root
  }

  @Test("Values are what was written")
  func readsValues() throws {
    let node = try root(
      #"{"a": [1, -2.5e-3, 1e999, "x\n\u00e5\ud834\udd1e\/"], "b": {"c": true, "d": null}, "v": [[1,2,3],[4,5,6]]}"#
    )
    #expect(node.members?.map(\.key) == ["a", "b", "v"])
    let items = try #require(node["a"]?.items)
    #expect(items.map(\.double) == [1, -0.0025, nil, nil])
    #expect(items[2].numberText == "1e999" && items[3].text == "x\nå𝄞/")
    #expect(node["b"]?["c"]?.flag == true && node["b"]?["d"]?.isNull == true)
    #expect(node["v"]?.vectors == [SIMD3(1, 2, 3), SIMD3(4, 5, 6)])
    #expect(node["v"]?.numbers == [1, 2, 3, 4, 5, 6] && node["a"]?.numbers == nil)
    #expect(node["x"] == nil && node["a"]?.vector == nil)
  }

  @Test("A document and a value hold the same")
  func matchesValue() throws {
    let text = "{\"a\":\n [1, \"\\u0041\", false, null],\n\n \"b\": {\"c\": {}}}"
    let value = try JSONValue(json: Array(text.utf8), file: "t.json")
    let members = try #require(value.members)
    #expect(members.map(\.key) == ["a", "b"] && members.map(\.line) == [1, 4])
    #expect(members[0].value == .array([.number("1"), .string("A"), .bool(false), .null]))
    #expect(members[1].value["c"] == .object([]))
    #expect(members[1].value.members?.map(\.line) == [4])
  }

  @Test(
    "Refuses with line and column",
    arguments: [
      ("{\"a\": 1,\n \"b\": }", "t.json:2:7: Not a JSON value."),
      ("[1,\n2", "t.json:2:2: The JSON ends too early; the file is cut off."),
      ("{\"a\":1,\n \"b\":2, \"a\":3}", "t.json:2:9: The name \"a\" occurs twice in one object."),
      ("{\"a\":1,\"\\u0061\":3}", "t.json:1:8: The name \"a\" occurs twice in one object."),
      ("[1] 2", "t.json:1:5: Text follows the JSON value."),
      ("[\"a\u{1}\"]", "t.json:1:4: A control character inside a string."),
      ("[\"\\x\"]", "t.json:1:4: An unknown escape in a string."),
    ])
  func refuses(_ text: String, _ expected: String) {
    let error = #expect(throws: ReadingError.self) { try root(text) }
    #expect(error.map { "\($0)" } == expected)
  }

  @Test("Names are compared in large objects too")
  func largeObjects() throws {
    let names = (0..<500).map { "\"n\($0)\":\($0)" }
    #expect(try root("{\(names.joined(separator: ","))}").count == 500)
    let repeated = names + ["\"n7\":1"]
    #expect(throws: ReadingError.self) { try root("{\(repeated.joined(separator: ","))}") }
    let bytes = Array("{\(repeated.joined(separator: ","))}".utf8)
    #expect(try JSONDocument(bytes, file: "t", allowsRepeatedNames: true).root.count == 501)
  }

  @Test("Depth is bounded")
  func boundsDepth() throws {
    let nested = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
    #expect(try root(nested(256)).count == 1)
    #expect(throws: ReadingError.self) { try root(nested(257)) }
    #expect(throws: ReadingError.self) { try root(String(repeating: "[", count: 1_000_000)) }
  }

  @Test(
    "Judges the cases of the JSON test suite", .enabled(if: SharedFolder.has("golden/csv_json")))
  func matchesGolden() throws {
    var judged = 0
    for (testCase, expected) in try SharedFolder.goldenCases("csv_json") {
      guard testCase["kind"] as? String == "json", let verdict = expected["verdict"] as? String
      else { continue }
      let bytes =
        (testCase["text"] as? String).map { Array($0.utf8) }
        ?? (testCase["base64"] as? String).flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? []
      let document = try? JSONDocument(bytes, file: "case", allowsRepeatedNames: true)
      guard verdict == "ok" || verdict == "error" else { continue }
      #expect((document != nil) == (verdict == "ok"), "\(testCase["name"] ?? "")")
      judged += 1
    }
    #expect(judged >= 300)
  }

  @Test("No damaged text crashes", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let source = Array(
      #"{"a": [1, -2.5e-3, "x\n\u00e5\ud834\udd1e"], "b": {"c": true, "d": null}}"#.utf8)
    let words = ["\\ud83d", "[[[[", "{\"a\":", "\"\"", "1e999", "\\", "\u{E5}"].map {
      Array($0.utf8)
    }
    var refused = 0
    for _ in 0..<5000 {
      let damaged = Mutations.mutate(source, dictionary: words, using: &rng)
      do {
        let document = try JSONDocument(damaged, file: "t")
        let value = try JSONValue(json: damaged, file: "t")
        #expect(document.root.members?.count == value.members?.count)
      } catch { refused += 1 }
    }
    #expect(refused > 2000)
  }
}
